import type { Clock } from '../../../clock.ts';

export interface MinutelyOptions {
  readonly clock: Clock;
  /** So long after the beginning of each minute. */
  readonly phaseMs: number;
  /** Ends it: the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Resolves when there is something to do; at once where there is. */
  readonly wanted: () => Promise<void>;
}

const minuteMs = 60_000;

/** Does something once a minute of engine time. Where the clock passes several minutes at once, it is done once, after the last. */
export async function minutely({ clock, phaseMs, signal, wanted }: MinutelyOptions, work: () => void): Promise<never> {
  for (;;) {
    await wanted();
    signal.throwIfAborted();
    const nowMs = clock.now();
    const dueMs = (Math.floor((nowMs - phaseMs) / minuteMs) + 1) * minuteMs + phaseMs;
    await clock.sleep(dueMs - nowMs, signal);
    signal.throwIfAborted();
    work();
  }
}
