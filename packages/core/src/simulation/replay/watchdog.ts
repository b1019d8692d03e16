import type { RunLock } from '../../replay/lock.ts';
import type { RunOutcome } from '../../replay/run.ts';
import { cleanupOf } from '../../replay/watchdog.ts';
import { timeoutMs } from '../world.ts';
import { readTimeline } from './control.ts';
import type { Step } from './step.ts';
import { RunningStep, request } from './step.ts';
import { correct } from './steps/correct.ts';
import { abortRun, finish, letGoOf } from './steps/finish.ts';
import { describeMapping, updateMapping } from './steps/hold.ts';
import type { ReplayWorld } from './world.ts';

const turnMs = 5 * 60_000;

/** Looks at the lock whenever an execution has not succeeded, and every five minutes: what a stopped execution holds, it lets go of. */
export class Watchdog {
  readonly #world: ReplayWorld;
  #isAwaited = false;

  constructor(world: ReplayWorld) {
    this.#world = world;
  }

  /** Somebody has the lock: turns that nobody has it in change nothing, and are left out. */
  await(): void {
    if (!this.#isAwaited && this.#world.rules.watchdog) {
      this.#isAwaited = true;
      this.#world.timers.in(turnMs, () => {
        this.#isAwaited = false;
        this.look();
        if (this.#world.store.timeline.Lock !== undefined) {
          this.await();
        }
      });
    }
  }

  look(): void {
    const { program } = new RunningStep(watch(this.#world));
    const { network, nowMs } = this.#world;
    const deadlineMs = nowMs + timeoutMs;
    network.start({ name: 'watchdog', program, deadlineMs, onEnd: () => undefined });
  }
}

/** One turn. What it does not come to, because something is still on its way, the next one does. */
function* watch(world: ReplayWorld): Step<void> {
  const { Lock } = yield* readTimeline(world);
  if (Lock === undefined) {
    return;
  }
  const run = Lock.Run;
  const execution = yield* request('describe execution', () => world.executions.get(Lock.Execution)?.status);
  if (execution === 'RUNNING' && world.rules.watchdogOnlyWhenStopped) {
    return;
  }
  // Read again: the run may have ended meanwhile, and with it its execution.
  let lock: RunLock | undefined = (yield* readTimeline(world)).Lock;
  while (lock?.Run === run) {
    if (!(yield* cleanUp(world, lock, execution ?? 'ABORTED'))) {
      return;
    }
    lock = (yield* readTimeline(world)).Lock;
  }
}

/** The next thing to do for a run that nobody goes on with. False: not now, or all is done. */
function* cleanUp(world: ReplayWorld, lock: RunLock, stoppedBy: string): Step<boolean> {
  const { Run: run, Pipe: pipe } = lock;
  const { AbortedMs: _, ...young } = lock;
  const cleanup = cleanupOf(world.rules.lateCallsAwaited ? lock : young, stoppedBy, world.nowMs);
  switch (cleanup.kind) {
    case 'abort':
      yield* abortRun(world, run);
      return world.rules.abortWinsFirst || (yield* end(world, run, pipe, 'aborted'));
    case 'wait':
      return lock.Stage === 'switched' && !world.rules.watchdogWaits && (yield* enable(world, run));
    case 'enable':
      return yield* enable(world, run);
    case 'end':
      return yield* end(world, run, pipe, cleanup.outcome);
  }
}

function* enable(world: ReplayWorld, run: string): Step<boolean> {
  if (!(yield* updateMapping(world, true)) || (yield* describeMapping(world)) !== 'Enabled') {
    return false;
  }
  yield* letGoOf(world, run);
  return true;
}

function* end(world: ReplayWorld, run: string, pipe: string | undefined, outcome: RunOutcome): Step<boolean> {
  if (pipe !== undefined) {
    const state = yield* request(`describe pipe ${pipe}`, () => world.pipes.state(pipe));
    if (state !== undefined) {
      yield* request(`delete pipe ${pipe}`, () => world.pipes.delete(pipe));
      return false;
    }
  }
  if (outcome !== 'aborted' && outcome !== 'cancelled' && world.rules.watchdogCorrects) {
    yield* correct(world, run);
  }
  yield* finish(world, run, outcome, 'execution stopped');
  return false;
}
