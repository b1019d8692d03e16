/** Kept for stopping, for the log line and for the answer, in milliseconds; never more than half of what is left. */
const marginMsMax = 1000;

/** The part of Lambda's context that tells the time left. */
export interface Remaining {
  getRemainingTimeInMillis(): number;
}

/**
 * Runs `work` with a signal that stops every request before the invocation's time is up: a sandbox that is frozen with
 * a write in flight would send it on later. What `work` returns must settle only when its requests have.
 */
export async function beforeDeadline<Result>(
  context: Remaining,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const remainingMs = context.getRemainingTimeInMillis();
  const controller = new AbortController();
  const stop = () => controller.abort(new Error(`stopped: of the invocation's ${remainingMs} ms too few are left`));
  const timer = setTimeout(stop, remainingMs - Math.min(marginMsMax, remainingMs / 2));
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
