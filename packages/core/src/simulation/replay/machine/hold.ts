import { attemptMsMax } from '../../world.ts';
import type { RunContext } from '../control.ts';
import { Fault, request } from '../step.ts';
import { letGoOf } from '../steps/finish.ts';
import { describeMapping, noteCheckpoints, noteHeld, updateMapping } from '../steps/hold.ts';
import type { ReplayWorld } from '../world.ts';
import type { Part } from './calls.ts';
import { attemptsBefore, attemptsLong, call, poll } from './calls.ts';

/** Notes, disables, waits until nothing of live counting can be under way, and notes how far it is. */
export function* hold(world: ReplayWorld, context: RunContext): Part<void> {
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

/** Lets go of what is held. */
export function* enable(world: ReplayWorld, run: string): Part<void> {
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
