import type { Source } from '../config.ts';
import type { MalformedReason } from '../count/outcome.ts';
import type { Decode } from '../count/read.ts';
import type { StreamRecord } from '../count/record.ts';
import { Random } from '../generate/random.ts';
import { aheadOfArrivalMsMax } from '../limits.ts';
import type { BucketSize } from '../series/bucket.ts';
import { bucketStart } from '../series/bucket.ts';
import { shardFamily } from './shard-family.ts';

/** One part of a record: an event, or something that no reader can read. */
export type Part = { readonly name: string; readonly timeMs: number } | { readonly reason: MalformedReason };

export interface SentRecord {
  /** Small enough for a number, long enough to change its count of digits within a shard. */
  readonly sequence: number;
  readonly arrivalMs: number;
  /** When the mapping can see it; never before an earlier record of the shard, though its arrival may be. */
  readonly visibleMs: number;
  /** Of the arrival, in UTC: `2026-11-02`. */
  readonly day: string;
  readonly parts: readonly Part[];
}

export interface Shard {
  readonly id: string;
  /** Places of the shards that this one continues; they are closed. */
  readonly parents: readonly number[];
  readonly records: SentRecord[];
  /** The same records as Kinesis hands them over. */
  readonly stream: StreamRecord[];
}

/** Something that an operator, a deployment or AWS does at a stated time. */
export type Intervention =
  | { readonly kind: 'cap'; readonly atMs: number; readonly maxSeries: number }
  | { readonly kind: 'floor'; readonly atMs: number; readonly size: BucketSize; readonly floorMs: number }
  | { readonly kind: 'replaceMapping'; readonly atMs: number }
  | { readonly kind: 'expire'; readonly atMs: number }
  | { readonly kind: 'hold'; readonly atMs: number; readonly quietMs: number };

