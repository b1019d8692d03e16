import { type Sleeper, Sleepers } from './sleepers.ts';

/**
 * The engine's own time. Arrival stamps, batching windows, waits and schedules follow it, so that a test or a demo can
 * set it, move it on or let it run faster than the wall.
 */
export interface Clock {
  /** Whole milliseconds since the epoch, engine time. Never goes backwards unless `set` says so. */
  now(): number;
  /**
   * Resolves when `ms` of engine time have passed since the call, also when they pass by `set`, `advance` or `scale`;
   * rejects with the signal's reason when aborted. Zero or less resolves at once, `Infinity` waits for the signal.
   * The end is fixed as an engine time: setting the clock back makes the wait longer.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Jumps to an absolute engine time, in milliseconds since the epoch; the only way backwards. */
  set(nowMs: number): void;
  /** Jumps forward. Throws a RangeError for a negative amount. */
  advance(ms: number): void;
  /** Engine seconds per wall second, from now on; 1 is real time, 0 stops the clock. Throws a RangeError below 0. */
  scale(factor: number): void;
}

export interface EngineClockOptions {
  /** Engine time at the start, in milliseconds since the epoch; the wall's without it. */
  readonly startMs?: number;
  /** As `scale`; 1 without it. */
  readonly factor?: number;
}

/** A longer delay would make Node's timer fire at once. */
const timerMsMax = 2 ** 31 - 1;

/**
 * Follows the wall clock by what it moves forward, so that a wall clock that is set back cannot take engine time back,
 * and a machine that was suspended finds the engine at the right time again. One timer at most is pending, for the
 * earliest sleeper; without sleepers there is none.
 */
export class EngineClock implements Clock {
  #engineMs: number;
  #wallMs = Date.now();
  /** Stands still until the constructor has set its speed: what construction takes is no engine time. */
  #factor = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;
  readonly #sleepers = new Sleepers();

  constructor({ startMs, factor = 1 }: EngineClockOptions = {}) {
    this.#engineMs = startMs ?? this.#wallMs;
    this.scale(factor);
  }

  /** As last given to `scale`. */
  get factor(): number {
    return this.#factor;
  }

  /** When the next sleeper wakes, engine time; Infinity where nobody sleeps. */
  get nextDueMs(): number {
    return this.#sleepers.nextDueMs;
  }

  now(): number {
    return Math.floor(this.#exact());
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (Number.isNaN(ms)) throw new RangeError('sleep: not a number of milliseconds');
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = {
        dueMs: this.#exact() + ms,
        wake: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      const abort = () => {
        this.#sleepers.delete(sleeper);
        if (this.#sleepers.nextDueMs !== this.#timerDueMs) this.#arm();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      // Nothing but its signal ever wakes it.
      if (sleeper.dueMs === Number.POSITIVE_INFINITY) return;
      this.#sleepers.add(sleeper);
      if (sleeper.dueMs < this.#timerDueMs) this.#arm();
    });
  }

  set(nowMs: number): void {
    if (!Number.isFinite(nowMs)) throw new RangeError(`set: ${nowMs} is not a time in milliseconds`);
    this.#wallMs = Date.now();
    this.#engineMs = nowMs;
    this.#wake();
  }

  advance(ms: number): void {
    if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError(`advance: ${ms} is not a span of milliseconds`);
    this.#engineMs = this.#exact() + ms;
    this.#wake();
  }

  scale(factor: number): void {
    if (!(factor >= 0 && Number.isFinite(factor))) throw new RangeError(`scale: ${factor} is not a factor`);
    this.#exact();
    this.#factor = factor;
    this.#wake();
  }

  /** Engine time with its fraction, brought up to the wall. */
  #exact(): number {
    const wallMs = Date.now();
    this.#engineMs += Math.max(0, wallMs - this.#wallMs) * this.#factor;
    this.#wallMs = wallMs;
    return this.#engineMs;
  }

  /** Wakes who is due, the earliest first, and sets the timer for the next. */
  #wake(): void {
    const due = this.#sleepers.takeDue(this.#exact());
    this.#arm();
    for (const sleeper of due) sleeper.wake();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueMs = this.#sleepers.nextDueMs;
    if (this.#timerDueMs === Number.POSITIVE_INFINITY || this.#factor === 0) return;
    const wallMs = Math.ceil((this.#timerDueMs - this.#exact()) / this.#factor);
    // Node's timer may fire a fraction early; `#wake` then finds nobody due and arms it again.
    this.#timer = setTimeout(() => this.#wake(), Math.min(Math.max(wallMs, 1), timerMsMax));
  }
}
