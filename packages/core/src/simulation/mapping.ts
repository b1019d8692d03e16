import type { Program } from './call.ts';
import type { Batch } from './counting.ts';
import type { Instance } from './memory.ts';
import type { InvocationEnd, Network, NetworkWorld } from './network.ts';
import type { Rules } from './rules.ts';
import type { Shard } from './scenario.ts';

/** What a mapping knows of the world that it is part of, whatever is simulated there. */
export interface MappingWorld extends NetworkWorld {
  readonly scenario: NetworkWorld['scenario'] & {
    readonly shards: readonly Shard[];
    readonly batchMax: number;
    readonly duplicates: number;
  };
  readonly rules: NetworkWorld['rules'] & Pick<Rules, 'factorOne' | 'retriesWithoutEnd' | 'trimHorizon'>;
}

/** The function that a mapping hands its batches to. */
export interface Target {
  readonly name: string;
  readonly timeoutMs: number;
  /** Its sandboxes, whoever invokes it. */
  readonly instances: Instance[];
  program(instance: Instance, batch: Batch): Program;
  onEnd?(batch: Batch, end: InvocationEnd): void;
}

/** Where a mapping finds the records of a shard, as places in it. */
export interface Reach {
  /** Of the first record when the mapping begins. */
  begin(place: number): number;
  /** Of the first record that has not left the stream. */
  horizon(place: number): number;
  /** How long it waits for a batch to fill, at most. Milliseconds. */
  readonly windowMs: number;
  /** How long it waits after a failure, at most. Milliseconds. */
  readonly backoffMsMax: number;
  /** How long an invocation that succeeds keeps its shard waiting, at most. Milliseconds. */
  readonly paceMsMax: number;
}

const everything: Reach = { begin: () => 0, horizon: () => 0, windowMs: 0, backoffMsMax: 0, paceMsMax: 0 };

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
  /** Nothing is delivered before this. Milliseconds since the epoch. */
  againAtMs: number;
}

/** Failures after which a batch is given up, with rule `retriesWithoutEnd` off. */
const failuresMax = 2;

/**
 * The event source mapping: hands each shard's records in order to one invocation at a time, at least once. A retry may have
 * other bounds; a batch that succeeded may come again; a duplicate with other bounds may run at the same time.
 */
export class Mapping {
  isEnabled = true;
  readonly #world: MappingWorld;
  readonly #network: Network;
  readonly #target: Target;
  readonly #reach: Reach;
  #positions: Position[];
  #started = 0;

  constructor(world: MappingWorld, network: Network, target: Target, reach = everything) {
    this.#world = world;
    this.#network = network;
    this.#target = target;
    this.#reach = reach;
    this.#positions = this.#shards.map((_, place) => positionAt(reach.begin(place)));
  }

  /** The next time at which a shard without an invocation has something to deliver; Infinity without one. */
  get nextMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [place, shard] of this.#shards.entries()) {
      const { next, running, againAtMs } = this.#position(place);
      const record = shard.records[Math.max(next, this.#reach.horizon(place))];
      const seenMs = (record?.visibleMs ?? Number.POSITIVE_INFINITY) + this.#reach.windowMs;
      const dueMs = Math.max(seenMs, againAtMs);
      if (running === 0 && dueMs < nextMs && this.#isOpen(shard)) {
        nextMs = dueMs;
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
    // A batch that comes twice at once comes from memory, whatever has left the stream meanwhile.
    if (position.running === 0) {
      position.next = Math.max(position.next, this.#reach.horizon(place));
    }
    if (position.againAtMs > this.#world.nowMs) {
      return false;
    }
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
    return parents.every((parent) => {
      const next = Math.max(this.#position(parent).next, this.#reach.horizon(parent));
      return next >= (this.#shards[parent] as Shard).records.length;
    });
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
    const batch: Batch = { place, from, to };
    const bounds = `${id} [${records[from]?.sequence}, ${records[to - 1]?.sequence}]`;
    const name = `${this.#target.name} ${this.#started} of ${bounds}`;
    this.#world.trace?.(name);
    this.#network.start({
      name,
      program: this.#target.program(instance, batch),
      deadlineMs: nowMs + this.#target.timeoutMs,
      onEnd: (end) => {
        instance.isBusy = false;
        instance.memory = end === 'dead' ? undefined : instance.memory;
        this.#target.onEnd?.(batch, end);
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
      const { paceMsMax } = this.#reach;
      position.againAtMs = paceMsMax === 0 ? 0 : this.#world.nowMs + random.integer(paceMsMax);
      if (isHeard && from > position.next) {
        position.aheadTo = to;
      } else if (isHeard && to > position.next) {
        position.next = Math.max(to, to >= position.runningTo ? position.aheadTo : 0);
        position.failures = 0;
      }
      return;
    }
    position.failures += from === position.next ? 1 : 0;
    position.againAtMs = this.#world.nowMs + Math.min(this.#reach.backoffMsMax, 1000 * 2 ** position.failures);
    if (!rules.retriesWithoutEnd && position.failures >= failuresMax) {
      position.next = Math.max(position.next, to);
      position.failures = 0;
    }
  }

  #instance(): Instance {
    const free = this.#target.instances.filter(({ isBusy }) => !isBusy);
    if (free.length === 0) {
      const instance: Instance = { isBusy: false, memory: undefined };
      this.#target.instances.push(instance);
      return instance;
    }
    return this.#world.random.pick(free);
  }
}

function positionAt(next: number): Position {
  return { next, running: 0, runningTo: next, aheadTo: 0, failures: 0, againAtMs: 0 };
}
