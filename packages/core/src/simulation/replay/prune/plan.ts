import { floorsOf } from '../../../control/floors.ts';
import type { PastRun } from '../../../prune/needed.ts';
import { runsNoLongerUndoable } from '../../../prune/undoable.ts';
import type { WorkQuestion, WorkRange } from '../../../prune/work.ts';
import { pruneWork } from '../../../prune/work.ts';
import type { RunItem } from '../../../replay/run.ts';
import { otherSeries } from '../../../series/partial.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, readFloors, readRun, setRun } from '../control.ts';
import type { Step } from '../step.ts';
import { request } from '../step.ts';
import type { ReplayWorld } from '../world.ts';

/** Writes down what is to go, and tells the runs that nobody can undo any more. Answers the names of all series. */
export function* planPrune(world: ReplayWorld, context: RunContext): Step<readonly string[]> {
  const { run } = context.request;
  const question = yield* workQuestion(world, context);
  yield* setRun(world, run, {}, { Work: pruneWork(question) });
  // Another invocation of this step may have written it first.
  const { Work = [] } = yield* readRun(world, run);
  if (world.rules.undoPrunedFirst) {
    yield* markPruned(world, context, question, Work);
  }
  return yield* names(world);
}

export function* names({ store }: ReplayWorld): Step<readonly string[]> {
  const admitted = yield* request('read catalogue', () => store.current.catalogue?.Names);
  return [...(admitted ?? []), otherSeries];
}

export function* markPruned(
  world: ReplayWorld,
  { request: { run } }: RunContext,
  { runs, floors }: WorkQuestion,
  work: readonly WorkRange[],
): Step<void> {
  for (const { run: undone } of runsNoLongerUndoable(runs, floors, work)) {
    yield* setRun(world, undone, { UndoPrunedBy: run });
  }
}

export function* workQuestion(world: ReplayWorld, context: RunContext): Step<WorkQuestion> {
  const { rules, scenario, store } = world;
  const timeline = yield* assertStanding(world, context);
  const item = yield* readFloors(world);
  const floors = floorsOf(rules.restoredKept ? item : { Floors: item.Floors });
  const runs = yield* request('read runs', () =>
    [...store.runs].map(([run, each]): PastRun => ({ run, item: { ...each } as RunItem })),
  );
  const keepReplacedMs = rules.graceKept ? scenario.prune.keepReplacedMs : Number.NEGATIVE_INFINITY;
  return { timeline, floors, sizes: scenario.source.buckets, runs, keepReplacedMs, nowMs: world.nowMs };
}
