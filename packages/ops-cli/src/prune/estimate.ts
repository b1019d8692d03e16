import type { DeployedSource } from '@tidemark/core/deployment';
import { invocationMsMax } from '@tidemark/core/limits';
import { estimate } from '@tidemark/core/prune/estimate';
import { writeUnitsOf } from '@tidemark/core/prune/item-bytes';
import type { PrunePlan } from './plan.ts';
import type { Walked, WorkTally } from './walk.ts';

/** What a prune will come to, about. */
export interface PruneEstimate {
  readonly series: number;
  readonly buckets: number;
  readonly items: number;
  readonly bytes: number;
  readonly objects: number;
  readonly writeUnits: number;
  /** Until all floors hold and nobody can write any more who began before; 0 where there are none. */
  readonly waitMs: number;
  readonly durationMs: number;
  readonly dollars: number;
  /** Of the objects, a month; and what the table will cost less. */
  readonly dollarsPerMonth: number;
  readonly savedDollarsPerMonth: number;
}

/** Of the stack, where it does not say. */
const writeUnitsPerSecondDefault = 500;
/** Steps and the pauses between them, whatever the amount. */
const overheadMs = 2 * 60_000;
/** From the last arrival that the floor does not keep out until no invocation that began before can still write: as functions are configured by default. Milliseconds. */
const drainMs = { count: 70_000, window: invocationMsMax + 10_000 };
/** DynamoDB keeps a gigabyte for a month. */
const tableDollarsPerGb = 0.25;

/** About: each part errs on the high side. `names`: series of the source, `$other` among them. */
export function pruneEstimate(
  source: DeployedSource,
  { effectiveMs }: Pick<PrunePlan, 'effectiveMs'>,
  { tallies, series }: Walked,
  names: number,
  nowMs: number,
): PruneEstimate {
  const amount = {
    items: sum(tallies, ({ items }) => items),
    bytes: sum(tallies, ({ bytes }) => bytes),
    writeUnits: sum(tallies, ({ items, bytes }) => items * writeUnitsOf(bytes / Math.max(1, items))),
    exportedBytes: sum(tallies, ({ bytes, exported }) => (exported ? bytes : 0)),
    objects: sum(tallies, ({ objects }) => objects),
    queries: names * tallies.reduce((all, { ranges }) => all + ranges.length, 0),
  };
  const { dollars, dollarsPerMonth, seconds } = estimate(
    amount,
    source.prune?.writeUnitsPerSecond ?? writeUnitsPerSecondDefault,
  );
  const drainedMs = source.window === undefined ? drainMs.count : drainMs.window;
  const waitMs = effectiveMs === undefined ? 0 : Math.max(0, effectiveMs - nowMs) + drainedMs;
  const { items, bytes, objects, writeUnits } = amount;
  return {
    ...{ series, items, bytes, objects, writeUnits, waitMs, dollars, dollarsPerMonth },
    buckets: sum(tallies, ({ buckets }) => buckets),
    durationMs: waitMs + seconds * 1000 + overheadMs,
    savedDollarsPerMonth: (bytes / 1024 ** 3) * tableDollarsPerGb,
  };
}

function sum(tallies: readonly WorkTally[], of: (tally: WorkTally) => number): number {
  return tallies.reduce((all, each) => all + of(each), 0);
}
