/**
 * The engine's own time. Arrival stamps, batching windows, waits and schedules follow it, so that a test or a demo can
 * set it, move it on or let it run faster than the wall.
 */
export interface Clock {
  /** Milliseconds since the epoch, engine time. Never goes backwards unless `set` says so. */
  now(): number;
  /** Resolves when `ms` of engine time have passed, also when they pass by `set` or `advance`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Jumps to an absolute engine time. */
  set(nowMs: number): void;
  /** Jumps forward. */
  advance(ms: number): void;
  /** Engine seconds per wall second, from now on; 1 is real time. */
  scale(factor: number): void;
}
