import type { Source } from '../../config.ts';
import { Random } from '../../generate/random.ts';
import type { Cutoffs } from '../../prune/cutoff.ts';
import type { BucketSize } from '../../series/bucket.ts';
import { bucketStart } from '../../series/bucket.ts';
import type { Part, Scenario } from '../scenario.ts';
import type { PruneScenario } from './prune/scenario.ts';
import { pruneAt, pruneScenarioOf, storyOf } from './prune/scenario.ts';
import type { OpenShard } from './shards.ts';
import { hourMs, minuteMs, openShardsOf } from './shards.ts';

/** Something that an operator, a deployment, AWS or a stranger does at a stated time. Milliseconds since the epoch. */
export type ReplayIntervention =
  | { readonly kind: 'cap'; readonly atMs: number; readonly maxSeries: number }
  /** Live counting stands still, though its mapping is enabled. */
  | { readonly kind: 'stall'; readonly atMs: number; readonly forMs: number }
  /** No pipe delivers, though it runs. */
  | { readonly kind: 'stallPipes'; readonly atMs: number; readonly forMs: number }
  /** An operator disables the mapping of live counting, and enables it again. */
  | { readonly kind: 'disable'; readonly atMs: number; readonly forMs: number }
  | {
      readonly kind: 'start';
      readonly atMs: number;
      /** `undo`: of some run that has switched. */
      readonly what: 'replay' | 'backfill' | 'undo' | 'prune' | 'restore';
      /** Undefined: from the trim horizon on. */
      readonly fromMs?: number;
      /** Of a backfill or a restore: buckets that start before it. */
      readonly toMs?: number;
      /** Of a prune: where the floors are to lie. */
      readonly cutoffs?: Cutoffs;
      /** Of a restore: how long what it brings back is kept, at least. */
      readonly keptMs?: number;
      readonly verify: boolean;
      readonly force: boolean;
    }
  | { readonly kind: 'cancel' | 'replace'; readonly atMs: number }
  | { readonly kind: 'damage'; readonly atMs: number; readonly how: 'deleted' | 'added to' | 'fence' }
  | { readonly kind: 'read'; readonly atMs: number; readonly reader: number };

/** Everything that a seed fixes before the first step. */
export interface ReplayScenario extends Omit<Scenario, 'interventions' | 'shards'> {
  readonly shards: readonly OpenShard[];
  /** Ascending by time. */
  readonly interventions: readonly ReplayIntervention[];
  readonly retentionMs: number;
  /** For so much longer the stream keeps records than it promises. */
  readonly keptLongerMs: number;
  /** How long live counting's mapping waits for a batch. */
  readonly windowMs: number;
  /** Also shorter than a function may have: what waits for memories must not lean on what waits for functions. */
  readonly liveTimeoutMs: number;
  readonly recountTimeoutMs: number;
  /** How long a mapping and a pipe take to do what they are asked, at most. */
  readonly mappingMsMax: number;
  readonly pipeMsMax: number;
  /** How long a batch of a pipe takes, at most: a recount may be slower than the trim horizon. */
  readonly paceMsMax: number;
  /** Between two looks at something that comes about by itself. Milliseconds. */
  readonly pollMs: number;
  /** How long after its arrival a record is in the archive, and which objects of it are missing: `<place> <object>`. */
  readonly archive: { readonly lagMs: number; readonly missing: readonly string[] };
  readonly prune: PruneScenario;
  /** How readily, 0 to 1, somebody stops an execution in one of its states. */
  readonly stops: number;
  /** Where somebody surely stops one. */
  readonly stopsAt: 'switch' | 'after the switch' | undefined;
}

const namePool = ['view', 'buy', 'error'];
const sizeSets: readonly (readonly BucketSize[])[] = [['1m'], ['1h'], ['1m', '1h'], ['5m', '1h']];
const retentionMs = 24 * hourMs;

