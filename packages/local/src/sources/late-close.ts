import type { Clock } from '../clock.ts';

/**
 * Lambda closes a window for which nothing more comes up to two minutes after its end. Always the latest moment here: what is
 * right with it is right with any earlier one.
 */
export const windowCloseDelayMsDefault = 120_000;

/** Tells when a window is to be closed although nothing came after it. */
export class LateClose {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #due: () => void;
  #dueMs: number | undefined;
  #alarm: AbortController | undefined;

  /** `due` is called when the moment comes, however the clock gets there. */
  constructor(clock: Clock, delayMs: number, due: () => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#due = due;
  }

  get isDue(): boolean {
    return this.#dueMs !== undefined && this.#clock.now() >= this.#dueMs;
  }

  /** From now on it is about the window that ends then, in engine time; undefined: about none. */
  watch(endMs: number | undefined): void {
    const dueMs = endMs === undefined ? undefined : endMs + this.#delayMs;
    if (dueMs === this.#dueMs) return;
    this.#alarm?.abort();
    this.#alarm = undefined;
    this.#dueMs = dueMs;
    if (dueMs === undefined) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#clock.sleep(dueMs - this.#clock.now(), alarm.signal).then(this.#due, () => {});
  }
}
