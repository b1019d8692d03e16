import { decisionsCacheMs } from '../../limits.ts';
import type { RunOutcome } from '../../replay/run.ts';
import { lateCallMsMax } from '../../replay/watchdog.ts';
import { attemptMsMax } from '../world.ts';
import type { RunContext } from './control.ts';
import type { Action, Machine } from './execution.ts';
import { exhausted } from './execution.ts';
import type { PipeState } from './pipes.ts';
import { RunningRecount } from './recount.ts';
import type { Step } from './step.ts';
import { Fault, Refusal, RunningStep, request } from './step.ts';
import { contiguous, nextObject, tail } from './steps/archived.ts';
import type { Begun } from './steps/begun.ts';
import { begun } from './steps/begun.ts';
import type { Comparison } from './steps/compare.ts';
import { compare, conclude, passMax } from './steps/compare.ts';
import { correct } from './steps/correct.ts';
import type { Aborted } from './steps/finish.ts';
import { abortRun, finish, letGoOf } from './steps/finish.ts';
import { describeMapping, noteCheckpoints, noteHeld, passed, updateMapping } from './steps/hold.ts';
import type { Prepared } from './steps/prepare.ts';
import { namePipe, noteRecounting, prepare } from './steps/prepare.ts';
import { progress } from './steps/progress.ts';
import { switchOver } from './steps/switch.ts';
import { undo } from './steps/undo.ts';
import type { ReplayWorld } from './world.ts';

/** Part of a machine that has a result. */
type Part<Result> = Generator<Action, Result, unknown>;

/** Attempts of a state before the switch; whoever cleans up, or goes forward, tries for hours. */
const attemptsBefore = 8;
const attemptsLong = 1000;
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
    // Nothing was held: the end of a comparison aborts itself, so that a late step finds no lock to work under.
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
  yield* untilNear(world, context);
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

function* createPipe(world: ReplayWorld, context: RunContext, { pipe = '', pipeFromMs }: Prepared): Part<void> {
  yield* call('create pipe', function* () {
    yield* request(`create pipe ${pipe}`, () => world.pipes.create(pipe, pipeFromMs));
  });
  if (!world.rules.pipeNamedFirst) {
    yield* call('name pipe', () => namePipe(world, context, pipe));
  }
  yield* untilPipe(world, pipe, 'RUNNING');
}

/** Object after object of every shard, then the pipe that goes on where the archive ends. */
function* recountArchive(world: ReplayWorld, context: RunContext, prepared: Prepared): Part<void> {
  if (!world.rules.archiveBeforeTail) {
    yield* createPipe(world, context, { ...prepared, pipeFromMs: undefined });
  }
  for (const place of world.scenario.shards.keys()) {
    for (;;) {
      const batch = yield* call('next object', () => nextObject(world, context, place));
      if (batch === undefined) {
        break;
      }
      yield {
        kind: 'call',
        name: 'count object',
        start: () => new RunningRecount(world, context, batch),
        attempts: attemptsBefore,
      };
    }
  }
  const pipeFromMs = yield* call('tail', () => tail(world, context));
  if (world.rules.archiveBeforeTail) {
    yield* createPipe(world, context, { ...prepared, pipeFromMs });
  }
}

function* until(name: string, step: () => Step<Begun>): Part<void> {
  for (;;) {
    const answer = yield* call(name, step);
    if (answer.begun) {
      return;
    }
    yield { kind: 'wait', ms: answer.waitMs };
  }
}

