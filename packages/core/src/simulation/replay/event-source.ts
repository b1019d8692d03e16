import type { Mapping } from '../mapping.ts';
import type { ReplayWorld } from './world.ts';

export type EventSourceState = 'Enabled' | 'Disabling' | 'Disabled' | 'Enabling';

/** The event source mapping as its API shows it: what is asked for comes about some time later. */
export class EventSource {
  state: EventSourceState = 'Enabled';
  /** An operator has disabled it, and wants it to stay so. */
  isLeftDisabled = false;
  readonly #world: ReplayWorld;
  readonly #mapping: Mapping;
  /** Nobody delivers, though the mapping is enabled: the function fails, or Lambda is in trouble. */
  #isStalled = false;

  constructor(world: ReplayWorld, mapping: Mapping) {
    this.#world = world;
    this.#mapping = mapping;
  }

  get nextMs(): number {
    return this.#mapping.isEnabled ? this.#mapping.nextMs : Number.POSITIVE_INFINITY;
  }

  step(): boolean {
    return this.#mapping.step();
  }

  /** The mapping is made anew: it begins at the trim horizon. */
  replace(): void {
    this.#mapping.replace();
  }

  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
    this.#settle(this.state);
  }

  /** UpdateEventSourceMapping; false: refused, since an earlier update is under way. */
  update(isEnabled: boolean): boolean {
    const { state } = this;
    if (state === 'Disabling' || state === 'Enabling') {
      return false;
    }
    if ((state === 'Enabled') !== isEnabled) {
      this.#settle(isEnabled ? 'Enabling' : 'Disabling');
      const { random, timers, scenario } = this.#world;
      timers.in(random.integer(scenario.mappingMsMax), () => {
        this.#settle(isEnabled ? 'Enabled' : 'Disabled');
      });
    }
    return true;
  }

  /** A mapping delivers until it is disabled. */
  #settle(state: EventSourceState): void {
    this.state = state;
    this.#mapping.isEnabled = !this.#isStalled && (state === 'Enabled' || state === 'Disabling');
  }
}
