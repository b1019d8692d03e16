import type { Random } from '@tidemark/core/generate/random';
import type { Chaos, Disturbance } from '@tidemark/local/sources/chaos';
import type { Readings } from './readings.ts';
import type { Trial } from './trial.ts';

/** Readings of one put. There is one whenever the execution has gone on: a slow machine makes no more of them. */
const putReadings = 2;

/**
 * Readings that keep coming while a run goes on, a reshard in the middle, and mappings and pipes that deliver what they may: the same twice at once,
 * other bounds, halves, again after a success.
 */
export class LiveLoad {
  readonly #trial: Trial;
  readonly #readings: Readings;
  readonly #chaos: Chaos;

  constructor(trial: Trial, readings: Readings, random: Random) {
    this.#trial = trial;
    this.#readings = readings;
    const disturbances: readonly (() => Disturbance | undefined)[] = [
      () => undefined,
      () => undefined,
      () => undefined,
      () => ({ duplicate: true }),
      () => ({ bounds: 1 + random.integer(60) }),
      () => ({ bisect: true }),
      () => ({ forget: true }),
    ];
    this.#chaos = () => random.pick(disturbances)();
  }

  /** Until `work` is done, which the execution does that is being hurried. `onStep`: also awaited for what it does next. */
  async while<Result>(
    work: Promise<Result>,
    onStep: (state: string) => Promise<void> = async () => {},
  ): Promise<Result> {
    const { hurry } = this.#trial;
    let steps = 0;
    hurry.onStep = async (state) => {
      await onStep(state);
      await this.#readings.put(putReadings);
      steps += 1;
      if (steps === 12) await this.#reshard();
      this.#disturb(this.#chaos);
    };
    this.#disturb(this.#chaos);
    try {
      return await work;
    } finally {
      hurry.onStep = async () => {};
      this.#disturb(undefined);
    }
  }

  async #reshard(): Promise<void> {
    const { world } = this.#trial;
    const open = await world.openShards();
    if (open.length < 3) await world.split(0);
    else await world.merge(0);
  }

  #disturb(chaos: Chaos | undefined): void {
    const { world, stack } = this.#trial;
    for (const mapping of [...world.streamMappings, world.publishMapping]) mapping.chaos = chaos;
    // A run's pipe comes while the load goes on.
    for (const pipe of stack.engine.pipes.list()) pipe.chaos = chaos;
  }
}
