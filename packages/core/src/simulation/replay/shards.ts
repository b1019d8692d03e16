import type { Random } from '../../generate/random.ts';
import { aheadOfArrivalMsMax } from '../../limits.ts';
import { bucketStart } from '../../series/bucket.ts';
import { dayNumber, formatDay } from '../../series/day.ts';
import type { Part, Shard } from '../scenario.ts';
import { shardFamily } from '../shard-family.ts';

/** A shard that is open from one moment to another. Milliseconds since the epoch. */
export interface OpenShard extends Shard {
  readonly opensMs: number;
  /** The last that is ever put into it is seen by then; Infinity while it has no children. */
  closesMs: number;
}

/** When things happen: the stream begins at `startMs`, the first run starts at about `runMs`. */
export interface Times {
  readonly startMs: number;
  readonly runMs: number;
  readonly retentionMs: number;
  /** When events come that may be late by a day and more: about the moments from which floors hold. */
  readonly lateMs: readonly number[];
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** One or two shards and perhaps children: some busy while runs last, some idle, some without any record. */
export function openShardsOf(
  random: Random,
  times: Times,
  names: readonly string[],
  contents: (readonly Part[])[],
): OpenShard[] {
  const shards = shardFamily(random, times.startMs, (id, parents, opensMs) =>
    openShard(random, { id, parents, opensMs }, times, names, contents),
  );
  for (const { parents, opensMs } of shards) {
    for (const parent of parents) {
      (shards[parent] as OpenShard).closesMs = opensMs;
    }
  }
  return shards;
}

function openShard(
  random: Random,
  born: Pick<OpenShard, 'id' | 'parents' | 'opensMs'>,
  times: Times,
  names: readonly string[],
  contents: (readonly Part[])[],
): OpenShard {
  const shard: OpenShard = { ...born, closesMs: Number.POSITIVE_INFINITY, records: [], stream: [] };
  let sequence = random.integer(random.pick([10, 100, 900]));
  for (const visibleMs of instantsOf(random, shard.opensMs, times)) {
    sequence += 1 + random.integer(random.pick([2, 40]));
    const arrivalMs = visibleMs - (random.fraction() < 0.2 ? random.integer(5000) : 0);
    const isLate = times.lateMs.includes(visibleMs);
    const parts = isLate ? [latePart(random, arrivalMs, names)] : partsOf(random, arrivalMs, names);
    shard.records.push({ sequence, arrivalMs, visibleMs, day: formatDay(dayNumber(arrivalMs)), parts });
    const data = String(contents.push(parts) - 1);
    shard.stream.push({ sequenceNumber: String(sequence), data, partitionKey: 'key', arrivalMs });
  }
  return shard;
}

/** The kind of instants at which a run switches. */
const busyKind = 5;

/** When records are seen, ascending: about the time that leaves the stream as the run starts, between, shortly before, during and after it. */
function instantsOf(random: Random, opensMs: number, { startMs, runMs, retentionMs, lateMs }: Times): number[] {
  const untilMs =
    random.fraction() < 0.7 ? Number.POSITIVE_INFINITY : startMs + random.integer(runMs - startMs + 40 * minuteMs);
  const between = (fromMs: number, spanMs: number): number => fromMs + random.integer(spanMs);
  const isBusy = random.fraction() < 0.5;
  const kinds: readonly (() => number)[] = [
    () => between(runMs - retentionMs - hourMs, 2 * hourMs),
    () => between(runMs - retentionMs - 4 * hourMs, 7 * hourMs),
    () => between(startMs, runMs - startMs),
    () => between(runMs - hourMs, hourMs),
    () => between(runMs - 3 * minuteMs, 20 * minuteMs),
    () => between(runMs + minuteMs, 6 * minuteMs),
    () => between(runMs, 40 * minuteMs),
    () => between(runMs, 4 * hourMs),
    () => between(bucketStart(runMs, '1d') - 2 * hourMs, 2 * hourMs),
  ];
  const weights = kinds.map((_, at) => (isBusy ? (at === busyKind ? 6 : random.integer(2)) : random.integer(4)));
  const bag = kinds.flatMap((kind, at) => Array.from({ length: weights[at] as number }, () => kind));
  const instants: number[] = [];
  for (let left = bag.length === 0 ? 0 : random.integer(isBusy ? 30 : 14); left > 0; left -= 1) {
    const atMs = random.pick(bag)();
    const burst = random.fraction() < 0.3 ? 1 + random.integer(3) : 1;
    for (let more = 0; more < burst; more += 1) {
      instants.push(atMs + more * random.integer(3000));
    }
  }
  return [...instants, ...lateMs]
    .filter((atMs) => atMs >= opensMs && atMs <= untilMs)
    .sort((one, other) => one - other);
}

/** Of a few minutes of the day: late events come for buckets that have some already. */
function latePart(random: Random, arrivalMs: number, names: readonly string[]): Part {
  return { name: random.pick(names), timeMs: bucketStart(arrivalMs, '1h') - random.pick([1, 3, 9]) * hourMs };
}

function partsOf(random: Random, arrivalMs: number, names: readonly string[]): Part[] {
  const parts: Part[] = [];
  for (let left = random.fraction() < 0.15 ? 2 + random.integer(2) : 1; left > 0; left -= 1) {
    const isMalformed = random.fraction() < 0.08;
    parts.push(isMalformed ? { reason: 'not-json' } : { name: random.pick(names), timeMs: timeOf(random, arrivalMs) });
  }
  return parts;
}

/** Mostly within the minute before the arrival; some late by hours or days, many ahead, a few too far ahead. */
function timeOf(random: Random, arrivalMs: number): number {
  const kind = random.fraction();
  if (kind < 0.6) {
    return arrivalMs - random.integer(minuteMs);
  }
  if (kind < 0.75) {
    return arrivalMs - random.integer(random.pick([hourMs, 6 * hourMs, 40 * hourMs]));
  }
  return (
    arrivalMs + (kind < 0.98 ? random.integer(aheadOfArrivalMsMax) : aheadOfArrivalMsMax + 1 + random.integer(hourMs))
  );
}
