import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadPace } from './source.ts';

/** Keeps the reads of one shard apart. */
export class Pace {
  readonly #intervalMs: number;
  readonly #signal: AbortSignal;
  /** Wall time of the latest read. */
  #readAtMs = Number.NEGATIVE_INFINITY;

  /** Without a pace, reads follow each other at once. */
  constructor(pace: ReadPace | undefined, signal: AbortSignal) {
    this.#intervalMs = pace?.readIntervalMs ?? 0;
    this.#signal = signal;
  }

  /** Resolves when the next read may begin, or with the signal; undefined where it may at once. */
  turn(): Promise<void> | undefined {
    const restMs = this.#intervalMs - (performance.now() - this.#readAtMs);
    if (restMs <= 0) {
      this.#readAtMs = performance.now();
      return undefined;
    }
    return this.#wait(restMs);
  }

  async #wait(restMs: number): Promise<void> {
    await sleep(restMs, undefined, { signal: this.#signal }).catch(() => {});
    this.#readAtMs = performance.now();
  }
}
