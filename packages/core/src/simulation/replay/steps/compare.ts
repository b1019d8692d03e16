import { recountOf } from '../../../control/keys.ts';
import type { ComparedRow } from '../../../replay/compare.ts';
import { isOpen } from '../../../replay/compare.ts';
import { addVerdict, emptyComparison, outcomeOf } from '../../../replay/report.ts';
import type { Compared, RunItem } from '../../../replay/run.ts';
import type { TimelineItem } from '../../../replay/timeline.ts';
import { generationOf } from '../../../replay/timeline.ts';
import type { Verdict } from '../../../replay/verdict.ts';
import type { PartialKey, SpanSize } from '../../../series/key.ts';
import { sliceOfShard } from '../../../series/key.ts';
import type { Marks, RunContext } from '../control.ts';
import { assertStanding, readCheckpoints, readRun, setRun } from '../control.ts';
import { bucketOf, partialKeyOf } from '../partial-keys.ts';
import type { Step } from '../step.ts';
import { request } from '../step.ts';
import type { ReplayWorld } from '../world.ts';
import { verdictAsRuled } from './verdict.ts';

/** A partial as both generations have it, and what is said of it. */
export interface Judged {
  /** `<series>|<size>#<start>#<slice>` */
  readonly place: string;
  readonly key: PartialKey;
  readonly live?: ComparedRow;
  readonly recount?: ComparedRow;
  readonly verdict: Verdict;
  readonly isOpen: boolean;
}

/** Passes over what could not be decided before. */
export const passMax = 3;

export interface Comparison {
  readonly judged: readonly Judged[];
  /** Something is undecided whose bucket is over. */
  readonly isToBeLookedAtAgain: boolean;
}

/** One pass: over all partials, and then over those that the pass before could not decide. Checkpoints are read before partials. */
export function* compare(world: ReplayWorld, context: RunContext, before: readonly Judged[]): Step<Comparison> {
  const { rules } = world;
  const timeline = yield* assertStanding(world, context);
  const item = yield* readRun(world, context.request.run);
  const early = rules.checkpointsReadFirst ? yield* bothCheckpoints(world, item) : undefined;
  const live = yield* readRows(world, 'true', (key) => isTrue(timeline, item, key));
  const recount = yield* readRows(world, 'recounted', (key) => isOfRun(item, key));
  const marks = early ?? (yield* bothCheckpoints(world, item));
  const decided = new Map(before.filter(({ verdict }) => verdict !== 'undecided').map((each) => [each.place, each]));
  const isFirstPass = before.length === 0;
  const places = isFirstPass ? new Set([...live.keys(), ...recount.keys()]) : before.map(({ place }) => place);
  const judged = [...places].flatMap((place): Judged[] => {
    const [one, other] = [live.get(place), recount.get(place)];
    const key = (one ?? other)?.key;
    const known = decided.get(place);
    // Somebody may have deleted both.
    if (known === undefined && key === undefined) {
      return [];
    }
    return [known ?? judge(world, place, key as PartialKey, one?.row, other?.row, marks)];
  });
  return { judged, isToBeLookedAtAgain: judged.some(({ verdict, isOpen: open }) => verdict === 'undecided' && !open) };
}

/** What all passes have come to. */
export function* conclude(
  world: ReplayWorld,
  context: RunContext,
  judged: readonly Judged[],
): Step<{ readonly outcome: 'equal' | 'different'; readonly proceed: boolean }> {
  yield* assertStanding(world, context);
  const { run, verify, force } = context.request;
  const verdictAtLast = ({ verdict }: Judged): Verdict =>
    verdict === 'undecided' && !world.rules.undecidedIsNotEqual ? 'equal' : verdict;
  const Compared = judged.reduce<Compared>(
    (tally, each) => addVerdict(tally, verdictAtLast(each), each.isOpen),
    emptyComparison,
  );
  yield* setRun(world, run, { Compared });
  const outcome = outcomeOf(Compared);
  return { outcome, proceed: verify !== true && (outcome === 'different' || force === true) };
}

function judge(
  world: ReplayWorld,
  place: string,
  key: PartialKey,
  live: ComparedRow | undefined,
  recount: ComparedRow | undefined,
  { mine, theirs }: BothMarks,
): Judged {
  const pair = { ...(live === undefined ? {} : { live }), ...(recount === undefined ? {} : { recount }) };
  const shard = world.scenario.shards.findIndex(({ id }) => sliceOfShard(id) === key.slice);
  const [one, other] = [theirs.get(shard)?.LastSequence, mine.get(shard)?.LastSequence];
  const checkpoints = {
    ...(one === undefined ? {} : { live: one }),
    ...(other === undefined ? {} : { recount: other }),
  };
  const verdict = verdictAsRuled(world.rules, pair, checkpoints);
  return { place, key, ...pair, verdict, isOpen: isOpen(key.size, key.startMs, world.nowMs) };
}

interface BothMarks {
  readonly mine: Marks;
  readonly theirs: Marks;
}

function* bothCheckpoints(world: ReplayWorld, { Generation = 0 }: Partial<RunItem>): Step<BothMarks> {
  const theirs = yield* readCheckpoints(world, 'count');
  return { theirs, mine: yield* readCheckpoints(world, recountOf(Generation)) };
}

type Rows = ReadonlyMap<string, { readonly key: PartialKey; readonly row: ComparedRow }>;

function* readRows(world: ReplayWorld, what: string, isMeant: (key: PartialKey) => boolean): Step<Rows> {
  const land = (): Rows => {
    const rows = new Map<string, { key: PartialKey; row: ComparedRow }>();
    for (const [text, { numbers, LastSequence }] of world.store.partials) {
      const key = partialKeyOf(text);
      if (isMeant(key)) {
        const Bucket = text.slice(key.name.length + 1);
        rows.set(`${bucketOf(key)}#${key.slice}`, {
          key,
          row: { Bucket, LastSequence, EventCount: numbers.EventCount ?? 0 },
        });
      }
    }
    return rows;
  };
  return yield* request(`read ${what} partials`, land, 'read');
}

function isTrue(timeline: TimelineItem, item: Partial<RunItem>, key: PartialKey): boolean {
  return isInRange(item, key.size, key.startMs) && generationOf(timeline, key.size, key.startMs) === key.generation;
}

function isOfRun(item: Partial<RunItem>, key: PartialKey): boolean {
  return key.generation === item.Generation && isInRange(item, key.size, key.startMs);
}

/** Whether a run rebuilds a bucket. */
export function isInRange({ First, ToMs }: Partial<RunItem>, size: SpanSize, startMs: number): boolean {
  return startMs >= (First?.[size] ?? Number.POSITIVE_INFINITY) && startMs < (ToMs ?? Number.POSITIVE_INFINITY);
}
