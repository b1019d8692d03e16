import type { CorrectedPair } from '../../../replay/correction.ts';
import { correctionOf, recountedContent } from '../../../replay/correction.ts';
import type { RunItem } from '../../../replay/run.ts';
import { nothingCorrected } from '../../../replay/run.ts';
import type { TimelineItem } from '../../../replay/timeline.ts';
import { generationOf } from '../../../replay/timeline.ts';
import type { PartialKey } from '../../../series/key.ts';
import type { FencedItem } from '../../store.ts';
import { readRun, readTimeline, setRun } from '../control.ts';
import { bucketOf, partialKeyOf } from '../partial-keys.ts';
import type { Step } from '../step.ts';
import { request } from '../step.ts';
import type { ReplayWorld } from '../world.ts';

/** Data of one call. */
const dataMax = 3;

/** What is to be put to the metric for one bucket of the smallest size. */
export interface Datum {
  readonly bucket: string;
  readonly name: string;
  readonly startMs: number;
  readonly events: number;
}

/** Puts what a switch has changed, call after call; each is noted when it has been answered. */
export function* correct(world: ReplayWorld, run: string): Step<void> {
  const { store, rules } = world;
  const timeline = yield* readTimeline(world);
  const item = yield* readRun(world, run);
  const noted = rules.undoneNotedInHold ? store.undone.get(run) : undefined;
  const read = (): readonly Datum[] => noted ?? correctionsOf(world, timeline, item);
  const data = (yield* request('read what was switched', read, 'read')).filter((datum) => !isBehind(datum, item));
  for (let at = 0; at < data.length; at += dataMax) {
    const call = data.slice(at, at + dataMax);
    const last = call.at(-1);
    const Cursor = { Size: smallestOf(world), Name: last?.name ?? '', FromMs: last?.startMs ?? 0 };
    const note = { Corrected: { ...nothingCorrected, Calls: at, Cursor } };
    if (!rules.correctionNotedAfter) {
      yield* setRun(world, run, note);
    }
    const told = call.map(({ bucket, events }) => `${bucket} ${events}`).join(', ');
    yield* request(
      `correct ${told}`,
      () => {
        for (const { bucket, events } of call) {
          store.put(bucket, events);
          world.checks.corrected(run, bucket);
        }
      },
      'count',
    );
    if (rules.correctionNotedAfter) {
      yield* setRun(world, run, note);
    }
  }
}

function isBehind({ name, startMs }: Datum, { Corrected }: Partial<RunItem>): boolean {
  const cursor = Corrected?.Cursor;
  return cursor !== undefined && (name < cursor.Name || (name === cursor.Name && startMs <= cursor.FromMs));
}

/** Where the timeline says otherwise than before: by name and time. */
export function correctionsOf(
  world: ReplayWorld,
  timeline: Pick<TimelineItem, 'Ranges'>,
  item: Partial<RunItem>,
): Datum[] {
  const size = smallestOf(world);
  const spans = new Map<string, { readonly key: PartialKey; readonly slices: Map<string, Sides> }>();
  for (const [text, partial] of world.store.partials) {
    const key = partialKeyOf(text);
    const before = generationOf({ Ranges: item.Before ?? {} }, key.size, key.startMs);
    const after = generationOf(timeline, key.size, key.startMs);
    if (key.size !== size || before === after || (key.generation !== before && key.generation !== after)) {
      continue;
    }
    const span = spans.get(bucketOf(key)) ?? { key, slices: new Map<string, Sides>() };
    spans.set(bucketOf(key), span);
    const sides = span.slices.get(key.slice) ?? {};
    span.slices.set(key.slice, sides);
    sides[key.generation === before ? 'before' : 'after'] = partial;
  }
  return [...spans]
    .map(([bucket, { key, slices }]) => {
      const { events } = correctionOf([...slices.values()].map((sides) => pairOf(world, item, sides)));
      return { bucket, name: key.name, startMs: key.startMs, events };
    })
    .filter(({ events }) => events !== 0)
    .sort((one, other) => (one.name === other.name ? one.startMs - other.startMs : one.name < other.name ? -1 : 1));
}

interface Sides {
  before?: FencedItem;
  after?: FencedItem;
}

/** A recount's partial: what live counting added to it was published by live counting itself. */
function pairOf({ rules }: ReplayWorld, { Kind }: Partial<RunItem>, { before, after }: Sides): CorrectedPair {
  const whole = (item: FencedItem | undefined) =>
    item === undefined ? undefined : { EventCount: item.numbers.EventCount ?? 0 };
  const { Recounted, EventCount = 0 } = after?.numbers ?? {};
  const recounted = recountedContent({ EventCount, ...(Recounted === undefined ? {} : { Recounted }) });
  const due = Kind === 'undo' || !rules.recountedAlone ? whole(after) : recounted;
  const published = whole(before);
  return { ...(due === undefined ? {} : { due }), ...(published === undefined ? {} : { published }) };
}

function smallestOf({ scenario }: ReplayWorld) {
  const [smallest] = scenario.source.buckets;
  if (smallest === undefined) {
    throw new Error('a source without buckets');
  }
  return smallest;
}
