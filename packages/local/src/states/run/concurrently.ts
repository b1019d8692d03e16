import { controllerUnder, type Lane, Overtaken } from './lane.ts';

interface Work<T> {
  readonly count: number;
  /** So many at once at most. */
  readonly limit: number;
  /** Does one, on the slot of that number; a slot takes the next when it is done with one. */
  readonly run: (index: number, slot: number, signal: AbortSignal) => Promise<T>;
  /** Told which one failed first; returns its last event, from which the end of the others follows. */
  readonly failed: (index: number) => number;
}

/**
 * Does all of it, and returns what each came to. Where one fails the others are aborted with `Overtaken`; when all have
 * stopped, its failure is thrown.
 */
export async function concurrently<T>(lane: Lane, { count, limit, run, failed }: Work<T>): Promise<T[]> {
  const { controller, release } = controllerUnder(lane.signal);
  const results: T[] = [];
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const work = async (slot: number) => {
    while (next < count && failure === undefined && !controller.signal.aborted) {
      const index = next++;
      try {
        results[index] = await run(index, slot, controller.signal);
      } catch (error) {
        if (failure !== undefined || controller.signal.aborted) return;
        failure = { error };
        controller.abort(new Overtaken(failed(index)));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limit, count) }, (_, slot) => work(slot)));
  } finally {
    release();
  }
  lane.signal.throwIfAborted();
  if (failure !== undefined) throw failure.error;
  return results;
}
