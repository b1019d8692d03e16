import type { Random } from '../generate/random.ts';
import type { Network } from './network.ts';

/** What a schedule is made of, whatever is simulated in it. */
export interface Actors {
  readonly world: { readonly random: Random; nowMs: number };
  readonly network: Network;
  /** `nextMs`: when there is something to deliver to a shard without an invocation. Infinity for never. */
  readonly mapping: { readonly isEnabled: boolean; readonly nextMs: number; step(): boolean };
  readonly interventions: { readonly nextMs: number; passTime(): void };
}

/** After `faultlessAfter` steps nothing fails any more, so that the schedule ends; after `max` it is given up. */
export interface StepLimits {
  readonly faultlessAfter: number;
  readonly max: number;
}

/** Lets now this and now that go on, as chance has it, and time pass. */
export class Schedule {
  steps = 0;
  readonly #actors: Actors;
  readonly #limits: StepLimits;

  constructor(actors: Actors, limits: StepLimits) {
    this.#actors = actors;
    this.#limits = limits;
  }

  /** Steps until everything is delivered and nothing is under way; false when that does not come about. */
  run(): boolean {
    const { world, network, mapping, interventions } = this.#actors;
    const { random } = world;
    for (;;) {
      this.steps += 1;
      if (this.steps === this.#limits.faultlessAfter) {
        network.faults = 0;
      } else if (this.steps > this.#limits.max) {
        return false;
      }
      world.nowMs += random.integer(400);
      network.passTime();
      interventions.passTime();
      const hasMoved = random.fraction() < 0.2 ? mapping.step() || network.step() : network.step();
      if (!hasMoved && !this.#waitForNext()) {
        return true;
      }
    }
  }

  /** Nothing is under way: goes on to when something can happen, or ends. */
  #waitForNext(): boolean {
    const { world, network, mapping, interventions } = this.#actors;
    const deliveryMs = mapping.isEnabled ? mapping.nextMs : Number.POSITIVE_INFINITY;
    const nextMs = Math.min(deliveryMs, interventions.nextMs, network.nextMs);
    if (nextMs === Number.POSITIVE_INFINITY) {
      return false;
    }
    world.nowMs = Math.max(world.nowMs, nextMs);
    mapping.step();
    return true;
  }
}
