import type { Engine } from '@tidemark/local/engine';
import type { FaultAction } from '@tidemark/local/faults/fault';
import type { Call, Interceptor } from '@tidemark/local/gateway/intercept';
import type { CallPosition } from './calls.ts';

/** Everything that can go wrong with one call. What is refused is made again by the SDK, and refused otherwise. */
export const strikeNames = [
  'killed before',
  'killed after',
  'answer lost',
  'throttled, then failed with a 500',
  'killed, and the call lands late',
] as const;
export type StrikeName = (typeof strikeNames)[number];

export interface Strike {
  /** Whether everything struck that was to. */
  readonly hasStruck: boolean;
  remove(): void;
  /** Lets a call that was held back take effect, and resolves when it has; at once for the other strikes. */
  land(): Promise<void>;
}

/** Whether a strike of this kind can do anything at this position that no other does. */
export function isOfInterest(strike: StrikeName, position: CallPosition): boolean {
  const isRead = /^\w+ (dynamodb (GetItem|Query)|kinesis \w+) /.test(position);
  return !(isRead && strike === 'killed, and the call lands late');
}

export function strikesOf(position: CallPosition): readonly StrikeName[] {
  return strikeNames.filter((name) => isOfInterest(name, position));
}

/** Strikes the first call that `where` says, and what the SDK repeats of it where the strike has two parts. */
export function strike(engine: Engine, name: StrikeName, where: (call: Call) => boolean): Strike {
  const held = Promise.withResolvers<void>();
  const landed = Promise.withResolvers<void>();
  const late: Interceptor = async (call, proceed) => {
    await engine.host.killCaller(call.caller.sessionToken);
    await held.promise;
    return proceed().finally(() => landed.resolve());
  };
  const actions: Readonly<Record<StrikeName, readonly FaultAction[]>> = {
    'killed before': [{ kind: 'kill', when: 'before' }],
    'killed after': [{ kind: 'kill', when: 'after' }],
    'answer lost': [{ kind: 'lose' }],
    'throttled, then failed with a 500': [{ kind: 'throttle' }, { kind: 'fail' }],
    'killed, and the call lands late': [{ kind: 'intercept', interceptor: late }],
  };
  const faults = actions[name].map((action) => engine.faults.add({ match: { where }, action, times: 1 }));
  const hasStruck = () => faults.every(({ strikes }) => strikes === 1);
  return {
    get hasStruck() {
      return hasStruck();
    },
    remove() {
      for (const fault of faults) fault.remove();
    },
    async land() {
      if (name !== 'killed, and the call lands late' || !hasStruck()) return;
      held.resolve();
      await landed.promise;
    },
  };
}
