import type { Machine } from '@tidemark/core/bench/machine';
import type { BenchReport, BenchTable, Budget } from '@tidemark/core/bench/report';
import { type Estimate, estimate } from '@tidemark/core/prune/estimate';
import { assumptions } from '../cost/scenario.ts';
import { heapMbMax } from '../metering/bounded-heap.ts';
import type { Lag } from '../replay/lag.ts';
import { type BudgetFound, mostSeconds } from './budget.ts';
import type { MemoryFound } from './memory.ts';
import type { MeteredPrune } from './metered-prune.ts';
import { dollarsOf, type PruneBill, pruneBill, s3GetsOf, s3PutsOf, writeUnitsPerSecondDefault } from './prune-bill.ts';
import type { SpeedFound } from './speed.ts';

export interface PruneFound {
  readonly speed: SpeedFound;
  readonly budget: BudgetFound;
  /** Ascending by size. */
  readonly memories: readonly MemoryFound[];
}

const million = 1e6;
const writeLimit = 1.05;
const callLimit = 0.01;
const memoryLimit = 1.5;
/** What a budget may be passed by in a few seconds. */
const paceLimit = 1.1;
/** How far the preview's dollars may lie from what a run came to. */
const previewLimit = 1.25;

export function pruneReport(machine: Machine, found: PruneFound): BenchReport {
  const { speed, budget, memories } = found;
  return {
    name: 'prune',
    title: 'Prunes and restores, on the local engine',
    machine,
    tables: [speedTable(speed), lagTable(speed, budget), costTable(speed), memoryTable(memories), budgetTable(budget)],
    budgets: budgetsOf(found),
    remarks: remarksOf(found),
    figures: figuresOf(found),
  };
}

function speedTable(speed: SpeedFound): BenchTable {
  const { series, put, items, pruned, restored, restoredItems, limit, updatesASecond } = speed;
  const run = (what: string, run: MeteredPrune, count: number, limitASecond: number): string[] => [
    what,
    whole(count / run.seconds),
    percent(count / run.seconds / limitASecond),
    (run.use.writeUnits / count).toFixed(3),
    (run.use.readUnits / count).toFixed(3),
    (s3CallsOf(run) / count).toFixed(4),
  ];
  const alone = (what: string, aSecond: number): string[] => [what, whole(aSecond), '100 %', '1.000', '-', '-'];
  return {
    columns: ['', 'items/s', 'of the limit', 'write units an item', 'read units an item', 'S3 calls an item'],
    rows: [
      alone(`DynamoDB Local alone: deletions, ${limit.atOnce} BatchWriteItem of 25 at once`, limit.itemsASecond),
      run(`pruned: ${whole(items)} of ${whole(put)} items, ${series} series`, pruned, items, limit.itemsASecond),
      alone('DynamoDB Local alone: conditional updates, 64 at once', updatesASecond),
      run(`restored: ${whole(restoredItems)} items`, restored, restoredItems, updatesASecond),
    ],
  };
}

function lagTable(speed: SpeedFound, budget: BudgetFound): BenchTable {
  const rows = (what: string, { alone, beside }: SpeedFound['lag']): string[][] => [
    ['alone', ...lagCells(alone, alone)],
    [`... beside a prune ${what}`, ...lagCells(beside, alone)],
  ];
  return {
    columns: ['live counting', 'behind, median', 'x alone', 'at most'],
    rows: [
      ...rows('as fast as it goes', speed.lag),
      ...rows(`of ${budget.writeUnitsPerSecond} write units a second`, budget.lag),
    ],
  };
}

function lagCells(of: Lag, alone: Lag): string[] {
  return [`${of.median.toFixed(1)} s`, (of.median / alone.median).toFixed(2), `${of.max.toFixed(1)} s`];
}

function costTable(speed: SpeedFound): BenchTable {
  const bills = [pruneBill(speed.pruned, speed.items), pruneBill(speed.restored, speed.restoredItems)];
  const line = (what: string, of: (bill: PruneBill) => string): string[] => [what, ...bills.map(of)];
  const dollars = (what: string, of: keyof PruneBill['dollars']): string[] =>
    line(what, (bill) => inDollars(bill.dollars[of]));
  return {
    columns: ['a million items', 'pruned', 'restored'],
    rows: [
      line('write units', (bill) => whole(bill.writeUnits)),
      line('read units', (bill) => whole(bill.readUnits)),
      line('Lambda, GB-seconds', (bill) => whole(bill.gbSeconds)),
      line('Step Functions, transitions', (bill) => whole(bill.transitions)),
      line('S3, PUTs and LISTs', (bill) => whole(bill.s3Puts)),
      line('S3, GETs', (bill) => whole(bill.s3Gets)),
      dollars('dollars: DynamoDB', 'dynamoDb'),
      dollars('dollars: Lambda', 'lambda'),
      dollars('dollars: Step Functions', 'stepFunctions'),
      dollars('dollars: S3', 's3'),
      dollars('dollars: logs', 'logs'),
      line('dollars, the whole', (bill) => inDollars(dollarsOf(bill))),
      ['... as `prune --dry-run` reckons', inDollars(previewOf(speed).dollars), '-'],
    ],
  };
}

