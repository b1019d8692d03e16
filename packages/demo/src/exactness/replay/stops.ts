import { abort } from '@tidemark/core/replay/lock';
import type { FaultAction } from '@tidemark/local/faults/fault';
import { type Call, cut } from '@tidemark/local/gateway/intercept';
import { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { changeTimeline } from '@tidemark/ops-cli/replay/runs';
import type { RunPosition } from './run-calls.ts';
import type { Trial } from './trial.ts';

/** How an execution is stopped at one of its calls. */
export const stopNames = [
  'stopped before the call',
  'stopped after the call',
  'stopped, and the call lands late',
  'cancelled before the call',
] as const;
export type StopName = (typeof stopNames)[number];

export interface Stop {
  readonly position: RunPosition;
  readonly name: StopName;
  /** Nobody hears of the stop: the watchdog finds it when it looks by itself. */
  readonly isUnheard: boolean;
}

/** What Step Functions has begun to call may take effect so long after the stop, at most, in milliseconds of engine time. */
const lateMsMax = 60_000;

export interface InstalledStop extends Stop {
  readonly hasStruck: boolean;
  /** Whether an operator was told that it is too late to cancel. */
  readonly isRefused: boolean;
  /** When everything that it holds back has taken effect. */
  landed(): Promise<void>;
  remove(): void;
}

/** Stops the next execution that comes to the position. */
export function installStop(trial: Trial, stop: Stop): InstalledStop {
  const { engine } = trial.stack;
  const late: Promise<unknown>[] = [];
  let isRefused = false;
  const actions: Readonly<Record<StopName, FaultAction>> = {
    'stopped before the call': {
      kind: 'intercept',
      interceptor: async () => {
        await trial.runs.stop(trial.runs.latest);
        return cut;
      },
    },
    'stopped after the call': {
      kind: 'intercept',
      interceptor: async (_, proceed) => {
        await proceed();
        await trial.runs.stop(trial.runs.latest);
        return cut;
      },
    },
    'stopped, and the call lands late': {
      kind: 'intercept',
      interceptor: async (_, proceed) => {
        late.push(engine.clock.sleep(lateMsMax).then(proceed));
        await trial.runs.stop(trial.runs.latest);
        return cut;
      },
    },
    'cancelled before the call': {
      kind: 'intercept',
      interceptor: async (_, proceed) => {
        isRefused = !(await wins(trial));
        if (isRefused) return proceed();
        // The run itself, where the call is one of a child's.
        await trial.runs.stop(trial.runs.latest);
        return cut;
      },
    },
  };
  engine.rules.chaos = ({ event }) =>
    stop.isUnheard && event['detail-type'] === 'Step Functions Execution Status Change' ? { lose: true } : undefined;
  const where = (call: Call) => trial.calls.positionOf(call) === stop.position;
  const fault = engine.faults.add({ match: { where }, action: actions[stop.name], times: 1 });
  return {
    ...stop,
    get hasStruck() {
      return fault.strikes === 1;
    },
    get isRefused() {
      return isRefused;
    },
    landed: async () => {
      await Promise.all(late);
    },
    remove() {
      fault.remove();
      engine.rules.chaos = undefined;
    },
  };
}

/** As `tidemark replay cancel` begins: whether the abort comes before a switch. */
async function wins({ stack, world }: Trial): Promise<boolean> {
  const { endpoint, region, clock } = stack.engine;
  const tables = new Tables({
    ...{ endpoint, region, maxAttempts: 3 },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    const change = await changeTimeline(tables, world.source, (item) =>
      item.Lock === undefined ? { ok: true, item } : abort(item, item.Lock.Run, clock.now()),
    );
    return change.ok;
  } finally {
    tables.close();
  }
}
