import type { Engine } from '@tidemark/local/engine';
import type { FaultAction } from '@tidemark/local/faults/fault';
import type { Call } from '@tidemark/local/gateway/intercept';
import type { CallPosition } from './calls.ts';

/** Everything that can go wrong with one call. */
export const strikeNames = [
  'killed before',
  'killed after',
  'answer lost',
  'throttled',
  'failed with a 500',
  'killed, and the call lands late',
] as const;
export type StrikeName = (typeof strikeNames)[number];

export interface Strike {
  readonly strikes: number;
  remove(): void;
  /** Lets a call that was held back take effect, and resolves when it has; at once for the other strikes. */
  land(): Promise<void>;
}

/** Whether a strike of this kind can do anything at this position that no other does. */
export function isOfInterest(strike: StrikeName, position: CallPosition): boolean {
  const isRead = /^\w+ dynamodb (GetItem|Query) /.test(position);
  return !(isRead && strike === 'killed, and the call lands late');
}

/** Strikes once the first call that `where` says. */
export function strike(engine: Engine, name: StrikeName, where: (call: Call) => boolean): Strike {
  const held = Promise.withResolvers<void>();
  const landed = Promise.withResolvers<void>();
  const actions: Readonly<Record<StrikeName, FaultAction>> = {
    'killed before': { kind: 'kill', when: 'before' },
    'killed after': { kind: 'kill', when: 'after' },
    'answer lost': { kind: 'lose' },
    throttled: { kind: 'throttle' },
    'failed with a 500': { kind: 'fail' },
    'killed, and the call lands late': {
      kind: 'intercept',
      interceptor: async (call, proceed) => {
        await engine.host.killCaller(call.caller.sessionToken);
        await held.promise;
        return proceed().finally(() => landed.resolve());
      },
    },
  };
  const fault = engine.faults.add({ match: { where }, action: actions[name], times: 1 });
  return {
    get strikes() {
      return fault.strikes;
    },
    remove: () => fault.remove(),
    async land() {
      if (name !== 'killed, and the call lands late' || fault.strikes === 0) return;
      held.resolve();
      await landed.promise;
    },
  };
}
