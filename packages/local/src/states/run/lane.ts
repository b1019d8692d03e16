import type { ContextObject } from '../context-object.ts';
import type { ExecutionOptions } from '../execution.ts';
import type { Trail } from '../history.ts';
import type { Progress } from '../progress.ts';
import type { Scope } from '../scope.ts';

/** What one sequence of states runs in: the execution itself, a branch or an iteration. */
export interface Lane {
  readonly options: ExecutionOptions;
  readonly trail: Trail;
  readonly scope: Scope;
  /** Aborted with `Overtaken`, or with what ends the whole execution. */
  readonly signal: AbortSignal;
  /** In iterations of an inline map. */
  readonly map: ContextObject['Map'];
  /** Kept up; where it holds something at the start, the sequence goes on from there. */
  readonly progress: Progress;
}

/** Another branch or iteration failed, and with it the state around both; its last event is what the end of this one follows from. */
export class Overtaken extends Error {
  readonly eventId: number;

  constructor(eventId: number) {
    super('another branch has failed');
    this.name = 'Overtaken';
    this.eventId = eventId;
  }
}

/** Settles as the promise does, or rejects with the signal's reason as soon as it is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) throw signal.reason;
    return await Promise.race([promise, aborted]);
  } catch (error) {
    // Whoever was aborted may have noticed before the race did.
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', abort);
    promise.catch(() => {});
  }
}

/** A controller that is aborted with the signal, and can be aborted alone. `release` lets the signal forget it. */
export function controllerUnder(signal: AbortSignal): { controller: AbortController; release: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return { controller, release: () => signal.removeEventListener('abort', abort) };
}
