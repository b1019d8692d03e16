import type { Measure, Source } from '../../config.ts';
import type { Decode } from '../../count/read.ts';
import { Random } from '../../generate/random.ts';
import type { BucketSize } from '../../series/bucket.ts';
import type { Intervention } from './interventions.ts';
import { interventionsOf } from './interventions.ts';
import type { Reading, WindowShard } from './readings.ts';
import { shardsOf } from './readings.ts';

/** How Lambda goes about the windows of a shard, as far as nobody has promised it. */
export interface Tumbling {
  /** Lambda's windows start at multiples of their length plus this. */
  readonly offsetMs: number;
  /** Whether a batch keeps to its window. Otherwise it is as if the bounds had been drawn by lot. */
  readonly keepsBounds: boolean;
  /** Whether a final call that failed may come again with more records or, halved, with fewer. */
  readonly closingsVary: boolean;
  /** A state of more bytes than these, as JSON, ends the window early. */
  readonly stateBytesMax: number;
}

/** Everything that a seed fixes before the first step. */
export interface WindowScenario {
  readonly source: Source;
  readonly seconds: number;
  readonly startMs: number;
  readonly shards: readonly WindowShard[];
  /** Ascending by time. */
  readonly interventions: readonly Intervention[];
  readonly tumbling: Tumbling;
  readonly batchMax: number;
  /** Records that one read of the stream returns at most. */
  readonly pageMax: number;
  /** A state of more bytes than these, as the handler estimates them, lets go of its youngest entries. */
  readonly flushBytesMax: number;
  /** How readily, 0 to 1, the records of a shard that may leave the stream do so: as if its retention were seconds. */
  readonly trims: number;
  /** Part of the requests, 0 to 1, that meet with a fault. */
  readonly faults: number;
  /** How readily, 0 to 1, a batch is delivered beside one that is under way. */
  readonly duplicates: number;
  readonly decode: Decode;
}

const namePool = ['Shadowfax', 'Rocinante', 'Bucephalus', 'Hoshi', 'Calliope', 'Pegasus'];
const measurePool: readonly Measure[] = [
  { name: 'distance', path: ['Distance'] },
  { name: 'health', path: ['HealthPoints'] },
];
/** A source may have buckets as well, and then a reading can be too old. */
const bucketSets: readonly (readonly BucketSize[])[] = [[], [], ['1m'], ['5m', '1h']];
const midnightMs = Date.UTC(2026, 10, 3);

export function windowScenarioOf(seed: number): WindowScenario {
  const random = new Random(seed, 1);
  const seconds = random.pick([5, 60, 60, 300, 900]);
  const spanMs = seconds * 1000;
  // Often it is soon another day, with another ledger.
  const startMs = midnightMs - 1 - random.integer(4 * spanMs);
  const contents: (readonly Reading[])[] = [];
  const measures = measurePool.slice(0, 1 + random.integer(2));
  const source: Source = {
    name: 'simulated',
    revisions: [{ fromMs: 0, event: { name: ['Name'], time: ['StatusTime'], measures } }],
    buckets: random.pick(bucketSets),
    window: { seconds },
    maxSeries: 1 + random.integer(6),
  };
  const names = namePool.slice(0, 1 + random.integer(namePool.length));
  const shards = shardsOf(random, { startMs, midnightMs, spanMs, names, measures: measures.length }, contents);
  return {
    source,
    seconds,
    startMs,
    shards,
    interventions: interventionsOf(random, startMs, shards, source.buckets),
    tumbling: {
      offsetMs: random.fraction() < 0.7 ? 0 : random.integer(spanMs),
      keepsBounds: random.fraction() < 0.8,
      closingsVary: random.fraction() < 0.3,
      stateBytesMax: random.pick([250, 500, 900, 1_000_000]),
    },
    batchMax: 2 + random.integer(7),
    pageMax: random.pick([1, 1, 2, 6]),
    flushBytesMax: random.pick([5200, 6000, 7000, 700_000]),
    trims: random.pick([0, 0, 0, 0.01, 0.1]),
    faults: random.pick([0, 0.05, 0.1, 0.2, 0.3]),
    duplicates: random.pick([0, 0.1, 0.3, 0.8]),
    decode: (data, _fields, sink) => {
      for (const part of contents[Number(data)] ?? []) {
        if ('name' in part) {
          sink.event(part.name, part.timeMs, part.measured);
        } else {
          sink.malformed(part.reason, 'made to be so');
        }
      }
    },
  };
}
