import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '@tidemark/local/engine';

/** Wall time in which whatever follows from a step of the clock, or from an event, has begun. */
const settleMs = 25;
const pollMs = 3;
/** Engine time after which whatever is waited for will not come any more. */
const passedMsMax = 12 * 3_600_000;

/** Lets time pass as soon as nobody does anything: the clock jumps to whatever is due next, of anyone. */
export class Quiet {
  /** Called, and awaited, whenever nothing is left but to wait. */
  onQuiet: () => Promise<void> = async () => {};
  readonly #engine: Engine;
  readonly #grainMs: number;

  /** With a grain, in milliseconds, all that is due within it is done at once: thousands of executions, each due at a moment of its own, would take hours. */
  constructor(engine: Engine, grainMs = 1) {
    this.#engine = engine;
    this.#grainMs = grainMs;
  }

  /** Resolves when no function runs, and none has been called for a while. */
  async settled(): Promise<void> {
    const { host, faults } = this.#engine;
    // Event source mappings look at their streams without end.
    const latest = () => faults.calls().findLast(({ caller }) => caller !== 'engine')?.number;
    for (;;) {
      const before = latest();
      await sleep(settleMs);
      while (host.running > 0) await sleep(pollMs);
      if (latest() === before) return;
    }
  }

  /** Until `come` finds what is waited for, looking whenever nothing is done. Throws, with what it is about, where it does not come in half a day. */
  async until<Found>(
    what: string,
    come: () => Found | undefined | false | Promise<Found | undefined | false>,
  ): Promise<Found> {
    const { clock } = this.#engine;
    const endMs = clock.now() + passedMsMax;
    for (;;) {
      await this.settled();
      const found = await come();
      if (found !== undefined && found !== false) return found;
      if (clock.now() > endMs) throw new Error(`never: ${what}`);
      await this.onQuiet();
      this.jump();
    }
  }

  /** So much engine time, with everything that is due in it done in its turn. Milliseconds. */
  async pass(ms: number): Promise<void> {
    const { clock } = this.#engine;
    const endMs = clock.now() + ms;
    for (;;) {
      await this.settled();
      await this.onQuiet();
      const leftMs = endMs - clock.now();
      if (leftMs <= 0) return;
      clock.advance(Math.min(leftMs, Math.max(0, clock.nextDueMs - clock.now())));
    }
  }

  /** To whatever is due next, of anyone, or to the end of its grain. */
  jump(): void {
    const { clock } = this.#engine;
    const ms = Math.ceil(clock.nextDueMs / this.#grainMs) * this.#grainMs - clock.now();
    if (Number.isFinite(ms)) clock.advance(Math.max(0, ms));
  }
}
