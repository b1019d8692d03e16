import { setTimeout as wait } from 'node:timers/promises';
import type { Invocation } from './step.ts';

/** What timers and requests take too long is made up for, in milliseconds. */
const madeUpMsMax = 200;
/** A wait is cut into pieces, in milliseconds, so that it ends soon after the time is up. */
const pieceMsMax = 500;

/** How many write units may go: so many in a second. What is larger goes at once, and those after it wait the longer. Milliseconds of one clock. */
export class WritePace {
  readonly #unitsPerSecond: number;
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(unitsPerSecond: number) {
    this.#unitsPerSecond = unitsPerSecond;
  }

  /** As many units as go in about a second, at least 1: what is asked for at once should not be more. */
  get share(): number {
    return Math.max(1, Math.floor(this.#unitsPerSecond));
  }

  /** How long to wait before anything may go. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextMs - nowMs);
  }

  take(units: number, nowMs: number): void {
    this.#nextMs = Math.max(this.#nextMs, nowMs - madeUpMsMax) + (units / this.#unitsPerSecond) * 1000;
  }
}

/** Waits for the turn of so many units, and takes it. False where the time was up before: nothing is taken. */
export async function takeTurn(
  pace: WritePace,
  units: number,
  { isTimeUp, signal }: Pick<Invocation, 'isTimeUp' | 'signal'>,
): Promise<boolean> {
  for (;;) {
    const nowMs = performance.now();
    const waitMs = pace.waitMs(nowMs);
    if (waitMs === 0) {
      pace.take(units, nowMs);
      return true;
    }
    if (isTimeUp()) return false;
    await wait(Math.min(waitMs, pieceMsMax), undefined, { signal });
  }
}
