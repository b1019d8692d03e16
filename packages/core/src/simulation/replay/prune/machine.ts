import type { Cutoffs } from '../../../prune/cutoff.ts';
import { lateCallMsMax } from '../../../replay/watchdog.ts';
import { attemptMsMax } from '../../world.ts';
import type { RunContext } from '../control.ts';
import type { Machine } from '../execution.ts';
import { exhausted } from '../execution.ts';
import type { Part } from '../machine/calls.ts';
import { attemptsBefore, attemptsLong, call, until } from '../machine/calls.ts';
import type { Step } from '../step.ts';
import { Refusal, RunningStep } from '../step.ts';
import { abortRun, finish } from '../steps/finish.ts';
import type { ReplayWorld } from '../world.ts';
import { counted } from './counted.ts';
import { finishPrune } from './finish.ts';
import { names, planPrune } from './plan.ts';
import { preparePrune, prepareRestore } from './prepare.ts';
import { openRange, restoreSeries } from './restore.ts';
import type { SeriesCursor } from './series.ts';
import { pruneSeries } from './series.ts';

/** The state machine of prune and restore. */
export function* pruneMachineOf(world: ReplayWorld, context: RunContext, cutoffs: Cutoffs): Machine {
  const { run } = context.request;
  let isPrepared = false;
  try {
    if (context.kind === 'restore') {
      yield* call('prepare restore', () => prepareRestore(world, context));
      isPrepared = true;
      yield* restoreAll(world, context);
    } else {
      const waitMs = yield* call('prepare prune', () => preparePrune(world, context, cutoffs));
      isPrepared = true;
      yield* pruneAll(world, context, waitMs);
    }
  } catch (error) {
    if (!(error instanceof Refusal) || (!isPrepared && error.name !== exhausted)) {
      throw error;
    }
    const { aborted } = yield* call('abort', () => abortRun(world, run), attemptsLong);
    if (aborted) {
      yield* untilLate(world);
      yield* call('finish', () => finish(world, run, 'failed', error.message), attemptsLong);
    }
    throw error;
  }
  yield* untilLate(world);
  if (context.kind === 'restore') {
    yield* call('finish', () => finish(world, run, 'restored'), attemptsLong);
  } else {
    yield* call('finish prune', () => finishPrune(world, context), attemptsLong);
  }
}

/** Deletions of invocations that nobody waits for any more may still be on their way: whoever has the lock next may put something there. */
function* untilLate({ rules }: ReplayWorld): Part<void> {
  if (rules.lateDeletionsAwaited) {
    yield { kind: 'wait', ms: lateCallMsMax };
  }
}

function* pruneAll(world: ReplayWorld, context: RunContext, waitMs: number): Part<void> {
  const { rules, scenario } = world;
  yield { kind: 'wait', ms: Math.max(0, waitMs) };
  if (rules.countedThrough) {
    yield* until('counted', () => counted(world, context));
  }
  yield { kind: 'wait', ms: scenario.liveTimeoutMs + attemptMsMax };
  const series = yield* call('plan prune', () => planPrune(world, context));
  for (const name of series) {
    let cursor: SeriesCursor | undefined = { work: 0, after: '' };
    while (cursor !== undefined) {
      const from: SeriesCursor = cursor;
      cursor = yield* doubled(world, `prune ${name}`, () => pruneSeries(world, context, name, from));
    }
  }
}

/** A step that is now and then done by two invocations at the same time, or by one that comes late. */
function* doubled<Result>({ random, scenario }: ReplayWorld, name: string, step: () => Step<Result>): Part<Result> {
  const { doubles } = scenario.prune;
  const isDoubled = doubles > 0 && random.fraction() < doubles;
  const start = (): RunningStep => new RunningStep(step());
  return (yield { kind: 'call', name, start, attempts: attemptsBefore, isDoubled }) as Result;
}

function* restoreAll(world: ReplayWorld, context: RunContext): Part<void> {
  const series = yield* call('plan restore', () => names(world));
  // Children go side by side: what was pruned last may be restored first.
  for (const name of series.toReversed()) {
    yield* doubled(world, `restore ${name}`, () => restoreSeries(world, context, name));
  }
  yield* call('open', () => openRange(world, context));
}
