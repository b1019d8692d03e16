/**
 * Settles as `promise` does, or rejects with the signal's reason as soon as that aborts. Nothing of it stays with the signal
 * afterwards: a race against one promise that lasts as long as the run would keep everything that was ever raced.
 */
export function interruptible<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
