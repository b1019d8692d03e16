import { decisionsCacheMs } from '../../limits.ts';
import type { RunOutcome } from '../../replay/run.ts';
import { lateCallMsMax, quietSeconds } from '../../replay/watchdog.ts';
import type { RunContext } from './control.ts';
import type { Machine } from './execution.ts';
import { exhausted } from './execution.ts';
import type { Part } from './machine/calls.ts';
import { attemptsBefore, attemptsLong, call, poll, until } from './machine/calls.ts';
import { enable, hold } from './machine/hold.ts';
import { createPipe, deletePipe, recountArchive, stopPipe } from './machine/piped.ts';
import { Refusal } from './step.ts';
import { contiguous } from './steps/archived.ts';
import { begun } from './steps/begun.ts';
import type { Comparison } from './steps/compare.ts';
import { compare, conclude, passMax } from './steps/compare.ts';
import { correct } from './steps/correct.ts';
import type { Aborted } from './steps/finish.ts';
import { abortRun, finish } from './steps/finish.ts';
import { passed } from './steps/hold.ts';
import type { Prepared } from './steps/prepare.ts';
import { noteRecounting, prepare } from './steps/prepare.ts';
import { progress } from './steps/progress.ts';
import { switchOver } from './steps/switch.ts';
import { undo } from './steps/undo.ts';
import type { ReplayWorld } from './world.ts';

/** Beside the time that a memory of the timeline may be used. Milliseconds. */
const cacheSlackMs = 5000;

/** The state machines `Replay` and `Undo`. */
export function* machineOf(world: ReplayWorld, context: RunContext): Machine {
  const { run } = context.request;
  const long = attemptsLong;
  let outcome: RunOutcome;
  let prepared: Prepared | undefined;
  try {
    prepared = yield* call('prepare', () => prepare(world, context));
    outcome = yield* untilSwitched(world, context, prepared);
  } catch (error) {
    if (!(error instanceof Refusal) || (prepared === undefined && error.name !== exhausted)) {
      throw error;
    }
    const answer: Aborted = yield* call('abort', () => abortRun(world, run), long);
    if (!answer.switched) {
      yield* cleanUp(world, run, answer, error);
      throw error;
    }
    outcome = context.kind === 'undo' ? 'undone' : 'switched';
  }
  if (outcome === 'equal' || outcome === 'different') {
    yield* untilQuiet(world, run);
    yield* deletePipe(world, prepared?.pipe);
    yield* call('finish', () => finish(world, run, outcome), long);
    return;
  }
  if (world.rules.letGoAfterCaches) {
    yield { kind: 'wait', ms: decisionsCacheMs + cacheSlackMs };
  }
  yield* enable(world, run);
  yield* deletePipe(world, prepared?.pipe);
  yield* call('correct', () => correct(world, run), long);
  yield* call('finish', () => finish(world, run, outcome), long);
}

/** Everything up to the switch, or to the end of a comparison that changes nothing. */
function* untilSwitched(world: ReplayWorld, context: RunContext, prepared: Prepared): Part<RunOutcome> {
  if (context.kind === 'undo') {
    yield* hold(world, context);
    yield* call('undo', () => undo(world, context));
    return 'undone';
  }
  if (context.kind === 'backfill') {
    yield* recountArchive(world, context, prepared);
  } else {
    yield* createPipe(world, context, prepared);
  }
  yield* call('recounting', () => noteRecounting(world, context));
  yield* until('begun', () => (context.kind === 'backfill' ? contiguous(world, context) : begun(world, context)));
  yield* until('progress', () => progress(world, context));
  const { outcome, proceed } = yield* comparison(world, context);
  if (!proceed) {
    return outcome;
  }
  if (!world.rules.firstBucketFixed) {
    yield* call('begun', () => begun(world, context));
  }
  yield* hold(world, context);
  if (world.rules.recountPassesHold) {
    yield* poll(world, 'passed', () => passed(world, context), attemptsBefore);
  }
  if (world.rules.pipeStoppedFirst) {
    yield* stopPipe(world, prepared.pipe ?? '');
  }
  yield* call('switch', () => switchOver(world, context));
  return 'switched';
}

function* comparison(
  world: ReplayWorld,
  context: RunContext,
): Part<{ readonly outcome: 'equal' | 'different'; readonly proceed: boolean }> {
  let found: Comparison = { judged: [], isToBeLookedAtAgain: false };
  for (let pass = 0; pass <= passMax; pass += 1) {
    const { judged } = found;
    found = yield* call(`compare, pass ${pass}`, () => compare(world, context, judged));
    world.checks.compared(context, found.judged);
    if (!found.isToBeLookedAtAgain) {
      break;
    }
    yield { kind: 'wait', ms: 30_000 };
  }
  const { judged } = found;
  const end = yield* call('conclude', () => conclude(world, context, judged));
  world.checks.concluded(context, judged, end.outcome);
  return end;
}

/** A call that made the pipe may land after another one has. */
function* untilQuiet(world: ReplayWorld, run: string): Part<void> {
  const recountingMs = world.store.runs.get(run)?.RecountingMs;
  const hasPipe = world.store.timeline.Lock?.Pipe !== undefined;
  if (hasPipe && world.rules.lateCallsAwaited) {
    yield { kind: 'wait', ms: quietSeconds(recountingMs, world.nowMs) * 1000 };
  }
}

function* cleanUp(world: ReplayWorld, run: string, { aborted, pipe }: Aborted, error: Refusal): Part<void> {
  if (!aborted) {
    return;
  }
  // What a step has answered itself ended there; of anything else a call may still be on its way.
  if (error.name !== exhausted) {
    yield* untilQuiet(world, run);
  } else if (world.rules.lateCallsAwaited) {
    yield { kind: 'wait', ms: lateCallMsMax };
  }
  yield* enable(world, run);
  yield* deletePipe(world, pipe);
  yield* call('finish', () => finish(world, run, 'failed', error.message), attemptsLong);
}
