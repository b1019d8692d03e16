import type { Engine } from '@tidemark/local/engine';
import type { FaultAction } from '@tidemark/local/faults/fault';
import type { Call, Interceptor } from '@tidemark/local/gateway/intercept';
import type { RunPosition } from './run-calls.ts';

/** What can go wrong with one call of a function. What is refused is made again by the SDK, and refused otherwise. */
const ofFunctions = [
  'killed before',
  'killed after',
  'answer lost',
  'throttled, then failed with a 500',
  'killed, and the call lands late',
] as const;
/** The same of a state machine, whose states repeat a call; it is not killed: that would be a stop. */
const ofMachines = ['answer lost', 'throttled, then failed with a 500', 'failed with a 500, then answer lost'] as const;

export type RunStrikeName = (typeof ofFunctions)[number] | (typeof ofMachines)[number];

export interface RunStrike {
  readonly position: RunPosition;
  readonly name: RunStrikeName;
}

/** Everything that can be done at a position that nothing else does. */
export function runStrikesOf(position: RunPosition): readonly RunStrike[] {
  const names: readonly RunStrikeName[] = position.startsWith('machine: ') ? ofMachines : ofFunctions;
  const isRead =
    /: (dynamodb (GetItem|BatchGetItem|Query)|kinesis \w+|s3 (GetObject|ListObjectsV2)|states DescribeExecution) /.test(
      position,
    );
  return names
    .filter((name) => !(isRead && name === 'killed, and the call lands late'))
    .map((name) => ({ position, name }));
}

/** A call of the SDK, as handlers set it, is on its way for so long at most, in milliseconds of engine time. */
const attemptMsMax = 6_000;

export interface InstalledStrike extends RunStrike {
  /** Whether everything struck that was to. */
  readonly hasStruck: boolean;
  remove(): void;
}

/** Strikes calls of runs, and holds some back for as long as a call may take. */
export class RunStrikes {
  readonly #engine: Engine;
  /** How to let calls that are held back take effect at once. */
  readonly #late = new Set<() => Promise<void>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Strikes the first calls that `where` says. */
  install(strike: RunStrike, where: (call: Call) => boolean): InstalledStrike {
    const faults = this.#actions(strike.name).map((action) =>
      this.#engine.faults.add({ match: { where }, action, times: 1 }),
    );
    return {
      ...strike,
      get hasStruck() {
        return faults.every(({ strikes }) => strikes === 1);
      },
      remove: () => {
        for (const fault of faults) fault.remove();
      },
    };
  }

  /** Lets everything take effect that is held back. */
  async land(): Promise<void> {
    await Promise.all([...this.#late].map((land) => land()));
  }

  /** The caller is gone at once; the call takes effect when its time is over, or when it is to land. */
  readonly late: Interceptor = async (call, proceed) => {
    const { clock, host } = this.#engine;
    const landing = Promise.withResolvers<void>();
    const landed = Promise.withResolvers<void>();
    const land = () => {
      landing.resolve();
      return landed.promise;
    };
    this.#late.add(land);
    await host.killCaller(call.caller.sessionToken);
    await Promise.race([clock.sleep(attemptMsMax), landing.promise]);
    return proceed().finally(() => {
      this.#late.delete(land);
      landed.resolve();
    });
  };

  #actions(name: RunStrikeName): readonly FaultAction[] {
    const actions: Readonly<Record<RunStrikeName, readonly FaultAction[]>> = {
      'killed before': [{ kind: 'kill', when: 'before' }],
      'killed after': [{ kind: 'kill', when: 'after' }],
      'answer lost': [{ kind: 'lose' }],
      'throttled, then failed with a 500': [{ kind: 'throttle' }, { kind: 'fail' }],
      'failed with a 500, then answer lost': [{ kind: 'fail' }, { kind: 'lose' }],
      'killed, and the call lands late': [{ kind: 'intercept', interceptor: this.late }],
    };
    return actions[name];
  }
}
