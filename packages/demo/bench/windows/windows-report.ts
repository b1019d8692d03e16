import type { Machine } from '@tidemark/core/bench/machine';
import type { BenchReport, BenchTable, Budget } from '@tidemark/core/bench/report';
import type { FunctionUse } from '../metering/function-use.ts';
import type { WindowsRun } from './metered-windows.ts';
import { type Design, overflow, windowSeconds } from './scenario.ts';
import { type WindowsBill, windowsBill } from './windows-bill.ts';

const names: Readonly<Record<Design, string>> = {
  windows: 'windows',
  counters: 'counters',
  published: 'published design',
};

interface Billed extends WindowsRun {
  readonly bill: WindowsBill;
}

export function windowsReport(machine: Machine, runs: readonly WindowsRun[]): BenchReport {
  const billed = runs.map((run): Billed => ({ ...run, bill: windowsBill(run) }));
  const usual = billed.filter(({ traffic }) => traffic !== overflow);
  const overflown = billed.filter(({ traffic }) => traffic === overflow);
  return {
    name: 'windows',
    title: 'Windows, metered by the local engine',
    machine,
    tables: [usageTable(billed), ratioTable(usual), rowsTable(usual), overflowTable(overflown)],
    budgets: usual.filter(({ design }) => design === 'windows').flatMap(budgetsOf),
    remarks: remarksOf(billed),
    figures: { runs: billed },
  };
}

function usageTable(runs: readonly Billed[]): BenchTable {
  return {
    columns: [
      'per million readings',
      'writes',
      'write units',
      'reads',
      'Kinesis calls',
      'S3 calls',
      'invocations',
      'GB-s',
      'dollars',
      'with metrics',
    ],
    rows: runs.map(({ traffic, design, adding, readings, bill }) => {
      const { writes, reads, kinesis, s3 } = callsOf(adding);
      const million = (amount: number): string => whole((amount / readings) * 1e6);
      return [
        `${traffic.title}: ${names[design]}`,
        ...[writes, adding.writeUnits, reads, kinesis, s3, adding.invocations].map(million),
        bill.gbSeconds.toFixed(1),
        dollars(bill.adding),
        bill.published === undefined ? '-' : dollars(bill.published),
      ];
    }),
  };
}

/** Calls of the function, by what they are. Throws for one that stands in none of the columns. */
function callsOf({ calls }: FunctionUse) {
  const kinds = {
    writes: ['UpdateItem', 'PutItem'],
    reads: ['GetItem', 'Query'],
    kinesis: ['GetShardIterator', 'GetRecords'],
    s3: ['PutObject'],
  } as const;
  const known: readonly string[] = Object.values(kinds).flat();
  const strange = Object.keys(calls).find((name) => !known.includes(name));
  if (strange !== undefined) throw new Error(`${strange}: a call that no column tells of`);
  const sum = (kind: keyof typeof kinds): number => kinds[kind].reduce((all, name) => all + (calls[name] ?? 0), 0);
  return { writes: sum('writes'), reads: sum('reads'), kinesis: sum('kinesis'), s3: sum('s3') };
}

function ratioTable(runs: readonly Billed[]): BenchTable {
  const windows = runs.filter(({ design }) => design === 'windows');
  return {
    columns: ['windows beside', 'write units', 'dollars', 'with metrics'],
    rows: windows.flatMap((own) =>
      runs
        .filter(({ traffic, design }) => traffic === own.traffic && design !== 'windows')
        .map((other) => [
          `${own.traffic.title}: ${names[other.design]}`,
          ratio(own.adding.writeUnits, other.adding.writeUnits),
          ratio(own.bill.adding, other.bill.adding),
          ratio(own.bill.published, other.bill.published),
        ]),
    ),
  };
}

function rowsTable(runs: readonly Billed[]): BenchTable {
  const shows: Readonly<Record<Design, string>> = {
    windows: 'every measure of every name and window',
    counters: 'how many readings a name has in a minute',
    published: 'the distance of a name in a window',
  };
  return {
    columns: ['what the table shows in the end', 'rows that must be', 'right', 'wrong', 'missing'],
    rows: runs.map(({ traffic, design, found }) => [
      `${traffic.title}: ${names[design]}, ${shows[design]}`,
      ...[found.rows, found.right, found.wrong, found.missing].map(whole),
    ]),
  };
}

function overflowTable(runs: readonly Billed[]): BenchTable {
  return {
    columns: ['write units per million readings', 'metered', 'one write a row', 'times'],
    rows: runs
      .filter(({ design }) => design === 'windows')
      .map((run) => {
        const least = run.stored.units + writesBesideRows(run);
        const million = (units: number): string => whole((units / run.readings) * 1e6);
        return [run.traffic.title, million(run.adding.writeUnits), million(least), ratio(run.adding.writeUnits, least)];
      }),
  };
}

/** The ledger and the checkpoint of each window that was closed. */
function writesBesideRows({ closings }: WindowsRun): number {
  return 2 * closings;
}

function budgetsOf(run: WindowsRun): Budget[] {
  const { traffic, adding, stored, seconds, shards, closings } = run;
  const rowWrites = callsOf(adding).writes - writesBesideRows(run);
  // Decisions as counting reads them, three a minute and shard; and the checkpoint where a window begins.
  const reads = Math.ceil(seconds / 60) * shards * 3 + closings;
  const found = callsOf(adding).reads;
  return [
    {
      what: `${traffic.title}: writes of a row of windows`,
      limit: '1',
      found: (rowWrites / stored.rows).toFixed(3),
      holds: rowWrites === stored.rows,
    },
    {
      what: '... write units of a write',
      limit: '1',
      found: (adding.writeUnits / callsOf(adding).writes).toFixed(3),
      holds: adding.writeUnits === callsOf(adding).writes,
    },
    {
      what: '... reads, but for decisions (3 a minute and shard) and the checkpoint (1 a window and shard)',
      limit: '0',
      found: whole(Math.max(0, found - reads)),
      holds: found <= reads,
    },
  ];
}

function remarksOf(runs: readonly Billed[]): string[] {
  const [first] = runs;
  const windows = runs.find(({ design }) => design === 'windows');
  if (first === undefined || windows === undefined) return [];
  const { traffic, bytesPerReading, shards, seconds, batchWindowSeconds, adding } = windows;
  return [
    `${whole(traffic.readingsPerSecond)} readings of ${bytesPerReading} bytes a second with ${Object.keys(traffic.measures).length} measures, of ${traffic.unicorns} names equally often, ${shards} on-demand shards, windows and buckets of ${windowSeconds} s, batches that gather for ${batchWindowSeconds} s. ${seconds} s of it were metered. Calls, invocations and GB-s are those of the function that adds up, or counts; ${adding.memoryMb} MB each.`,
    `Counters know readings alone, and the published design adds up one measure; its rows are right where a shard has one name, and a name one shard. "Dollars" are of the function, its writes and its logs; "with metrics" adds publishing and a custom metric for each name and measure, or for each name where readings are counted. What the stream costs is not in them. Billed durations are estimated as for cost.`,
    `Overflowing: ${overflow.unicorns.toLocaleString('en-US')} names with ${Object.keys(overflow.measures).length} measures, each of them on the one shard, ${overflow.readingsPerSecond} readings a second. The state has no room for all of them: those that leave it are written again and again, and "one write a row" is what it would cost if it had.`,
  ];
}

function ratio(one: number | undefined, other: number | undefined): string {
  return one === undefined || other === undefined ? '-' : (one / other).toFixed(3);
}

function dollars(amount: number): string {
  return `$${amount.toFixed(4)}`;
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
