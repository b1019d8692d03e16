import type { FloorsItem } from '../../control/floors.ts';
import type { Recount, StreamConsumer } from '../../control/keys.ts';
import { controlItems } from '../../control/keys.ts';
import { floorsVersion } from '../../prune/floors-change.ts';
import type { LockChange, RunKind } from '../../replay/lock.ts';
import { standing } from '../../replay/lock.ts';
import type { Refusal as TimelineRefusal } from '../../replay/refusal.ts';
import { tellRefusal } from '../../replay/refusal.ts';
import type { RunItem, RunRequest } from '../../replay/run.ts';
import type { TimelineItem } from '../../replay/timeline.ts';
import { sequenceOf } from '../check.ts';
import type { Step } from './step.ts';
import { Refusal, request } from './step.ts';
import type { MarkedItem } from './store.ts';
import type { ReplayWorld } from './world.ts';

/** What the steps of one run know of it. */
export interface RunContext {
  readonly kind: RunKind;
  readonly request: RunRequest;
  readonly execution: string;
}

const refusalNames: Readonly<Record<TimelineRefusal['kind'], string>> = {
  'lock-held': 'LockHeld',
  'lock-lost': 'LockLost',
  aborted: 'Aborted',
  switched: 'OutOfTurn',
  'out-of-turn': 'OutOfTurn',
  'still-held': 'OutOfTurn',
  'generations-used-up': 'GenerationsUsedUp',
};

export function refusalOf(refusal: TimelineRefusal): Refusal {
  return new Refusal(refusalNames[refusal.kind], tellRefusal(refusal));
}

export function* readTimeline({ store }: ReplayWorld): Step<TimelineItem> {
  return yield* request('read timeline', () => store.timeline);
}

/** Every change of the timeline: read, made up, and put where nobody has changed it meanwhile. */
export function* changeTimeline(
  world: ReplayWorld,
  what: string,
  change: (item: TimelineItem) => LockChange,
  isConditional = true,
): Step<TimelineItem> {
  for (;;) {
    const read = yield* readTimeline(world);
    const changed = change(read);
    if (!changed.ok) {
      throw refusalOf(changed.refusal);
    }
    const { item } = changed;
    if (item === read) {
      return item;
    }
    const put = (): boolean => world.store.putTimeline(item, isConditional ? read.Version : undefined);
    if (yield* request(`${what}: timeline ${item.Version}`, put)) {
      return item;
    }
  }
}

export function* readFloors({ store }: ReplayWorld): Step<FloorsItem> {
  return yield* request('read floors', () => store.current.floors);
}

/** Every change of the floors: read, made up, and put where nobody has changed them meanwhile. */
export function* changeFloors(
  world: ReplayWorld,
  what: string,
  change: (item: FloorsItem) => FloorsItem,
): Step<FloorsItem> {
  for (;;) {
    const read = yield* readFloors(world);
    const item = change(read);
    const put = (): boolean => world.store.putFloors(item, floorsVersion(read));
    if (item === read || (yield* request(`${what}: floors ${JSON.stringify(item)}`, put))) {
      return item;
    }
  }
}

/** What every step asks first. */
export function* assertStanding(world: ReplayWorld, { kind, request: { run } }: RunContext): Step<TimelineItem> {
  const timeline = yield* readTimeline(world);
  const refusal = standing(timeline, run);
  const isUnlocked = !world.rules.pruneLocked && (kind === 'prune' || kind === 'restore');
  if (isUnlocked) {
    return timeline;
  }
  if (refusal !== undefined) {
    throw refusalOf(refusal);
  }
  return timeline;
}

export function* readRun({ store }: ReplayWorld, run: string): Step<Partial<RunItem>> {
  return (yield* request('read run', () => store.runs.get(run))) ?? {};
}

/** Sets attributes of a run; those of `once` only where it has none yet. */
export function* setRun(
  { store }: ReplayWorld,
  run: string,
  change: Partial<RunItem>,
  once: Partial<RunItem> = {},
): Step<void> {
  yield* request(`run: ${Object.keys({ ...change, ...once })}`, () => store.setRun(run, change, once));
}

/** Checkpoints by the place of their shard. */
export type Marks = ReadonlyMap<number, MarkedItem>;

/** Every checkpoint of one who reads the stream. */
export function* readCheckpoints(world: ReplayWorld, reader: StreamConsumer | Recount): Step<Marks> {
  const { store, scenario } = world;
  return yield* request(`read checkpoints of ${reader}`, () => {
    const marks = new Map<number, MarkedItem>();
    for (const [place, { id }] of scenario.shards.entries()) {
      const mark = store.marks.get(controlItems.checkpoint(reader, id));
      if (mark !== undefined) {
        marks.set(place, { ...mark });
      }
    }
    return marks;
  });
}

/** Places of the shards that ListShards names, and of those that were ever counted. */
export function* readShards(world: ReplayWorld, live: Marks): Step<readonly number[]> {
  const listed = yield* request('list shards', () => world.stream.listed());
  return [...new Set([...listed, ...live.keys()])].sort((one, other) => one - other);
}

/** Sequence number of the first record that a reader finds that begins at an arrival, or at the trim horizon. */
export function* look(world: ReplayWorld, place: number, fromMs?: number): Step<number | undefined> {
  const { stream } = world;
  return yield* request(`look at shard ${place}`, () => stream.look(place, stream.begin(place, fromMs)), 'read');
}

/** Whether a shard has nothing for a recount that follows live counting: no record since the pipe's start, or none that live counting has handled. */
export function* isEmptyFor(
  world: ReplayWorld,
  place: number,
  live: MarkedItem | undefined,
  fromMs: number | undefined,
): Step<boolean> {
  const first = yield* look(world, place, fromMs);
  const isAhead = live !== undefined && first !== undefined && first > sequenceOf(live.LastSequence);
  return first === undefined || (world.rules.recountFollowsLive && isAhead);
}

export function shardIdOf({ scenario }: ReplayWorld, place: number): string {
  const shard = scenario.shards[place];
  if (shard === undefined) {
    throw new RangeError(`no shard ${place}`);
  }
  return shard.id;
}
