import { Random } from '@tidemark/core/generate/random';
import { readLine } from '@tidemark/core/generate/reading';
import type { Engine } from '@tidemark/local/engine';
import type { Outgoing } from '../sent.ts';
import type { StackOptions } from '../stack.ts';
import { fateOf } from '../windows/reading-groups.ts';
import type { World } from '../world.ts';

/** The configuration of a source with buckets and a window, made so that no run needs to wait long for what it holds. */
export const replayedSource = {
  event: { name: 'Name', time: 'StatusTime' },
  buckets: ['1m', '1h'],
  window: {
    seconds: 60,
    measures: { distance: 'Distance', health: 'HealthPoints', magic: 'MagicPoints' },
    batchWindowSeconds: 0,
    timeoutSeconds: 15,
  },
  count: { batchWindowSeconds: 0, timeoutSeconds: 15 },
  publish: { batchWindowSeconds: 0 },
  stream: { shards: 2 },
} as const;

/** Time passes as on a wall, but for waits (hurry.ts); pipes read as fast as records come. */
export const replayedStack: StackOptions = { clockFactor: 2, pipeDelays: { pollMs: 1000, readIntervalMs: 20 } };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const namesDefault = ['Shadowfax', 'Grani', 'Sleipnir', 'Rocinante'] as const;

/** When a reading happened, in milliseconds after most of them. */
export type ReadingTime = (random: Random) => number;

/** Where the bulk of readings lie, relative to now, and what else there is: a few of everything that may come. */
const timesDefault: readonly ReadingTime[] = [
  ...Array.from({ length: 12 }, () => (random: Random) => -random.integer(3 * minuteMs)),
  // Late: by hours, and by many.
  (random) => -random.integer(3 * hourMs),
  (random) => -random.integer(10 * hourMs),
  // Early, as far as events may be.
  (random) => random.integer(hourMs),
  (random) => random.integer(2 * hourMs - minuteMs),
];

export interface ReadingsOptions {
  readonly seed: number;
  /** Of names that nobody has sent before. */
  readonly prefix?: string;
  /** Of all but the new ones. */
  readonly names?: readonly string[];
  /** One of them for each reading. */
  readonly times?: readonly ReadingTime[];
}

/** Readings as they come: on time, late, early, of new names, malformed; some of too far ahead. The figures are such that no sum of them is exact in a double. */
export class Readings {
  readonly #engine: Engine;
  readonly #world: World;
  readonly #random: Random;
  readonly #options: Required<Omit<ReadingsOptions, 'seed'>>;
  #made = 0;

  constructor(engine: Engine, world: World, { seed, ...options }: ReadingsOptions) {
    this.#engine = engine;
    this.#world = world;
    this.#random = new Random(seed);
    this.#options = { prefix: 'new', names: namesDefault, times: timesDefault, ...options };
  }

  /** Puts so many. `aroundMs`: when most of them happened; now, unless told. */
  async put(count: number, aroundMs = this.#engine.clock.now()): Promise<void> {
    const nowMs = this.#engine.clock.now();
    await this.#world.put(Array.from({ length: count }, () => this.#next(nowMs, aroundMs)));
  }

  #next(nowMs: number, aroundMs: number): Outgoing {
    const random = this.#random;
    this.#made += 1;
    // One name in a hundred is new.
    const Name = random.integer(100) === 0 ? `${this.#options.prefix} ${this.#made}` : random.pick(this.#options.names);
    const text = random.integer(25) === 0 ? this.#faulty(nowMs) : JSON.stringify(this.#reading(Name, aroundMs));
    const data = Buffer.from(text);
    const fate = fateOf(readLine(data, this.#world.source.event, nowMs));
    return { data, fate, partitionKey: `${Name} ${random.integer(50)}` };
  }

  #reading(Name: string, aroundMs: number) {
    const random = this.#random;
    return {
      Name,
      StatusTime: instant(aroundMs + random.pick(this.#options.times)(random)),
      Distance: random.fraction() * 60 - 3,
      HealthPoints: random.integer(400),
      MagicPoints: random.pick([0.1, 1e100, -1e100, 1e-100, 2 ** 53 + 2, random.fraction()]),
    };
  }

  #faulty(nowMs: number): string {
    const known = this.#reading('Grani', nowMs);
    return this.#random.pick([
      '{"Name":',
      JSON.stringify({ ...known, Distance: '12.5' }),
      JSON.stringify({ ...known, StatusTime: instant(nowMs + 5 * hourMs) }),
    ]);
  }
}

function instant(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '');
}
