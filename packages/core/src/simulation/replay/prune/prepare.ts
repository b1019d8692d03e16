import { floorsOf } from '../../../control/floors.ts';
import { decisionsCacheMs } from '../../../limits.ts';
import type { Cutoffs } from '../../../prune/cutoff.ts';
import { closeRestored, restorable } from '../../../prune/restored.ts';
import { raiseFloors, workedFloors } from '../../../prune/rise.ts';
import { arrivalDisorderMs } from '../../../replay/first-bucket.ts';
import { takeLock } from '../../../replay/lock.ts';
import type { RunContext } from '../control.ts';
import { changeFloors, changeTimeline, readFloors, readRun, setRun } from '../control.ts';
import type { Step } from '../step.ts';
import { Refusal } from '../step.ts';
import type { ReplayWorld } from '../world.ts';

/** Beside the time that floors may be remembered. Milliseconds. */
const cacheSlackMs = 5000;

/** Takes the lock, raises the floors and closes what was restored long enough. Answers how long to wait. Milliseconds. */
export function* preparePrune(world: ReplayWorld, context: RunContext, cutoffs: Cutoffs): Step<number> {
  const { run } = context.request;
  yield* lock(world, context);
  const { nowMs } = world;
  yield* setRun(world, run, {}, { Kind: 'prune', StartedMs: nowMs, Execution: context.execution, Phase: 'preparing' });
  const { Cutoffs } = yield* readRun(world, run);
  const raised = Cutoffs === undefined ? cutoffs : {};
  const floors = yield* changeFloors(world, 'raise', (item) =>
    closeRestored(raiseFloors(item, raised, world.nowMs), nowMs),
  );
  const worked = workedFloors(floorsOf(floors));
  const EffectiveMs = worked.effectiveMs ?? nowMs;
  yield* setRun(world, run, {}, { Cutoffs: worked.cutoffs, EffectiveMs });
  const { EffectiveMs: effectiveMs = nowMs } = yield* readRun(world, run);
  const forgottenMs = world.rules.closedUntilForgotten ? decisionsCacheMs + cacheSlackMs : 0;
  const inForceMs = effectiveMs + (world.rules.disorderAllowedFor ? arrivalDisorderMs : 0);
  return Math.max(world.rules.floorInForce ? inForceMs - world.nowMs : 0, forgottenMs);
}

/** Takes the lock. A restore changes no floor. */
export function* prepareRestore(world: ReplayWorld, context: RunContext): Step<void> {
  const { run, from, toMs = Number.POSITIVE_INFINITY, untilMs = 0 } = context.request;
  if (typeof from !== 'number') {
    throw new Refusal('BadCall', 'a restore is of a range');
  }
  const floors = floorsOf(yield* readFloors(world));
  if (Object.keys(restorable(floors, world.scenario.source.buckets, from, toMs)).length === 0) {
    throw new Refusal('NothingToRestore');
  }
  yield* lock(world, context);
  const { nowMs } = world;
  const asked = { From: from, ToMs: toMs, UntilMs: untilMs };
  const begun = { StartedMs: nowMs, Execution: context.execution, Phase: 'preparing' } as const;
  yield* setRun(world, run, {}, { Kind: 'restore', ...begun, ...asked });
}

function* lock(world: ReplayWorld, { kind, execution, request: { run } }: RunContext): Step<void> {
  const { Outcome } = yield* readRun(world, run);
  if (Outcome !== undefined) {
    throw new Refusal('Aborted', `it has ended: ${Outcome}`);
  }
  const { nowMs } = world;
  if (world.rules.pruneLocked) {
    yield* changeTimeline(world, 'take lock', (item) => takeLock(item, { run, kind, execution, nowMs }));
  }
}