/** Everything that a seed fixes before the first step. */
export interface Scenario {
  readonly source: Source;
  readonly startMs: number;
  readonly shards: readonly Shard[];
  /** Ascending by time. */
  readonly interventions: readonly Intervention[];
  readonly batchMax: number;
  /** Part of the store calls, 0 to 1, that meet with a fault. */
  readonly faults: number;
  /** How readily, 0 to 1, a batch is delivered beside one that is under way. */
  readonly duplicates: number;
  readonly decode: Decode;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const namePool = ['view', 'buy', 'error', 'login', 'search', 'close'];
const sizeSets: readonly (readonly BucketSize[])[] = [['1m'], ['1m', '1h'], ['1h'], ['5m', '1d'], ['1m', '1h']];
/** 23:40 UTC: soon it is another day, with another ledger. */
const startMs = Date.UTC(2026, 10, 2, 23, 40);
const midnightMs = Date.UTC(2026, 10, 3);

export function scenarioOf(seed: number): Scenario {
  const random = new Random(seed, 1);
  const contents: (readonly Part[])[] = [];
  const buckets = random.pick(sizeSets);
  const source: Source = {
    name: 'simulated',
    revisions: [{ fromMs: 0, event: { name: ['name'], time: ['time'] } }],
    buckets,
    maxSeries: 1 + random.integer(5),
  };
  const shards = shardsOf(random, namePool.slice(0, 1 + random.integer(namePool.length)), contents);
  return {
    source,
    startMs,
    shards,
    interventions: interventionsOf(random, buckets),
    batchMax: 2 + random.integer(7),
    faults: random.pick([0, 0.05, 0.1, 0.2, 0.3]),
    duplicates: random.pick([0, 0.1, 0.3, 0.8]),
    decode: (data, _fields, sink) => {
      for (const part of contents[Number(data)] ?? []) {
        if ('name' in part) {
          sink.event(part.name, part.timeMs);
        } else {
          sink.malformed(part.reason, 'made to be so');
        }
      }
    },
  };
}

function shardsOf(random: Random, names: readonly string[], contents: (readonly Part[])[]): Shard[] {
  return shardFamily(random, startMs, (id, parents, fromMs) => shardOf(random, id, parents, fromMs, names, contents));
}

function shardOf(
  random: Random,
  id: string,
  parents: readonly number[],
  fromMs: number,
  names: readonly string[],
  contents: (readonly Part[])[],
): Shard {
  const shard: Shard = { id, parents, records: [], stream: [] };
  // A child may count from below its parent's numbers or from above: they do not compare.
  let sequence = random.integer(random.pick([10, 100, 900]));
  let visibleMs = fromMs;
  const bursts = 1 + random.integer(3);
  const burstMax = random.pick([3, 6, 10]);
  for (let burst = 0; burst < bursts; burst += 1) {
    visibleMs += random.integer(burst === 0 ? 2 * minuteMs : 25 * minuteMs);
    for (let left = 1 + random.integer(burstMax); left > 0; left -= 1) {
      sequence += 1 + random.integer(random.pick([2, 40]));
      visibleMs += random.integer(3000);
      const arrivalMs = visibleMs - (random.fraction() < 0.2 ? random.integer(5000) : 0);
      const parts = partsOf(random, arrivalMs, names);
      shard.records.push({
        sequence,
        arrivalMs,
        visibleMs,
        day: arrivalMs < midnightMs ? '2026-11-02' : '2026-11-03',
        parts,
      });
      const data = String(contents.push(parts) - 1);
      shard.stream.push({ sequenceNumber: String(sequence), data, partitionKey: 'key', arrivalMs });
    }
  }
  return shard;
}

function partsOf(random: Random, arrivalMs: number, names: readonly string[]): Part[] {
  const parts: Part[] = [];
  for (let left = random.fraction() < 0.2 ? 2 + random.integer(3) : 1; left > 0; left -= 1) {
    const isMalformed = random.fraction() < 0.07;
    parts.push(isMalformed ? { reason: 'not-json' } : { name: random.pick(names), timeMs: timeOf(random, arrivalMs) });
  }
  return parts;
}

/** Mostly within the minute before the arrival; some late by hours, some ahead, a few too far ahead. */
function timeOf(random: Random, arrivalMs: number): number {
  const kind = random.fraction();
  if (kind < 0.75) {
    return arrivalMs - random.integer(minuteMs);
  }
  if (kind < 0.92) {
    return arrivalMs - random.integer(6 * hourMs);
  }
  return (
    arrivalMs + (kind < 0.96 ? random.integer(aheadOfArrivalMsMax) : aheadOfArrivalMsMax + 1 + random.integer(hourMs))
  );
}

function interventionsOf(random: Random, buckets: readonly BucketSize[]): Intervention[] {
  const interventions: Intervention[] = [];
  const atMs = (): number => startMs + random.integer(40 * minuteMs);
  for (let left = random.integer(3); left > 0; left -= 1) {
    interventions.push({ kind: 'cap', atMs: atMs(), maxSeries: 1 + random.integer(6) });
  }
  for (let left = random.integer(3); left > 0; left -= 1) {
    const size = random.pick(buckets);
    const floorMs = startMs - random.integer(4 * hourMs);
    const isAligned = random.fraction() < 0.5;
    interventions.push({
      kind: 'floor',
      atMs: atMs(),
      size,
      floorMs: isAligned ? bucketStart(floorMs, size) : floorMs,
    });
  }
  if (random.fraction() < 0.2) {
    interventions.push({ kind: 'replaceMapping', atMs: atMs() });
  }
  if (random.fraction() < 0.3) {
    interventions.push({ kind: 'hold', atMs: atMs(), quietMs: random.integer(30 * minuteMs) });
  }
  if (random.fraction() < 0.5) {
    interventions.push({ kind: 'expire', atMs: atMs() });
  }
  return interventions.sort((one, other) => one.atMs - other.atMs);
}
