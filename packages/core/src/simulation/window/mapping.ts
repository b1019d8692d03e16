import { parseState } from '../../window/state.ts';
import type { Instance } from '../memory.ts';
import type { Network } from '../network.ts';
import { timeoutMs } from '../world.ts';
import { invokeWindow } from './invocation.ts';
import type { Progress } from './progress.ts';
import { progressAt } from './progress.ts';
import type { WindowShard } from './readings.ts';
import type { Position, WindowCall } from './tumbling.ts';
import { dueMs, nextCall, positionAfter, positionAt } from './tumbling.ts';
import type { WindowResponse, WindowWorld } from './world.ts';

const earlierMax = 4;

/**
 * The event source mapping with a tumbling window: hands each shard's records in order to one invocation at a time, at least once, and with
 * them the state of the last answer that it heard. A retry may have other bounds; a success may go unheard; a duplicate, of this position
 * or of one before, may run at the same time.
 */
export class WindowMapping {
  isEnabled = true;
  readonly #world: WindowWorld;
  readonly #network: Network;
  readonly #instances: Instance[] = [];
  readonly #isSealed: readonly boolean[];
  #progress: Progress[];
  #started = 0;

  constructor(world: WindowWorld, network: Network) {
    this.#world = world;
    this.#network = network;
    this.#isSealed = this.#shards.map((_, place) => this.#shards.some(({ parents }) => parents.includes(place)));
    this.#progress = this.#shards.map(() => progressAt(0));
  }

  /** The next time at which a shard without an invocation has something to deliver; Infinity without one. */
  get nextMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [place, shard] of this.#shards.entries()) {
      const { position, running } = this.progress(place);
      if (running === 0 && this.#isOpen(shard)) {
        nextMs = Math.min(nextMs, dueMs(shard, position, this.#isSealed[place] as boolean));
      }
    }
    return nextMs;
  }

  progress(place: number): Progress {
    return this.#progress[place] as Progress;
  }

  /** Starts an invocation for some shard; false when the one chosen has nothing to deliver now. */
  step(): boolean {
    const { random, scenario } = this.#world;
    if (!this.isEnabled) {
      return false;
    }
    const place = random.integer(this.#shards.length);
    const { position, earlier, running } = this.progress(place);
    if (running === 0) {
      return this.#deliver(place, position);
    }
    // Now and then the same batch runs twice at once, or one that was handled comes again beside it.
    if (running < 3 && random.fraction() < scenario.duplicates) {
      return this.#deliver(place, random.fraction() < 0.6 ? position : random.pick([position, ...earlier]));
    }
    return false;
  }

  /** Another mapping takes the place of this one, from each shard's trim horizon on: invocations go on, and nobody hears how they end. */
  replace(): void {
    const { stream, rules, nowMs } = this.#world;
    this.#progress = this.#shards.map(({ records }, place) => {
      const latest = records.filter(({ visibleMs }) => visibleMs <= nowMs).length;
      return progressAt(rules.trimHorizon ? stream.horizon(place) : latest);
    });
  }

  /** What AWS does not rule out: the shard goes on where it stands, with `state` for the state that it had. */
  loseState(place: number, state: string, keepsWindow: boolean): void {
    const progress = this.progress(place);
    const { next, window, closeAtMs, lastTo } = progress.position;
    progress.position = { ...positionAt(next), state, ...(keepsWindow ? { window, closeAtMs, lastTo } : {}) };
    progress.earlier = [];
    progress.isInDebt = true;
  }

  get #shards(): readonly WindowShard[] {
    return this.#world.scenario.shards;
  }

  /** Parents come before their children, their last window included. */
  #isOpen({ parents }: WindowShard): boolean {
    return parents.every((parent) => {
      const { position } = this.progress(parent);
      return position.window === undefined && position.next >= (this.#shards[parent] as WindowShard).records.length;
    });
  }

  #deliver(place: number, position: Position): boolean {
    const { random, scenario, nowMs } = this.#world;
    const shard = this.#shards[place] as WindowShard;
    if (!this.#isOpen(shard)) {
      return false;
    }
    const call = nextCall(random, scenario, place, position, nowMs, this.#isSealed[place] as boolean);
    if (call === undefined) {
      return false;
    }
    const progress = this.progress(place);
    this.#world.calm &&= call.closes !== 'early' && position === progress.position;
    this.#invoke(call, progress, position);
    return true;
  }

  #invoke(call: WindowCall, progress: Progress, position: Position): void {
    const instance = this.#instance();
    instance.isBusy = true;
    const debtors = progress.isInDebt ? 1 : 0;
    progress.running += 1;
    progress.debtors += debtors;
    this.#started += 1;
    const name = `invocation ${this.#started} of ${this.#sent(call)}`;
    this.#world.trace?.(`${name}, ${told(call.state)}`);
    let response: WindowResponse = {};
    this.#network.start({
      name,
      program: invokeWindow(this.#world, instance, call, (answer) => {
        response = answer;
      }),
      deadlineMs: this.#world.nowMs + timeoutMs,
      onEnd: (end) => {
        instance.isBusy = false;
        instance.memory = end === 'dead' ? undefined : instance.memory;
        progress.running -= 1;
        progress.debtors -= debtors;
        this.#ended(call, progress, position, end === 'done' ? response : undefined);
      },
    });
  }

  /** A response without a state is none: Lambda takes the invocation for failed. A success that goes unheard is delivered again. */
  #ended(call: WindowCall, progress: Progress, position: Position, response: WindowResponse | undefined): void {
    const { random, scenario } = this.#world;
    const state = response?.state === undefined ? undefined : jsonOf(response.state);
    const isHeard = state !== undefined && random.fraction() > 0.03;
    const isPresent = position === progress.position;
    // A duplicate is heard where it is further on than what was heard before; of what it held when a state was lost, nobody hears any more.
    const isFurther = call.to > progress.position.next && !progress.isInDebt;
    const isTaken = isHeard && (isPresent || (isFurther && random.fraction() < 0.5));
    this.#world.calm &&= !isTaken || isPresent;
    if (isTaken) {
      // Nobody comes again without the state that was lost, once what it held is written.
      progress.earlier = progress.isInDebt ? [] : [...progress.earlier, progress.position].slice(-earlierMax);
      progress.position = positionAfter(position, call, state, scenario);
      progress.isInDebt &&= call.from === call.to;
    } else if (state !== undefined && !isHeard && isPresent && call.closes === 'no' && random.fraction() < 0.3) {
      // Now and then the state of an answer is kept, and the records are sent again all the same.
      progress.position = { ...position, state };
    }
  }

  #sent({ place, from, to, closes }: WindowCall): string {
    const { records, id } = this.#shards[place] as WindowShard;
    const bounds = from === to ? 'no records' : `[${records[from]?.sequence}, ${records[to - 1]?.sequence}]`;
    return `${id} ${bounds}${closes === 'no' ? '' : `, ${closes}`}`;
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

function jsonOf(state: object): string {
  const json = JSON.stringify(state);
  return json === '{}' ? '' : json;
}

/** A state in a few words. */
function told(state: unknown): string {
  const parsed = parseState(state);
  if (parsed.kind !== 'held') {
    return parsed.kind === 'empty' ? 'no state' : `state ${JSON.stringify(state)}`;
  }
  const { parts, last } = parsed.state;
  return `state of ${parts.length} parts up to ${last.sequence}`;
}
