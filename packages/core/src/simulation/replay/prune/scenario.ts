import { Random } from '../../../generate/random.ts';
import type { Cutoffs } from '../../../prune/cutoff.ts';
import type { BucketSize } from '../../../series/bucket.ts';
import { bucketStart } from '../../../series/bucket.ts';
import { timeoutMs } from '../../world.ts';
import type { ReplayIntervention } from '../scenario.ts';
import type { OpenShard } from '../shards.ts';
import { hourMs, minuteMs } from '../shards.ts';

type Start = ReplayIntervention & { readonly kind: 'start' };

/** What a seed fixes of prunes and restores. */
export interface PruneScenario {
  /** How long what a run has replaced is kept after its end. Milliseconds. */
  readonly keepReplacedMs: number;
  /** Items of one object, and of one page, at most. */
  readonly objectItems: number;
  /** How readily, 0 to 1, an object is not what was written. */
  readonly damagedPuts: number;
  /** How readily the answer of a step gets lost, and how soon the step is called again then, at most. Milliseconds. */
  readonly lostAnswers: number;
  readonly lostMsMax: number;
  /** How readily an attempt to delete that was given up lands all the same, after the one that succeeded. */
  readonly lateAttempts: number;
  /** How readily a child's step is done twice. */
  readonly doubles: number;
  /** What somebody starts as soon as a prune has exported and ended, and how soon, at most. */
  readonly restoredNext: Start | undefined;
  readonly restoredNextMsMax: number;
  readonly interventions: readonly ReplayIntervention[];
}

/** What comes of prunes before there are shards. */
export interface Story extends PruneScenario {
  /** When late events arrive. */
  readonly lateMs: readonly number[];
  readonly random: Random;
}

interface Times {
  readonly startMs: number;
  readonly runMs: number;
}

/** From the start of a prune to the moment from which its floors hold, about; and until it looks whether everything from before is counted. */
const inForceMs = 16 * minuteMs;
const lookMs = inForceMs + minuteMs;

/** Drawn apart from all else of a scenario. */
export function storyOf(seed: number, times: Times, buckets: readonly BucketSize[]): Story {
  const random = new Random(seed, 3);
  const { runMs } = times;
  const happens = (part: number): boolean => random.fraction() < part;
  const isStory = happens(0.5);
  const interventions = isStory ? chaptersOf(random, times, buckets) : [];
  const isHasty = isStory && happens(0.4);
  const restoredNext = isStory && happens(0.4) ? restoreOf(random, times, runMs) : undefined;
  if (happens(0.3)) {
    interventions.push({ kind: 'replace', atMs: runMs - 6 * hourMs + random.integer(9 * hourMs) });
  }
  // What is restored at once meets deletions that hang the likelier the more of them there are.
  const isEager = isHasty && restoredNext !== undefined;
  return {
    keepReplacedMs: random.pick([5 * minuteMs, hourMs, 3 * hourMs]),
    objectItems: 1 + random.integer(4),
    damagedPuts: isEager ? 0 : random.pick([0, 0, 0, 0.1]),
    lostAnswers: isHasty ? 0.3 : 0.03,
    lateAttempts: isEager ? 0.4 : 0,
    doubles: isEager ? 1 : isHasty ? 0.4 : 0,
    lostMsMax: isEager ? 500 : isHasty ? random.pick([1000, 5000, timeoutMs]) : timeoutMs,
    restoredNext,
    restoredNextMsMax: random.pick([200, 3000, 20_000]),
    interventions,
    lateMs: interventions.flatMap((each) => (isPrune(each) ? lateOf(random, each.atMs) : [])),
    random,
  };
}

