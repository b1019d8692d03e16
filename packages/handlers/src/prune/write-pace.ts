import { setTimeout as wait } from 'node:timers/promises';

/** A wait is cut into pieces, in milliseconds, so that it ends soon after the time is up. */
const pieceMsMax = 500;
/** What timers and requests take too long is made up for, in milliseconds. */
const madeUpMsMax = 200;

/** Lets so many write units through in a second. What is larger than that goes at once, and those after it wait the longer. */
export class WritePace {
  readonly #unitsPerSecond: number;
  readonly #isTimeUp: () => boolean;
  /** When the next may go, by the clock of `performance`. */
  #nextMs = 0;

  constructor(unitsPerSecond: number, isTimeUp: () => boolean) {
    this.#unitsPerSecond = unitsPerSecond;
    this.#isTimeUp = isTimeUp;
  }

  /** As many units as go in about a second, at least 1: what is asked for at once should not be more. */
  get share(): number {
    return Math.max(1, Math.floor(this.#unitsPerSecond));
  }

  /** Waits its turn. False where the time was up before: nothing is taken. */
  async take(units: number, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const nowMs = performance.now();
      if (nowMs >= this.#nextMs) {
        this.#nextMs = Math.max(this.#nextMs, nowMs - madeUpMsMax) + (units / this.#unitsPerSecond) * 1000;
        return true;
      }
      if (this.#isTimeUp()) return false;
      await wait(Math.min(this.#nextMs - nowMs, pieceMsMax), undefined, { signal });
    }
  }
}
