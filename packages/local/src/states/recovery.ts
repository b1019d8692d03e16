import type { Catcher, Retrier } from './definition.ts';
import type { StateFailure } from './failure.ts';
import { secondsMax } from './limits.ts';

const defaults = { intervalSeconds: 1, maxAttempts: 3, backoffRate: 2 };
/** No retrier and no catcher finds these. */
const fatal: ReadonlySet<string> = new Set(['States.Runtime']);
/** Names that stand for many do not stand for these. */
const notMeantByAll: ReadonlySet<string> = new Set(['States.DataLimitExceeded', ...fatal]);
const notMeantByTaskFailed: ReadonlySet<string> = new Set(['States.Timeout', ...notMeantByAll]);

/** Whether `ErrorEquals` names the failure. */
export function names(errorEquals: readonly string[], { error, alias }: StateFailure): boolean {
  if (error !== undefined && fatal.has(error)) return false;
  return errorEquals.some((name) => {
    if (name === 'States.ALL') return error === undefined || !notMeantByAll.has(error);
    if (name === 'States.TaskFailed') return error !== undefined && !notMeantByTaskFailed.has(error);
    return name === error || name === alias;
  });
}

export function catcherFor(catchers: readonly Catcher[] | undefined, failure: StateFailure): Catcher | undefined {
  return catchers?.find((catcher) => names(catcher.ErrorEquals, failure));
}

/** The retries of one visit to a state: every retrier counts for itself. */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #random: () => number;
  readonly #used = new Map<Retrier, number>();

  constructor(retriers: readonly Retrier[] | undefined, random: () => number) {
    this.#retriers = retriers ?? [];
    this.#random = random;
  }

  /** After how many milliseconds to try again, which uses up an attempt; undefined where the failure is for good. */
  next(failure: StateFailure): number | undefined {
    const retrier = this.#retriers.find((each) => names(each.ErrorEquals, failure));
    if (retrier === undefined) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= (retrier.MaxAttempts ?? defaults.maxAttempts)) return undefined;
    this.#used.set(retrier, used + 1);
    const delayMs = delaySeconds(retrier, used) * 1000;
    return retrier.JitterStrategy === 'FULL' ? delayMs * this.#random() : delayMs;
  }
}

/** The wait before the retry that follows `used` others, before jitter. */
function delaySeconds(retrier: Retrier, used: number): number {
  const { IntervalSeconds = defaults.intervalSeconds, BackoffRate = defaults.backoffRate } = retrier;
  return Math.min(IntervalSeconds * BackoffRate ** used, retrier.MaxDelaySeconds ?? secondsMax);
}