function* untilNear(world: ReplayWorld, context: RunContext): Part<void> {
  for (;;) {
    const { near, waitMs } = yield* call('progress', () => progress(world, context));
    if (near) {
      return;
    }
    yield { kind: 'wait', ms: waitMs };
  }
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

/** Notes, disables, waits until nothing of live counting can be under way, and notes how far it is. */
function* hold(world: ReplayWorld, context: RunContext): Part<void> {
  const { rules, scenario } = world;
  if (!rules.liveHeld) {
    yield* call('note hold', () => noteHeld(world, context, 'Disabled'));
    yield* call('note checkpoints', () => noteCheckpoints(world, context));
    return;
  }
  const state = yield* call('describe mapping', () => describeMapping(world));
  if (rules.holdNotedFirst) {
    const isHeld = yield* call('note hold', () => noteHeld(world, context, state));
    if (isHeld) {
      yield* update(world, false, attemptsBefore);
    }
  } else {
    yield* update(world, false, attemptsBefore);
    yield* call('note hold', () => noteHeld(world, context, state));
  }
  if (!rules.checkpointsAfterDrain) {
    yield* call('note checkpoints', () => noteCheckpoints(world, context));
  }
  if (rules.holdUntilDisabled) {
    yield* poll(world, 'disabled', function* () {
      return (yield* describeMapping(world)) === 'Disabled';
    });
  }
  if (rules.holdDrained) {
    yield { kind: 'wait', ms: scenario.liveTimeoutMs + attemptMsMax };
  }
  if (rules.checkpointsAfterDrain) {
    yield* call('note checkpoints', () => noteCheckpoints(world, context));
  }
}

function* stopPipe(world: ReplayWorld, pipe: string): Part<void> {
  yield* call('stop pipe', function* () {
    yield* request(`stop pipe ${pipe}`, () => world.pipes.stop(pipe));
  });
  yield* untilPipe(world, pipe, 'STOPPED');
  if (world.rules.pipeDrained) {
    yield { kind: 'wait', ms: world.scenario.recountTimeoutMs + attemptMsMax };
  }
}

/** Lets go of what is held. */
function* enable(world: ReplayWorld, run: string): Part<void> {
  const isHeld = yield* call(
    'held',
    function* () {
      const { Lock } = yield* request('read timeline', () => world.store.timeline);
      return Lock?.Run === run && (Lock.Held ?? []).length > 0;
    },
    attemptsLong,
  );
  if (isHeld) {
    yield* update(world, true, attemptsLong);
    yield* poll(world, 'enabled', function* () {
      return (yield* describeMapping(world)) === 'Enabled';
    });
  }
  yield* call('let go', () => letGoOf(world, run), attemptsLong);
}

function* cleanUp(world: ReplayWorld, run: string, { aborted, pipe }: Aborted, error: Refusal): Part<void> {
  if (!aborted) {
    return;
  }
  if (world.rules.lateCallsAwaited) {
    yield { kind: 'wait', ms: lateCallMsMax };
  }
  yield* enable(world, run);
  yield* deletePipe(world, pipe);
  yield* call('finish', () => finish(world, run, 'failed', error.message), attemptsLong);
}

function* deletePipe(world: ReplayWorld, pipe: string | undefined): Part<void> {
  if (pipe === undefined) {
    return;
  }
  yield* poll(world, 'delete pipe', function* () {
    const state = yield* request(`describe pipe ${pipe}`, () => world.pipes.state(pipe));
    if (state !== undefined && state !== 'DELETING') {
      yield* request(`delete pipe ${pipe}`, () => world.pipes.delete(pipe));
    }
    return state === undefined;
  });
}

function* update(world: ReplayWorld, isEnabled: boolean, attempts: number): Part<void> {
  yield* call(
    isEnabled ? 'enable' : 'disable',
    function* () {
      if (!(yield* updateMapping(world, isEnabled))) {
        throw new Fault('ResourceInUseException');
      }
    },
    attempts,
  );
}

function* untilPipe(world: ReplayWorld, pipe: string, state: PipeState): Part<void> {
  yield* poll(world, `pipe ${state}`, function* () {
    return (yield* request(`describe pipe ${pipe}`, () => world.pipes.state(pipe))) === state;
  });
}

function* poll(
  { scenario }: ReplayWorld,
  name: string,
  step: () => Step<boolean>,
  attempts = attemptsLong,
): Part<void> {
  while (!(yield* call(name, step, attempts))) {
    yield { kind: 'wait', ms: scenario.pollMs };
  }
}

function* call<Result>(name: string, step: () => Step<Result>, attempts = attemptsBefore): Part<Result> {
  return (yield { kind: 'call', name, start: () => new RunningStep(step()), attempts }) as Result;
}
