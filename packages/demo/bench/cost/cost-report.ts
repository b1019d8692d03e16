import type { Machine } from '@tidemark/core/bench/machine';
import type { BenchReport, BenchTable, Budget } from '@tidemark/core/bench/report';
import type { FunctionUse } from '../metering/function-use.ts';
import { type Bill, billOf, readUnitsOf } from './bill.ts';
import type { MeteredRun } from './metered-run.ts';
import { assumptions, type Design, scenario } from './scenario.ts';

const names: Readonly<Record<Design, string>> = { tidemark: 'Tidemark', published: 'published design' };
const exactLimit = 1.05;
const wholeLimit = 1.2;

/** The last pair of runs is at the default settings. */
export function costReport(machine: Machine, runs: readonly MeteredRun[]): BenchReport {
  const last = (design: Design): MeteredRun => {
    const run = runs.findLast((each) => each.design === design);
    if (run === undefined) throw new Error(`no run of the ${names[design]}`);
    return run;
  };
  const exact = last('tidemark');
  const published = last('published');
  const [bill, publishedBill] = [billOf(exact), billOf(published)];
  const ratios = {
    writeUnitsOfCounting: exact.count.writeUnits / published.count.writeUnits,
    counting: bill.count.sum / publishedBill.count.sum,
    design: bill.design / publishedBill.design,
    withKinesis: (bill.kinesis + bill.design) / (publishedBill.kinesis + publishedBill.design),
    wholeToKinesis: (bill.kinesis + bill.design) / bill.kinesis,
  };
  return {
    name: 'cost',
    title: 'Cost, metered by the local engine',
    machine,
    tables: [usageTable(runs), billTable(bill, publishedBill), ratioTable(ratios)],
    budgets: [...ratioBudgets(ratios), ...writeBudgets(exact)],
    remarks: remarksOf(exact, bill, publishedBill),
    figures: { runs: runs.map((run) => ({ ...run, bill: billOf(run) })), ratios },
  };
}

function usageTable(runs: readonly MeteredRun[]): BenchTable {
  return {
    columns: ['per million events', 'events a batch', 'write units', 'read units', 'calls', 'MB', 'dollars'],
    rows: runs.map((run) => {
      const million = 1e6 / run.events;
      const { count, publish } = run;
      const both = (of: (use: FunctionUse) => number): number =>
        (of(count) + of(publish) * assumptions.tableStreamShards) * million;
      return [
        `${names[run.design]}, batch size ${whole(run.batchSize)}`,
        whole(run.events / count.invocations),
        whole(both((use) => use.writeUnits)),
        whole(both(readUnitsOf)),
        whole(both((use) => Object.values(use.calls).reduce((sum, calls) => sum + calls, 0))),
        (both((use) => use.bytes) / 1e6).toFixed(1),
        dollars((billOf(run).design / (scenario.eventsPerSecond * 3_600)) * 1e6),
      ];
    }),
  };
}

function billTable(bill: Bill, published: Bill): BenchTable {
  const line = (what: string, of: (bill: Bill) => number): string[] => [
    what,
    dollars(of(bill)),
    dollars(of(published)),
  ];
  return {
    columns: ['dollars an hour at the default settings', names.tidemark, names.published],
    rows: [
      line('Kinesis alone: stream, in, out to one consumer', (each) => each.kinesis),
      line('count: DynamoDB', ({ count }) => count.dynamoDb),
      line('count: Lambda', ({ count }) => count.lambda),
      line('count: logs', ({ count }) => count.logs),
      line('publish: PutMetricData', ({ publish }) => publish.putMetricData),
      line('publish: DynamoDB', ({ publish }) => publish.dynamoDb),
      line('publish: Lambda', ({ publish }) => publish.lambda),
      line('publish: logs', ({ publish }) => publish.logs),
      line('metrics', (each) => each.metrics),
      line('the whole', (each) => each.kinesis + each.design),
    ],
  };
}

type Ratios = Readonly<
  Record<'writeUnitsOfCounting' | 'counting' | 'design' | 'withKinesis' | 'wholeToKinesis', number>
>;

function ratioTable(ratios: Ratios): BenchTable {
  return {
    columns: ['Tidemark beside the published design', 'ratio'],
    rows: [
      ['write units of counting', ratios.writeUnitsOfCounting.toFixed(3)],
      ['dollars of counting: the count function and its writes', ratios.counting.toFixed(3)],
      ['dollars of counting and publishing', ratios.design.toFixed(3)],
      ['dollars of the whole, the stream included', ratios.withKinesis.toFixed(3)],
    ],
  };
}

function ratioBudgets(ratios: Ratios): Budget[] {
  return [
    atMost('exactly-once counting, beside the published design: write units', ratios.writeUnitsOfCounting, exactLimit),
    atMost('exactly-once counting, beside the published design: dollars', ratios.counting, exactLimit),
    atMost('the whole, beside Kinesis alone', ratios.wholeToKinesis, wholeLimit),
  ];
}

/** One unit a key and batch: what counting writes beyond its keys is a ledger item and a checkpoint a batch. */
function writeBudgets({ count, seconds, shards }: MeteredRun): Budget[] {
  const updates = count.calls.UpdateItem ?? 0;
  // Catalogue, floors and timeline.
  const decisions = Math.ceil(seconds / 60) * shards * 3;
  const reads = Object.entries(count.calls)
    .filter(([name]) => name !== 'UpdateItem')
    .reduce((sum, [, calls]) => sum + calls, 0);
  return [
    {
      what: 'write units an update of counting',
      limit: '1',
      found: (count.writeUnits / updates).toFixed(3),
      holds: count.writeUnits === updates,
    },
    {
      what: 'reads of counting, but for its decisions (3 a minute and shard)',
      limit: '0',
      found: whole(Math.max(0, reads - decisions)),
      holds: reads <= decisions,
    },
  ];
}

function remarksOf({ windowSeconds, shards, stored, seconds }: MeteredRun, bill: Bill, published: Bill): string[] {
  const { eventsPerSecond, eventBytes, series } = scenario;
  const itemsAMonth = (series * shards * 60 * 730) as number;
  const gigabytesAMonth = (itemsAMonth * stored.bytesAnItem) / 2 ** 30;
  return [
    `${whole(eventsPerSecond)} events of ${whole(eventBytes)} bytes a second, ${series} series equally often, ${shards} on-demand shards, buckets of 1m and 1h, a window of ${windowSeconds} s; a batch is what a shard gets in the window, where the batch size does not end it sooner. ${seconds} s of it were metered.`,
    `Calls and bytes are those of the functions with DynamoDB and CloudWatch. Publishing is counted ${assumptions.tableStreamShards} times, since a table on demand has so many stream shards on AWS and DynamoDB Local has one.`,
    `Billed durations are estimates: the processor time measured here at the part of a core that the memory buys, and ${assumptions.roundTripMs} ms for each step that waits for AWS. Of count ${whole(bill.count.billedMs)} ms (published design ${whole(published.count.billedMs)} ms), of publish ${whole(bill.publish.billedMs)} ms (${whole(published.publish.billedMs)} ms).`,
    `Not in the bill: what DynamoDB stores, about ${gigabytesAMonth.toFixed(1)} GB for each month of minutes that is kept ($0.25 a GB and month, $0.20 more for point-in-time recovery); the dashboard ($3 a month beyond an account's third); alarms.`,
  ];
}

function atMost(what: string, found: number, limit: number): Budget {
  return { what, limit: `at most ${limit}`, found: found.toFixed(3), holds: found <= limit };
}

function dollars(amount: number): string {
  return `$${amount.toFixed(4)}`;
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
