import { floorsOf } from '../../../control/floors.ts';
import { switchTo } from '../../../replay/lock.ts';
import type { RunItem } from '../../../replay/run.ts';
import type { Assignment, TimelineItem } from '../../../replay/timeline.ts';
import { assign, generationOf } from '../../../replay/timeline.ts';
import { holdOf, Stays, stayReasonOf, undoOf } from '../../../replay/undo.ts';
import type { SpanSize } from '../../../series/key.ts';
import { sliceOfShard } from '../../../series/key.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, changeTimeline, readRun, setRun } from '../control.ts';
import { partialKeyOf } from '../partial-keys.ts';
import type { Step } from '../step.ts';
import { request } from '../step.ts';
import type { ReplayWorld } from '../world.ts';
import { correctionsOf } from './correct.ts';
import { assertNotPruned } from './prepare.ts';

/** Of an undo, when held and drained: gives back what nothing was counted into since the run's hold, and switches. */
export function* undo(world: ReplayWorld, context: RunContext): Step<number> {
  const timeline = yield* assertStanding(world, context);
  const { run, undoes = '' } = context.request;
  const undone = yield* readRun(world, undoes);
  if (timeline.Lock?.Stage === 'holding') {
    assertNotPruned(world, undoes, undone);
    const assignments = yield* request('read what was counted since', () => givenBack(world, timeline, undone), 'read');
    yield* setRun(world, run, {}, { Before: timeline.Ranges, GivenBack: assignments.length });
    const after = { Ranges: assign(timeline.Ranges, assignments) };
    yield* request('note what was published', () => {
      world.store.undone.set(run, correctionsOf(world, after, { Kind: 'undo', Before: timeline.Ranges }));
    });
    const { nowMs } = world;
    yield* changeTimeline(
      world,
      'undo',
      (item) => switchTo(item, run, assignments, nowMs),
      world.rules.switchConditional,
    );
  }
  yield* setRun(world, run, { SwitchedMs: world.nowMs });
  return world.nowMs;
}

function givenBack(world: ReplayWorld, timeline: TimelineItem, undone: Partial<RunItem>): Assignment[] {
  return world.scenario.source.buckets.flatMap((size) => {
    const { assignments } = planOf(world, timeline, undone, size);
    return assignments;
  });
}

function planOf(world: ReplayWorld, timeline: TimelineItem, undone: Partial<RunItem>, size: SpanSize) {
  const { Generation = 0, HoldCheckpoints = { count: {}, window: {} }, Before = {} } = undone;
  const hold = holdOf(size, HoldCheckpoints, sliceOfShard);
  const stays = new Stays(size);
  let lastMs: number | undefined;
  for (const [text, { LastSequence }] of world.store.partials) {
    const key = partialKeyOf(text);
    const isNamed = generationOf(timeline, key.size, key.startMs) === Generation || !world.rules.undoOfWhatIsNamed;
    if (key.size !== size || key.generation !== Generation || !isNamed) {
      continue;
    }
    lastMs = Math.max(lastMs ?? key.startMs, key.startMs);
    const reason = stayReasonOf({ startMs: key.startMs, slice: key.slice, fence: LastSequence }, hold);
    if (
      reason !== undefined &&
      (reason === 'counted-since' ? world.rules.countedSinceStays : world.rules.unknownShardStays)
    ) {
      stays.add(key.startMs, reason);
    }
  }
  const now: Pick<TimelineItem, 'Ranges'> = world.rules.undoOfWhatIsNamed
    ? timeline
    : { Ranges: { [size]: [{ FromMs: undone.First?.[size] ?? 0, Generation }] } };
  const floorMs = world.rules.undoAboveFloors
    ? floorsOf(world.store.current.floors).highestFloor(size)
    : Number.NEGATIVE_INFINITY;
  return undoOf(now, Before, { size, generation: Generation, lastMs, stays: stays.spans, floorMs });
}
