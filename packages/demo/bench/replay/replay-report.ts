import type { Machine } from '@tidemark/core/bench/machine';
import type { BenchReport, BenchTable, Budget } from '@tidemark/core/bench/report';
import { assumptions } from '../cost/scenario.ts';
import { heapMbMax } from '../metering/bounded-heap.ts';
import type { CostFound } from './cost.ts';
import { costTable } from './cost-table.ts';
import type { HistoryFound } from './history.ts';
import { bucketsASeries, type HoldFound } from './hold.ts';
import type { Lag } from './lag.ts';
import { batchTrips } from './replay-bill.ts';
import type { SpeedFound } from './speed.ts';

export interface ReplayFound {
  readonly speeds: readonly SpeedFound[];
  readonly histories: readonly HistoryFound[];
  readonly cost: CostFound;
  /** Ascending by size. */
  readonly holds: readonly HoldFound[];
}

/** What a shard gives in a second to all that read it, in bytes. */
const shardGives = 2_000_000;
const historyEventsMax = 25_000;
const holdLimit = 1.05;
const memoryLimit = 1.5;

export function replayReport(machine: Machine, found: ReplayFound): BenchReport {
  return {
    name: 'replay',
    title: 'Replays, on the local engine',
    machine,
    tables: [speedTable(found.speeds), historyTable(found.histories), costTable(found.cost), holdTable(found.holds)],
    budgets: budgetsOf(found),
    remarks: remarksOf(found),
    figures: found,
  };
}

function speedTable(speeds: readonly SpeedFound[]): BenchTable {
  return {
    columns: ['one shard', 'records/s', 'MB/s', 'of 2 MB/s', 'live behind, median', 'x alone', 'at most'],
    rows: speeds.flatMap((speed) => {
      const { recordBytes, alone, paced, unpaced, functionRecordsASecond, estimatedRecordsASecond } = speed;
      const lag = (of: Lag): string[] => [seconds(of.median), (of.median / alone.median).toFixed(2), seconds(of.max)];
      const rate = (records: number): string[] => [whole(records), ((records * recordBytes) / 1e6).toFixed(2)];
      const share = (records: number): string => percent(shareOf(speed, records));
      const taken = paced.recordsASecond;
      const without = unpaced.recordsASecond;
      return [
        [`${whole(recordBytes)} bytes: live counting alone`, '-', '-', '-', ...lag(alone)],
        ['... beside a recount', ...rate(taken), share(taken), ...lag(paced.lag)],
        ['... beside a recount without its pace', ...rate(without), share(without), ...lag(unpaced.lag)],
        ['... what the function could do here', ...rate(functionRecordsASecond), '-', '-', '-', '-'],
        ['... and on AWS, estimated', ...rate(estimatedRecordsASecond ?? Number.NaN), '-', '-', '-', '-'],
      ];
    }),
  };
}

function historyTable(histories: readonly HistoryFound[]): BenchTable {
  return {
    columns: ['a run that waits for its recount', 'hours', 'looks', 'events an hour', 'events of the run', 'of 25,000'],
    rows: histories.map(({ title, waitedHours, looks, eventsAnHour, events }) => [
      title,
      waitedHours.toFixed(1),
      whole(looks),
      whole(eventsAnHour),
      whole(events),
      percent(events / historyEventsMax),
    ]),
  };
}

function holdTable(holds: readonly HoldFound[]): BenchTable {
  return {
    columns: ['a replay that switches', 'live counting held', 'of that not waiting', 'memory of the comparison'],
    rows: holds.map(({ partials, heldSeconds, workedSeconds, memoryMb }) => [
      `${whole(partials)} partials in each generation`,
      seconds(heldSeconds),
      seconds(workedSeconds),
      `${memoryMb} MB`,
    ]),
  };
}

function budgetsOf({ speeds, histories, holds }: ReplayFound): Budget[] {
  const share = Math.max(...speeds.map((speed) => shareOf(speed, speed.paced.recordsASecond)));
  const events = Math.max(...histories.map((history) => history.events));
  const [small, large] = [holds[0], holds.at(-1)];
  if (small === undefined || large === undefined) throw new Error('no holds were measured');
  const beside = `${whole(large.partials)} partials beside ${whole(small.partials)}`;
  const held = large.heldSeconds / small.heldSeconds;
  const memory = large.memoryMb / small.memoryMb;
  return [
    {
      what: 'of what a shard gives, a recount takes',
      limit: 'at most 50 %',
      found: percent(share),
      holds: share <= 0.5,
    },
    {
      what: 'history events of the longest run, beside the 25,000 that an execution may have',
      limit: 'at most 50 %',
      found: percent(events / historyEventsMax),
      holds: events <= historyEventsMax / 2,
    },
    atMost(`the hold, ${beside}`, held, holdLimit),
    atMost(`memory of the comparison, ${beside}`, memory, memoryLimit),
  ];
}

function remarksOf({ speeds, histories, holds }: ReplayFound): string[] {
  const lives = speeds.map(
    ({ recordBytes, liveRecordsASecond }) => `${liveRecordsASecond} of ${whole(recordBytes)} bytes`,
  );
  const waits = histories.map(
    ({ title, behindHours, pace }) => `${title}: ${behindHours} h behind, ${pace} h of arrivals an hour`,
  );
  const [small] = holds;
  return [
    `Records a second: a shard of the engine with the limits of AWS, on a clock that goes as the wall does; buckets of 1m and 1h and windows of 60 s; each ${speeds[0]?.seconds} s. Meanwhile records arrive (${lives.join(', ')} a second) and are read twice, for buckets and for windows. "Live behind" is the age of the checkpoint of counting, the second in which a batch gathers included. Every run verified, and found all equal. Without its pace: the same function, for which 1 MB/s is no bound. What the function could do: records by the time that it ran, whatever the shard gives; here it shares the machine with all else, and the estimate for AWS is from its processor time, on the part of a core that its memory buys, and ${assumptions.roundTripMs} ms for each of ${batchTrips} steps of a batch that wait.`,
    `History: ${waits.join('; ')}. The real state machine and steps, on a clock that jumps from wait to wait; the benchmark moves the checkpoints at which the steps look.`,
    `Cost: the traffic of the cost benchmark, 20 series and 4 on-demand shards; estimates of billed durations as there, but that a recount is billed for what its pace takes. All but the transitions and the other calls of the steps, which any run makes once, is for a million records; the comparison's reads are counted as if they grew with the records. The backfill took all of its records from the archive but a second's, which came by its pipe. Not in it: what DynamoDB stores until a generation is pruned, the logs of state machines, and for live counting the stream itself and what is put into it. A provisioned stream is read for nothing.`,
    `Hold: series of ${whole(bucketsASeries)} minutes in one shard, one or more of them; of the ${small === undefined ? '-' : seconds(small.heldSeconds)} almost all are settings: the longest timeouts of counting and of the recount, and a minute for whoever remembers the timeline. The function that compares has half a gigabyte; here its heap was bounded by ${heapMbMax} MB, so that its garbage does not pile up. It holds a page of each generation at a time, of at most 5,000 partials, whatever the table.`,
  ];
}

function shareOf({ recordBytes }: SpeedFound, recordsASecond: number): number {
  return (recordsASecond * recordBytes) / shardGives;
}

function atMost(what: string, found: number, limit: number): Budget {
  return { what, limit: `at most ${limit}`, found: found.toFixed(3), holds: found <= limit };
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
