import { countBatch } from './counting.ts';
import type { Instance } from './memory.ts';
import type { InvocationEnd, Network } from './network.ts';
import type { Shard } from './scenario.ts';
import type { World } from './world.ts';
import { timeoutMs } from './world.ts';

/** How far the mapping has come with one shard. */
interface Position {
  /** Place of the first record that is not handled. */
  next: number;
  /** Invocations under way for this shard, all of this mapping. */
  running: number;
  /** End of the batch under way, and of the one after it where that was handled first (rule `factorOne` off). */
  runningTo: number;
  aheadTo: number;
  /** In a row, at `next`. */
  failures: number;
}

/** Failures after which a batch is given up, with rule `retriesWithoutEnd` off. */
const failuresMax = 2;

/**
 * The event source mapping: hands each shard's records in order to one invocation at a time, at least once. A retry may have
 * other bounds; a batch that succeeded may come again; a duplicate with other bounds may run at the same time.
 */
export class Mapping {
  isEnabled = true;
  readonly #world: World;
  readonly #network: Network;
  readonly #instances: Instance[] = [];
  #positions: Position[];
  #started = 0;

  constructor(world: World, network: Network) {
    this.#world = world;
    this.#network = network;
    this.#positions = this.#shards.map(() => positionAt(0));
  }

  /** The next time at which a shard without an invocation has something to deliver; Infinity without one. */
  get nextMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [place, shard] of this.#shards.entries()) {
      const { next, running } = this.#position(place);
      const record = shard.records[next];
      if (record !== undefined && running === 0 && record.visibleMs < nextMs && this.#isOpen(shard)) {
        nextMs = record.visibleMs;
      }
    }
    return nextMs;
  }

  /** Starts an invocation for some shard; false when the one chosen has nothing to deliver now. */
  step(): boolean {
    const { random, rules, scenario } = this.#world;
    if (!this.isEnabled) {
      return false;
    }
    const place = random.integer(this.#shards.length);
    const position = this.#position(place);
    if (position.running === 0) {
      return this.#deliver(place, position.next);
    }
    // Now and then the same batch runs twice at once.
    if (position.running < 3 && random.fraction() < scenario.duplicates) {
      return this.#deliver(place, rules.factorOne || random.fraction() < 0.3 ? position.next : position.runningTo);
    }
    return false;
  }

  /** Another mapping takes the place of this one: invocations go on, but nobody hears how they end. */
  replace(): void {
    const { rules, nowMs } = this.#world;
    this.#positions = this.#shards.map(({ records }) =>
      positionAt(rules.trimHorizon ? 0 : records.filter(({ visibleMs }) => visibleMs <= nowMs).length),
    );
  }

  get #shards(): readonly Shard[] {
    return this.#world.scenario.shards;
  }

  #position(place: number): Position {
    return this.#positions[place] as Position;
  }

  /** Parents come before their children. */
  #isOpen({ parents }: Shard): boolean {
    return parents.every((parent) => this.#position(parent).next >= (this.#shards[parent] as Shard).records.length);
  }

  #deliver(place: number, from: number): boolean {
    const { random, scenario, nowMs } = this.#world;
    const shard = this.#shards[place] as Shard;
    const { records, id } = shard;
    if (!this.#isOpen(shard)) {
      return false;
    }
    const size = 1 + random.integer(scenario.batchMax);
    let to = from;
    while (to - from < size && (records[to]?.visibleMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
      to += 1;
    }
    if (to === from) {
      return false;
    }
    const position = this.#position(place);
    const instance = this.#instance();
    instance.isBusy = true;
    position.running += 1;
    position.runningTo = from === position.next ? to : position.runningTo;
    this.#started += 1;
    const name = `invocation ${this.#started} of ${id} [${records[from]?.sequence}, ${records[to - 1]?.sequence}]`;
    this.#world.trace?.(name);
    this.#network.start({
      name,
      program: countBatch(this.#world, instance, { place, from, to }),
      deadlineMs: nowMs + timeoutMs,
      onEnd: (end) => {
        instance.isBusy = false;
        instance.memory = end === 'dead' ? undefined : instance.memory;
        this.#ended(position, from, to, end);
      },
    });
    return true;
  }

  #ended(position: Position, from: number, to: number, end: InvocationEnd): void {
    const { random, rules } = this.#world;
    position.running -= 1;
    if (end === 'done') {
      // A success that the mapping does not hear of is delivered again.
      const isHeard = random.fraction() > 0.03;
      if (isHeard && from > position.next) {
        position.aheadTo = to;
      } else if (isHeard && to > position.next) {
        position.next = Math.max(to, to >= position.runningTo ? position.aheadTo : 0);
        position.failures = 0;
      }
      return;
    }
    position.failures += from === position.next ? 1 : 0;
    if (!rules.retriesWithoutEnd && position.failures >= failuresMax) {
      position.next = Math.max(position.next, to);
      position.failures = 0;
    }
  }

  #instance(): Instance {
    const free = this.#instances.filter(({ isBusy }) => !isBusy);
    if (free.length === 0) {
      const instance: Instance = { isBusy: false, memory: undefined };
      this.#instances.push(instance);
      return instance;
    }
    return this.#world.random.pick(free);
  }
}

function positionAt(next: number): Position {
  return { next, running: 0, runningTo: next, aheadTo: 0, failures: 0 };
}
