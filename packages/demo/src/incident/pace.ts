import type { EngineClock } from '@tidemark/local/clock';

/** Engine seconds a second while nothing happens but waiting: half an hour passes in a quarter of a minute. */
export const hurryFactor = 120;
/** While somebody is at work, time passes as on the wall: what a function needs is no minutes then. */
const workFactor = 1;
/** While nothing is to come due: half a minute, after which the alarm is looked at first, is five of the wall's. */
export const standingFactor = 0.1;
/** How often to look whether a function runs. Milliseconds. */
const lookMs = 10;

export interface PaceOptions {
  readonly clock: EngineClock;
  /** Whether a function runs now. */
  readonly isBusy: () => boolean;
}

/**
 * Lets the engine's clock hurry while everybody only waits, and slows it down while functions, the producer or a person are at work. So an incident looks as
 * it would have looked at the wall's speed, however slow the machine is.
 */
export class Pace {
  readonly #options: PaceOptions;
  #working = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Time all but stands still meanwhile, however long it takes. To be done before `start`. */
  async standing(work: () => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    clock.scale(standingFactor);
    await work();
    clock.scale(workFactor);
  }

  start(): void {
    this.#timer = setInterval(() => this.#set(), lookMs);
    this.#set();
  }

  /** The clock stays at the pace that it has. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Time does not hurry meanwhile. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#working += 1;
    this.#set();
    try {
      return await work();
    } finally {
      this.#working -= 1;
      this.#set();
    }
  }

  #set(): void {
    if (this.#timer === undefined) return;
    const { clock, isBusy } = this.#options;
    const factor = this.#working > 0 || isBusy() ? workFactor : hurryFactor;
    if (clock.factor !== factor) clock.scale(factor);
  }
}