function memoryTable(memories: readonly MemoryFound[]): BenchTable {
  return {
    columns: ['one series, by one child', 'seconds', 'items/s', 'memory at most'],
    rows: memories.map(({ items, seconds, memoryMb }) => [
      `${whole(items)} items`,
      seconds.toFixed(1),
      whole(items / seconds),
      `${memoryMb} MB`,
    ]),
  };
}

function budgetTable({ writeUnitsPerSecond, items, seconds, mean, most }: BudgetFound): BenchTable {
  return {
    columns: [
      `a budget of ${writeUnitsPerSecond} write units a second`,
      'items',
      'seconds',
      'mean',
      `most in ${mostSeconds} s`,
    ],
    rows: [['write units a second of deletions', whole(items), seconds.toFixed(1), mean.toFixed(1), most.toFixed(1)]],
  };
}

function budgetsOf({ speed, budget, memories }: PruneFound): Budget[] {
  const [small, large] = [memories[0], memories.at(-1)];
  if (small === undefined || large === undefined) throw new Error('no memory was measured');
  const { pruned, items, exported } = speed;
  const preview = dollarsOf(pruneBill(pruned, items)) / previewOf(speed).dollars;
  const beside = `${whole(large.items)} items in a series beside ${whole(small.items)}`;
  return [
    atMost('write units for each item that is pruned', pruned.use.writeUnits / items, writeLimit),
    atMost('S3 calls for each item that is exported', s3CallsOf(pruned) / exported.items, callLimit),
    atMost(`memory, ${beside}`, large.memoryMb / small.memoryMb, memoryLimit),
    atMost('write units a second beside their budget, mean', budget.mean / budget.writeUnitsPerSecond, 1),
    atMost(`... and in the ${mostSeconds} s with the most`, budget.most / budget.writeUnitsPerSecond, paceLimit),
    {
      what: 'dollars of a prune beside what its preview says',
      limit: `at most ${previewLimit}, either way`,
      found: preview.toFixed(3),
      holds: preview <= previewLimit && preview >= 1 / previewLimit,
    },
  ];
}

function remarksOf({ speed, budget }: PruneFound): string[] {
  const { series, put, items, bytes, exported, exports, liveRecordsASecond } = speed;
  const objectMb = (exports.bytes / exported.items) * (million / 1024 / 1024);
  return [
    `Items a second: ${whole(put)} items of ${Math.round(bytes / items)} bytes on the average, of ${series} series, buckets of 1m and 1h and windows of 60 s, four days and three generations; of the ${whole(items)} that went, ${whole(exported.items)} were exported before, into ${whole(exports.objects)} objects, and the others were of generations that nobody reads. The real state machine and function, four children at once, and no write budget to speak of; meanwhile ${liveRecordsASecond} records a second are counted into the same table, by buckets and windows. The engine, DynamoDB Local and the functions share the machine, and each call passes through the engine; the limits are those of a DynamoDB Local that has it to itself. In the end every item of the table and every line of the exports was looked at. Write and read units are those of all calls of the function, with its own notes in the Control table. Restored: the minutes of one day.`,
    `Live counting: "behind" is the age of its checkpoint, the second in which a batch gathers included. Nothing of it failed or was throttled. DynamoDB Local has no partitions that could be: what is seen here is the processor that all of them share, of which a budget leaves the others more.`,
    `Cost: of a table on demand, at the budget of the default settings, ${writeUnitsPerSecondDefault} write units a second: the functions of four children are billed for the time that it takes, which is longer than their work. Otherwise billed durations are estimated as for cost, ${assumptions.roundTripMs} ms for each call. S3 keeps ${objectMb.toFixed(0)} MB for a million exported items. Not in it: what publishing takes to pass over the deletions, and the logs of state machines.`,
    `Memory: of the function, one invocation at a time, with a heap bounded by ${heapMbMax} MB, so that its garbage does not pile up; it has 1 GB otherwise. Budget: ${whole(budget.items)} items of four series, while ${budget.liveRecordsASecond} records a second are counted.`,
  ];
}

/** Without the items of the runs, which say a lot. */
function figuresOf({ speed, ...found }: PruneFound): unknown {
  const { item: _, ...pruned } = speed.pruned;
  const { item: __, ...restored } = speed.restored;
  return { ...found, speed: { ...speed, pruned, restored } };
}

/** What an operator is told before, for a million such items. */
function previewOf({ pruned, items, bytes, exported, exports, series }: SpeedFound): Estimate {
  const times = million / items;
  return estimate(
    {
      items: million,
      bytes: bytes * times,
      writeUnits: million,
      exportedBytes: exported.bytes * times,
      objects: exports.objects * times,
      queries: series * (pruned.item.Work?.length ?? 0) * times,
    },
    writeUnitsPerSecondDefault,
  );
}

function s3CallsOf({ use }: MeteredPrune): number {
  return s3GetsOf(use) + s3PutsOf(use);
}

function atMost(what: string, found: number, limit: number): Budget {
  return { what, limit: `at most ${limit}`, found: found.toFixed(3), holds: found <= limit };
}

function inDollars(amount: number): string {
  return `$${amount.toFixed(4)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