/** With the shards: now and then a prune comes just when a record leaves the stream that was counted no sooner. `keepsMs`: how long the stream has a record. */
export function pruneScenarioOf(
  { random, lateMs: _, interventions, ...story }: Story,
  shards: readonly OpenShard[],
  keepsMs: number,
  buckets: readonly BucketSize[],
): PruneScenario {
  const shard = random.fraction() < 0.12 ? random.pick(shards) : undefined;
  if (shard === undefined || shard.records.length === 0) {
    return { ...story, interventions };
  }
  const { visibleMs } = random.pick(shard.records);
  const leavesMs = visibleMs + keepsMs;
  const fromMs = visibleMs - random.integer(minuteMs);
  const atMs = leavesMs - lookMs - random.integer(20_000);
  const cutoffs = Object.fromEntries(
    buckets.map((size) => [size, bucketStart(atMs - random.integer(20 * hourMs), size)]),
  );
  const forMs = leavesMs - random.integer(4000) - fromMs;
  return {
    ...story,
    interventions: [...interventions, { kind: 'stall', atMs: fromMs, forMs }, pruneAt(atMs, cutoffs)],
  };
}

function isPrune(each: ReplayIntervention): boolean {
  return each.kind === 'start' && each.what === 'prune';
}

/** About the moment from which the floors of a prune hold that begins at `atMs`. */
function lateOf(random: Random, atMs: number): number[] {
  return Array.from({ length: random.integer(8) }, () => atMs + inForceMs + random.integer(12_000) - 4000);
}

/** Prunes one after the other, what comes back between them, and readers about the time when that is closed again. */
function chaptersOf(random: Random, times: Times, buckets: readonly BucketSize[]): ReplayIntervention[] {
  const { startMs, runMs } = times;
  const all: ReplayIntervention[] = [];
  let atMs = random.pick([
    startMs + random.integer(runMs - startMs),
    runMs - hourMs + random.integer(30 * minuteMs),
    runMs + 20 * minuteMs + random.integer(2 * hourMs),
  ]);
  for (let left = 1 + random.integer(3); left > 0; left -= 1) {
    all.push(pruneAt(atMs, cutoffsOf(random, atMs, buckets)));
    if (random.fraction() < 0.3) {
      const stallMs = atMs + inForceMs + random.integer(12_000) - 2000;
      all.push({ kind: 'stall', atMs: stallMs, forMs: random.pick([2 * minuteMs, 20 * minuteMs]) });
    }
    if (random.fraction() < 0.5) {
      all.push({ kind: 'replace', atMs: atMs + random.integer(40 * minuteMs) });
    }
    atMs += 18 * minuteMs + random.integer(random.pick([10 * minuteMs, 3 * hourMs]));
    if (random.fraction() < 0.6) {
      const { keptMs = 0, ...restore } = restoreOf(random, times, atMs);
      all.push({ ...restore, keptMs });
      atMs += keptMs + random.integer(30 * minuteMs);
      const reader = random.integer(2);
      all.push({ kind: 'read', atMs: atMs - random.integer(40_000), reader });
      for (let reads = 3; reads > 0; reads -= 1) {
        all.push({ kind: 'read', atMs: atMs + random.integer(60_000), reader });
      }
    }
    if (random.fraction() < 0.3) {
      all.push({ kind: 'start', atMs: atMs + random.integer(2 * hourMs), what: 'undo', verify: false, force: false });
    }
  }
  return all;
}

export function pruneAt(atMs: number, cutoffs: Cutoffs): Start {
  return { kind: 'start', atMs, what: 'prune', cutoffs, verify: false, force: false };
}

/** Of each size a floor, or none. Some hours of events lie behind whatever the scenario begins with. */
function cutoffsOf(random: Random, atMs: number, buckets: readonly BucketSize[]): Cutoffs {
  return Object.fromEntries(
    buckets
      .filter(() => random.fraction() < 0.8)
      .map((size) => [size, bucketStart(atMs - random.integer(random.pick([hourMs, 6 * hourMs, 24 * hourMs])), size)]),
  );
}

function restoreOf(random: Random, { startMs, runMs }: Times, atMs: number): Start {
  const fromMs = random.fraction() < 0.5 ? startMs - 48 * hourMs : startMs + random.integer(runMs - startMs);
  const toMs = random.fraction() < 0.5 ? runMs + 6 * hourMs : fromMs + random.integer(40 * hourMs);
  const keptMs = random.pick([5 * minuteMs, hourMs, 100 * hourMs]);
  return { kind: 'start', atMs, what: 'restore', fromMs, toMs, keptMs, verify: false, force: false };
}
