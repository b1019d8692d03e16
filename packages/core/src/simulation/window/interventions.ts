import { controlItems } from '../../control/keys.ts';
import type { Random } from '../../generate/random.ts';
import type { BucketSize } from '../../series/bucket.ts';
import { bucketStart } from '../../series/bucket.ts';
import { sequenceOf } from '../check.ts';
import { changeCap, decide, raiseFloor } from '../decide.ts';
import type { Network } from '../network.ts';
import type { WindowMapping } from './mapping.ts';
import type { WindowShard } from './readings.ts';
import type { WindowWorld } from './world.ts';

/** Something that an operator, a deployment or AWS does at a stated time. Milliseconds since the epoch. */
export type Intervention =
  | { readonly kind: 'cap'; readonly atMs: number; readonly maxSeries: number }
  | { readonly kind: 'floor'; readonly atMs: number; readonly size: BucketSize; readonly floorMs: number }
  | { readonly kind: 'replaceMapping'; readonly atMs: number }
  | { readonly kind: 'disable'; readonly atMs: number; readonly quietMs: number }
  /** Records leave the stream, this part (0 to 1) of those that may. */
  | { readonly kind: 'trim'; readonly atMs: number; readonly place: number; readonly part: number }
  | {
      readonly kind: 'loseState';
      readonly atMs: number;
      readonly place: number;
      /** What Lambda hands over instead: nothing, or something that is no state. */
      readonly state: string;
      readonly keepsWindow: boolean;
    };

const hourMs = 60 * 60 * 1000;
const unreadable = ['"state"', '[]', '{"version":99}', '{"version":1}', '7', '{"windows":{}}'];

export function interventionsOf(
  random: Random,
  startMs: number,
  shards: readonly WindowShard[],
  buckets: readonly BucketSize[],
): Intervention[] {
  const interventions: Intervention[] = [];
  const endMs = Math.max(...shards.map(({ records }) => records.at(-1)?.visibleMs ?? startMs));
  const atMs = (): number => startMs + random.integer(endMs - startMs + 60_000);
  const place = (): number => random.integer(shards.length);
  for (let left = random.integer(3); left > 0; left -= 1) {
    interventions.push({ kind: 'cap', atMs: atMs(), maxSeries: 1 + random.integer(7) });
  }
  for (let left = buckets.length > 0 ? random.integer(3) : 0; left > 0; left -= 1) {
    const size = random.pick(buckets);
    const floorMs = bucketStart(startMs - random.integer(4 * hourMs), size);
    interventions.push({ kind: 'floor', atMs: atMs(), size, floorMs });
  }
  if (random.fraction() < 0.25) {
    interventions.push({ kind: 'replaceMapping', atMs: atMs() });
  }
  if (random.fraction() < 0.15) {
    interventions.push({ kind: 'disable', atMs: atMs(), quietMs: random.integer(10 * 60_000) });
  }
  for (let left = random.fraction() < 0.3 ? random.integer(8) : 0; left > 0; left -= 1) {
    interventions.push({ kind: 'trim', atMs: atMs(), place: place(), part: random.fraction() < 0.7 ? 1 : 0.5 });
  }
  for (let left = random.fraction() < 0.4 ? 1 + random.integer(2) : 0; left > 0; left -= 1) {
    const state = random.fraction() < 0.6 ? '' : random.pick(unreadable);
    interventions.push({
      kind: 'loseState',
      atMs: atMs(),
      place: place(),
      state,
      keepsWindow: random.fraction() < 0.5,
    });
  }
  return interventions.sort((one, other) => one.atMs - other.atMs);
}

/** What operators, deployments and AWS do while windows are added up. */
export class Interventions {
  readonly #world: WindowWorld;
  readonly #network: Network;
  readonly #mapping: WindowMapping;
  readonly #due: Intervention[];
  #disabledUntilMs: number | undefined;

  constructor(world: WindowWorld, network: Network, mapping: WindowMapping) {
    this.#world = world;
    this.#network = network;
    this.#mapping = mapping;
    this.#due = [...world.scenario.interventions];
    world.stream.mayTrimTo = (place) => this.#mayTrimTo(place);
  }

  /** When the next one happens; Infinity when all have. */
  get nextMs(): number {
    return this.#disabledUntilMs ?? this.#due[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  passTime(): void {
    const { random, scenario, stream } = this.#world;
    if (scenario.trims > 0 && random.fraction() < scenario.trims) {
      stream.trim(random.integer(scenario.shards.length), 1);
    }
    if (this.nextMs > this.#world.nowMs) {
      return;
    }
    if (this.#disabledUntilMs !== undefined) {
      this.#disabledUntilMs = undefined;
      this.#mapping.isEnabled = true;
      return;
    }
    const next = this.#due.shift();
    if (next !== undefined) {
      this.#intervene(next);
    }
  }

  #intervene(intervention: Intervention): void {
    const world = this.#world;
    world.trace?.(`intervention: ${JSON.stringify(intervention)}`);
    switch (intervention.kind) {
      case 'cap':
        decide(world, this.#network, changeCap(world, intervention.maxSeries));
        break;
      case 'floor':
        decide(world, this.#network, raiseFloor(world, intervention));
        break;
      case 'replaceMapping':
        if (
          world.scenario.shards.every((_, at) => this.#canReadAgain(at) && this.#mapping.progress(at).debtors === 0)
        ) {
          world.calm = false;
          this.#mapping.replace();
        }
        break;
      case 'disable':
        this.#mapping.isEnabled = false;
        this.#disabledUntilMs = world.nowMs + intervention.quietMs;
        break;
      case 'trim':
        world.stream.trim(intervention.place, intervention.part);
        break;
      case 'loseState': {
        const { place, state, keepsWindow } = intervention;
        const { position } = this.#mapping.progress(place);
        // What is lost after the last record of a shard nobody comes to miss, unless what comes instead cannot be read.
        const isFollowed = position.next < (world.scenario.shards[place] as WindowShard).records.length;
        const isSeen = state !== '' && keepsWindow && position.window !== undefined;
        if ((isFollowed || isSeen) && this.#canReadAgain(place)) {
          world.calm = false;
          this.#mapping.loseState(place, state, keepsWindow);
        }
      }
    }
  }

  /** What was handed over may leave the stream; where its state was lost, only what is written may. */
  #mayTrimTo(place: number): number {
    const { position, isInDebt, debtors } = this.#mapping.progress(place);
    return isInDebt || debtors > 0 ? Math.min(position.next, this.#writtenTo(place)) : position.next;
  }

  /** Whether all that is not written is in the stream still: otherwise a state that is lost is lost for good, whatever a handler does. */
  #canReadAgain(place: number): boolean {
    return this.#world.stream.horizon(place) <= this.#writtenTo(place);
  }

  /** Place of the first record past the checkpoint. */
  #writtenTo(place: number): number {
    const { id, records } = this.#world.scenario.shards[place] as WindowShard;
    const item = this.#world.store.checkpoints.get(controlItems.checkpoint('window', id));
    const last = item === undefined ? -1 : sequenceOf(item.LastSequence);
    return records.filter(({ sequence }) => sequence <= last).length;
  }
}
