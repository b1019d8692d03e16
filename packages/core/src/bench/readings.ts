import { Buffer } from 'node:buffer';
import type { EventFields } from '../config.ts';
import { Random } from '../generate/random.ts';
import { measuresOfRide, rideEvent } from '../generate/ride-event.ts';
import type { GeneratedReading } from '../generate/rides.ts';
import { Unicorn } from '../generate/unicorn.ts';

/**
 * `name`: all readings of a unicorn lie on one shard, in the order in which it sent them. `spread`: they lie on all shards, as where a key is
 * drawn for each reading.
 */
export type Keying = 'name' | 'spread';

export interface ReadingsOptions {
  /** The same seed, number of unicorns, keying and fields give the same readings. */
  readonly seed: number;
  readonly unicorns: number;
  readonly keying: Keying;
  readonly fields: EventFields;
}

/** Readings of unicorns in any number a second, each of a unicorn drawn by lot: all of them are equally busy, in no order. */
export class Readings {
  readonly #options: ReadingsOptions;
  readonly #random: Random;
  readonly #unicorns: readonly Unicorn[];

  constructor(options: ReadingsOptions) {
    const { seed, unicorns } = options;
    this.#options = options;
    this.#random = new Random(seed);
    this.#unicorns = Array.from(
      { length: unicorns },
      (_, index) => new Unicorn(new Random(seed, index + 1), 47.377, 8.5416),
    );
  }

  /** A reading that is taken at `timeMs`, which is what its time says. */
  next(timeMs: number): GeneratedReading & { readonly expected: { readonly kind: 'event' } } {
    const { fields, keying } = this.#options;
    const random = this.#random;
    const index = random.integer(this.#unicorns.length);
    const ride = (this.#unicorns[index] as Unicorn).ride(false);
    const name = `unicorn ${index}`;
    const measured = measuresOfRide(fields, ride, timeMs);
    const time = new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '');
    const data = Buffer.from(JSON.stringify(rideEvent(fields, { name, time, ...measured }, ride)));
    const drawn = random.hex(8);
    const partitionKey = keying === 'name' ? name : drawn;
    return { data, partitionKey, timeMs, expected: { kind: 'event', name, timeMs, ...measured } };
  }
}
