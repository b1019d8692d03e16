import { setTimeout as sleep } from 'node:timers/promises';
import { interruptible } from '@tidemark/ops-cli/interruptible';
import type { Reading } from './reading.ts';

/** Between two readings, in milliseconds of the wall. */
const pauseMs = 200;
/** So long is waited for what must happen next, in milliseconds of the wall: on a busy machine it takes two or three seconds. */
const patienceMsDefault = 60_000;

export interface WatchOptions {
  readonly read: () => Promise<Reading>;
  readonly onReading: (reading: Reading) => void;
  readonly signal: AbortSignal;
  /** How long `until` waits, in milliseconds of the wall. */
  readonly patienceMs?: number;
}

/** Something that must happen has not. */
export class NeverHappened extends Error {}

/** Reads again and again, and tells whoever waits for something that it is so. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #waiting = new Set<(reading: Reading) => void>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Without an end: rejects with the signal's reason. */
  async run(): Promise<never> {
    const { read, onReading, signal } = this.#options;
    for (;;) {
      const reading = await interruptible(read(), signal);
      onReading(reading);
      for (const look of this.#waiting) look(reading);
      await interruptible(sleep(pauseMs), signal);
    }
  }

  /** What a reading has at last; rejects with `NeverHappened` where none has it. Everything up to that reading was shown. */
  async until<Found>(what: string, find: (reading: Reading) => Found | undefined): Promise<Found> {
    const found = Promise.withResolvers<Found>();
    const look = (reading: Reading) => {
      const value = find(reading);
      if (value !== undefined) found.resolve(value);
    };
    this.#waiting.add(look);
    const { signal, patienceMs = patienceMsDefault } = this.#options;
    const timer = setTimeout(() => found.reject(new NeverHappened(what)), patienceMs);
    try {
      return await interruptible(found.promise, signal);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }
}
