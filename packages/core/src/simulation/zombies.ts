import type { Call } from './call.ts';
import type { NetworkWorld } from './network.ts';
import { attemptMsMax } from './world.ts';

/** What is aborted may still be on its way; what a frozen sandbox holds may be sent hours later. */
export type Abandoned = 'aborted' | 'frozen';
const lateMsMax: Readonly<Record<Abandoned, number>> = { aborted: attemptMsMax, frozen: 2 * 60 * 60 * 1000 };

interface Zombie {
  readonly call: Call;
  readonly landByMs: number;
}

/** Requests whose senders no longer wait: they land all the same, sooner or later. */
export class Zombies {
  readonly #world: Pick<NetworkWorld, 'random' | 'nowMs'>;
  readonly #land: (call: Call) => void;
  readonly #zombies: Zombie[] = [];

  constructor(world: Pick<NetworkWorld, 'random' | 'nowMs'>, land: (call: Call) => void) {
    this.#world = world;
    this.#land = land;
  }

  get count(): number {
    return this.#zombies.length;
  }

  /** When one must land at the latest; Infinity without one. */
  get nextMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { landByMs } of this.#zombies) {
      nextMs = Math.min(nextMs, landByMs);
    }
    return nextMs;
  }

  /** `atMs`: when its sender gave it up. */
  add(call: Call, how: Abandoned, atMs: number): void {
    this.#zombies.push({ call, landByMs: atMs + this.#world.random.integer(lateMsMax[how]) });
  }

  land(at: number): void {
    const [zombie] = this.#zombies.splice(at, 1);
    if (zombie !== undefined) {
      this.#land(zombie.call);
    }
  }

  /** Lands what can be under way no longer. */
  passTime(): void {
    for (let at = this.#zombies.length - 1; at >= 0; at -= 1) {
      if ((this.#zombies[at] as Zombie).landByMs <= this.#world.nowMs) {
        this.land(at);
      }
    }
  }
}
