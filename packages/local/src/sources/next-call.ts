import type { Call } from './attempt.ts';
import { batchBound } from './batch.ts';
import type { Attempt, Chaos, Disturbance } from './chaos.ts';
import { type GiveUpOptions, withoutExpired } from './give-up.ts';
import { split, type Unit } from './retry.ts';
import type { ShardWindow } from './shard-window.ts';
import type { SourceRecord } from './source.ts';
import type { WindowEnd } from './tumbling-window.ts';

export interface NextCallOptions extends GiveUpOptions {
  readonly shardId: string;
  /** The windows of the shard, where the mapping has any. */
  readonly window: ShardWindow | undefined;
  /** Nothing of the open window comes after the batch: the last call ends it. */
  readonly closes: boolean;
  /** Asked anew before every delivery, so that it can be set while the mapping runs. */
  readonly chaos: () => Chaos | undefined;
  /** Up to so many records that follow, of the same window, for other bounds. */
  readonly following: (count: number) => Promise<readonly SourceRecord[]>;
}

type Records = Unit<SourceRecord>;

/** What to call the function with, and what to deliver afterwards. */
export interface NextCall extends Omit<Call, 'records'> {
  /** Without records where the call only ends a window. */
  readonly unit: Records;
  readonly units: readonly Records[];
}

/**
 * The next call for these units: the end of a window that the next record is beyond, else the first unit, without what is too
 * old, no further than its window goes and its event has room, and as chaos wants it. Undefined when nothing is left to do.
 */
export async function takeNext(units: readonly Records[], options: NextCallOptions): Promise<NextCall | undefined> {
  let rest = units.filter((unit) => unit.records.length > 0);
  for (;;) {
    const [first, ...others] = rest;
    const unit = first && (await withoutExpired(first, options));
    if (unit?.records.length === 0) {
      rest = others;
      continue;
    }
    const end = owedEnd(unit?.records[0], options);
    if (end !== undefined) {
      const alone = { unit: { records: [], failures: 0 }, units: unit === undefined ? [] : [unit, ...others], end };
      return disturbed(alone, disturbanceOf(alone, options), options);
    }
    if (unit === undefined) return undefined;
    const fitting = fitted(unit, others, options);
    const { bisect, bounds, ...disturbance } = disturbanceOf(fitting, options);
    if (bisect && fitting.unit.records.length > 1) {
      rest = [...split(fitting.unit), ...fitting.units];
      continue;
    }
    if (bounds === undefined) return disturbed(fitting, disturbance, options);
    const [rebound, ...further] = await reboundTo(bounds, [fitting.unit, ...fitting.units], options);
    return disturbed(fitted(rebound, further, options), disturbance, options);
  }
}

/** How the open window must end before the record that is next can be delivered; undefined where it can be. */
function owedEnd(next: SourceRecord | undefined, { window, closes }: NextCallOptions): WindowEnd | undefined {
  if (window?.open === undefined) return undefined;
  if (window.isOverfull) return 'early';
  return (next === undefined ? closes : window.isBefore(next)) ? 'final' : undefined;
}

type Planned = Omit<NextCall, 'disturbance'>;

/** The unit as far as its window goes and its event has room, which the growing state takes from it; the rest goes after it. */
function fitted(unit: Records, others: readonly Records[], options: NextCallOptions): Planned {
  const { window } = options;
  const [first] = unit.records;
  if (window === undefined || first === undefined) return { unit, units: others, end: undefined };
  window.begin(first);
  const room = { frameBytes: window.frameBytes, recordsMax: window.leading(unit.records) };
  const { count } = batchBound(unit.records, { BatchSize: unit.records.length }, room);
  const units = [{ ...unit, records: unit.records.slice(count) }, ...others].filter(
    ({ records }) => records.length > 0,
  );
  const end = owedEnd(units[0]?.records[0], options);
  return { unit: { ...unit, records: unit.records.slice(0, count) }, units, end };
}

/** `count` records from the front of everything that waits, the rest after them. */
async function reboundTo(
  count: number,
  [unit, ...others]: readonly [Records, ...Records[]],
  { following }: NextCallOptions,
): Promise<readonly [Records, ...Records[]]> {
  const waiting = [unit, ...others].flatMap((each) => each.records);
  const records = waiting.length < count ? [...waiting, ...(await following(count - waiting.length))] : waiting;
  const taken = { ...unit, records: records.slice(0, Math.max(1, count)) };
  return [taken, { ...unit, records: records.slice(taken.records.length) }];
}

function disturbanceOf(planned: Planned, options: NextCallOptions): Disturbance {
  return options.chaos()?.(describe(planned, options)) ?? {};
}

function disturbed(planned: Planned, disturbance: Disturbance, { window }: NextCallOptions): NextCall {
  if (disturbance.loseState) window?.loseState();
  return { ...planned, disturbance, end: endOf(planned, disturbance, window) };
}

function endOf({ unit, end }: Planned, { terminateEarly, final }: Disturbance, window: ShardWindow | undefined) {
  if (window === undefined || unit.records.length === 0) return end;
  if (terminateEarly) return 'early';
  if (final === undefined) return end;
  return final ? 'final' : undefined;
}

function describe({ unit: { records, failures }, end }: Planned, { shardId, window }: NextCallOptions): Attempt {
  const { startMs, endMs } = window?.open ?? {};
  return {
    shardId,
    firstSequenceNumber: records[0]?.sequenceNumber ?? '',
    lastSequenceNumber: records.at(-1)?.sequenceNumber ?? '',
    records: records.length,
    failures,
    ...(startMs === undefined || endMs === undefined ? {} : { window: { startMs, endMs, ...(end && { end }) } }),
  };
}
