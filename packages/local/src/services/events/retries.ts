import type { Clock } from '../../clock.ts';
import type { RetryPolicy } from './rule.ts';

/** What came of handing something to a target once. Codes are those that a dead letter carries. */
export type SendOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly canRetry: boolean; readonly code: string; readonly message: string };

/** Why a target has not taken something, and never will. */
export interface GivenUp {
  readonly code: string;
  readonly message: string;
  /** Attempts beyond the first. */
  readonly retries: number;
  /** Which limit ended the retries; undefined where none was worth making. */
  readonly exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | undefined;
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const backoffMsMin = 1_000;
/** 185 attempts over a day are one in eight minutes. */
const backoffMsMax = 480_000;

/** Tries again, and later each time, while the target may yet take it. Undefined once it has. */
export async function tryUntilTaken(
  attempt: (retries: number) => Promise<SendOutcome>,
  { policy, clock, signal }: RetryOptions,
): Promise<GivenUp | undefined> {
  const beganMs = clock.now();
  for (let retries = 0; ; retries += 1) {
    const outcome = await attempt(retries);
    if (outcome.ok) return undefined;
    const { code, message, canRetry } = outcome;
    if (!canRetry) return { code, message, retries, exhausted: undefined };
    if (retries >= policy.maximumRetryAttempts) return { code, message, retries, exhausted: 'MaximumRetryAttempts' };
    const leftMs = beganMs + policy.maximumEventAgeInSeconds * 1_000 - clock.now();
    const waitMs = Math.min(backoffMsMax, backoffMsMin * 2 ** Math.min(retries, 20));
    await clock.sleep(Math.min(leftMs, waitMs), signal);
    if (waitMs >= leftMs) return { code, message, retries, exhausted: 'MaximumEventAgeInSeconds' };
  }
}
