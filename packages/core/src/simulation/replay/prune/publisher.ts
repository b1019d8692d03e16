import type { Floors } from '../../../control/floors.ts';
import { floorsOf } from '../../../control/floors.ts';
import { decisionsCacheMs } from '../../../limits.ts';
import { partialKeyOf } from '../partial-keys.ts';
import type { ReplayWorld } from '../world.ts';

/** Whether a change is put to the metric: by floors that are remembered for a while. */
export class Publisher {
  readonly #world: ReplayWorld;
  #floors: Floors = floorsOf(undefined);
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(world: ReplayWorld) {
    this.#world = world;
  }

  takes(key: string): boolean {
    const { nowMs, rules, store } = this.#world;
    if (!rules.publishAboveFloors) {
      return true;
    }
    if (nowMs - this.#readAtMs >= decisionsCacheMs) {
      this.#floors = floorsOf(store.current.floors);
      this.#readAtMs = nowMs;
    }
    const { size, startMs } = partialKeyOf(key);
    return startMs >= this.#floors.highestFloor(size);
  }
}