export function replayScenarioOf(seed: number): ReplayScenario {
  const random = new Random(seed, 1);
  const contents: (readonly Part[])[] = [];
  const runMs = Date.UTC(2026, 10, 3, 6) + random.integer(24 * hourMs);
  const startMs = runMs - 20 * hourMs - random.integer(10 * hourMs);
  const buckets = random.pick(sizeSets);
  const names = namePool.slice(0, 1 + random.integer(namePool.length));
  const source: Source = {
    name: 'simulated',
    revisions: [{ fromMs: 0, event: { name: ['name'], time: ['time'] } }],
    buckets,
    maxSeries: 1 + random.integer(4),
  };
  const story = storyOf(seed, { startMs, runMs }, buckets);
  const shards = openShardsOf(random, { startMs, runMs, retentionMs, lateMs: story.lateMs }, names, contents);
  const interventions = interventionsOf(random, runMs, buckets);
  const keptLongerMs = random.integer(10 * minuteMs);
  const prune = pruneScenarioOf(story, shards, retentionMs + keptLongerMs, buckets);
  return {
    source,
    startMs,
    shards,
    interventions: [...interventions, ...prune.interventions]
      .filter(({ atMs }) => atMs >= startMs)
      .sort((one, other) => one.atMs - other.atMs),
    prune,
    retentionMs,
    keptLongerMs,
    windowMs: random.pick([0, 10_000, 5 * minuteMs]),
    ...paceOf(random),
    archive: {
      lagMs: random.pick([0, minuteMs, hourMs, 26 * hourMs]),
      missing: random.fraction() < 0.4 ? [`${random.integer(2)} ${random.integer(5)}`] : [],
    },
    stops: random.pick([0, 0, 0.02, 0.08]),
    stopsAt: random.fraction() < 0.2 ? random.pick(['switch', 'after the switch'] as const) : undefined,
    batchMax: 2 + random.integer(7),
    faults: random.pick([0, 0.02, 0.05, 0.1, 0.25]),
    duplicates: random.pick([0, 0.1, 0.3]),
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

/** Now and then everything goes quickly, so that only what waits for memories takes its time. */
function paceOf(
  random: Random,
): Pick<ReplayScenario, 'liveTimeoutMs' | 'recountTimeoutMs' | 'mappingMsMax' | 'pipeMsMax' | 'paceMsMax' | 'pollMs'> {
  const isQuick = random.fraction() < 0.3;
  const timeoutMs = (): number => (isQuick ? 5000 : random.pick([15_000, 60_000]));
  return {
    liveTimeoutMs: timeoutMs(),
    recountTimeoutMs: timeoutMs(),
    mappingMsMax: isQuick ? 2000 : 30_000,
    pipeMsMax: isQuick ? 2000 : 120_000,
    paceMsMax: isQuick ? 0 : random.pick([0, 0, 0, hourMs]),
    pollMs: isQuick ? 1000 : 5000,
  };
}

function interventionsOf(random: Random, runMs: number, buckets: readonly BucketSize[]): ReplayIntervention[] {
  const around = (fromMs: number, spanMs: number): number => runMs + fromMs + random.integer(spanMs);
  const happens = (part: number): boolean => random.fraction() < part;
  const all: ReplayIntervention[] = [runOf(random, runMs, 0)];
  for (let left = random.integer(3); left > 0; left -= 1) {
    all.push({ kind: 'cap', atMs: around(-2 * hourMs, 3 * hourMs), maxSeries: 1 + random.integer(4) });
  }
  for (let left = happens(0.3) ? 1 + random.integer(2) : 0; left > 0; left -= 1) {
    const size = random.pick(buckets);
    const floorMs = bucketStart(runMs - random.integer(26 * hourMs), size);
    all.push(pruneAt(around(-25 * hourMs, 26 * hourMs), { [size]: floorMs }));
    all.push(pruneAt(around(-30 * minuteMs, 2 * hourMs), {}));
  }
  if (happens(0.2)) {
    const forMs = random.pick([10 * minuteMs, 3 * hourMs, 25 * hourMs]);
    all.push({ kind: 'stall', atMs: around(-26 * hourMs, 27 * hourMs), forMs });
  }
  if (happens(0.15)) {
    const forMs = random.pick([10 * minuteMs, 3 * hourMs, 5 * hourMs]);
    all.push({ kind: 'stallPipes', atMs: around(0, 3 * minuteMs), forMs });
  }
  if (happens(0.08)) {
    all.push({ kind: 'disable', atMs: around(-20 * minuteMs, 20 * minuteMs), forMs: 6 * hourMs });
  }
  if (happens(0.3)) {
    all.push(runOf(random, runMs, random.pick([10 * minuteMs, 90 * minuteMs])));
  }
  if (happens(0.35)) {
    const atMs = around(10 * minuteMs, random.pick([20 * minuteMs, 3 * hourMs]));
    all.push({ kind: 'start', atMs, what: 'undo', verify: false, force: false });
  }
  if (happens(0.15)) {
    all.push({ kind: 'cancel', atMs: around(0, 30 * minuteMs) });
  }
  for (let left = happens(0.5) ? 1 + random.integer(3) : 0; left > 0; left -= 1) {
    const how = random.pick(['deleted', 'added to', 'fence'] as const);
    all.push({ kind: 'damage', atMs: around(-hourMs, random.pick([hourMs, 3 * hourMs])), how });
  }
  for (let left = 6; left > 0; left -= 1) {
    all.push({
      kind: 'read',
      atMs: around(-minuteMs, random.pick([30 * minuteMs, 2 * hourMs])),
      reader: random.integer(2),
    });
  }
  return all;
}

function runOf(random: Random, runMs: number, spreadMs: number): ReplayIntervention {
  const verify = random.fraction() < 0.25;
  if (random.fraction() < 0.25) {
    const anyMs = runMs - random.integer(30 * hourMs);
    const fromMs = bucketStart(anyMs, random.pick(['1h', '1d']));
    const toMs = fromMs + (1 + random.integer(10)) * hourMs;
    const atMs = runMs + random.integer(spreadMs + 1);
    return { kind: 'start', atMs, what: 'backfill', fromMs, toMs, verify, force: !verify };
  }
  const fromMs = bucketStart(runMs - random.integer(25 * hourMs), '1h');
  return {
    kind: 'start',
    atMs: runMs + random.integer(spreadMs + 1),
    what: 'replay',
    ...(random.fraction() < 0.3 ? { fromMs } : {}),
    verify,
    force: !verify && random.fraction() < 0.7,
  };
}
