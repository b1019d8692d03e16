import { Buffer } from 'node:buffer';
import type { EventFields } from '../config.ts';
import type { Essentials } from './event.ts';
import type { GeneratedRecord } from './generator.ts';
import { malformedKinds, spoil } from './malformed.ts';
import type { ExpectedOutcome } from './outcome.ts';
import { Random } from './random.ts';
import { readLine } from './reading.ts';
import { measuresOfRide, rideEvent } from './ride-event.ts';
import { Unicorn } from './unicorn.ts';

export interface RidesOptions {
  /** The same seed, start, length, unicorns and fields give the same bytes. A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** When the first readings are taken, milliseconds since the epoch. */
  readonly startMs: number;
  /** How long the unicorns ride: one reading a second each. */
  readonly seconds: number;
  /** Where the source looks for name, time and measures. */
  readonly fields: EventFields;
  /** Their names. The last falls silent for a while, and the health of the one before it drops. */
  readonly unicorns?: readonly string[];
  /** Share of readings that must end in the quarantine. */
  readonly malformedShare?: number;
  /**
   * How many of the unicorns, from the first on, send under several partition keys by turns, as if from several devices: their readings lie on several
   * shards. Those of all others lie on one shard each, which some of them share.
   */
  readonly roaming?: number;
}

/** A reading, and when it is taken, which is also what its time says. */
export interface GeneratedReading extends GeneratedRecord {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
}

export const unicornNames: readonly string[] = ['Amalthea', 'Bayard', 'Sleipnir', 'Grani', 'Xanthos'];

/** From where to where of its ride a unicorn is silent, and another low in health. */
const silentFrom = 0.45;
const silentUntil = 0.7;
const lowFrom = 0.75;
const lowUntil = 0.8;
const devices = 4;
/** Where the rides begin, in degrees: a city park. */
const start = { latitude: 47.377, longitude: 8.5416 };

/** Readings of unicorns in the order in which they are taken; those of one instant in the order of the unicorns. */
export function* generateRides(options: RidesOptions): Generator<GeneratedReading, void, undefined> {
  const { seed, startMs, seconds, fields, unicorns = unicornNames, malformedShare = 0.005, roaming = 1 } = options;
  const random = new Random(seed);
  const kinds = malformedKinds(fields).length;
  // What is said of one field then may be said over by another: what has become of the reading is in its bytes alone.
  const isShared = sharesFields(fields);
  const riding = unicorns.map((_, index) => new Unicorn(new Random(seed, index + 1), start.latitude, start.longitude));
  for (let second = 0; second < seconds; second++) {
    const timeMs = startMs + second * 1000;
    const time = new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '');
    for (const [index, unicorn] of riding.entries()) {
      const name = unicorns[index] ?? '';
      const isLow = index === unicorns.length - 2 && isWithin(second, seconds, lowFrom, lowUntil);
      const ride = unicorn.ride(isLow);
      // It rides on while it is silent.
      if (index === unicorns.length - 1 && isWithin(second, seconds, silentFrom, silentUntil)) continue;
      const partitionKey = index < roaming ? `${name}#${second % devices}` : name;
      const make = (essentials: Essentials) => rideEvent(fields, essentials, ride);
      const essentials = { name, time, ...measuresOfRide(fields, ride, timeMs) };
      if (random.fraction() < malformedShare) {
        const parts = { fields, make, id: `${name}-${second}`, ...essentials, random };
        const { why, data } = spoil(random.integer(kinds), parts);
        const expected: ExpectedOutcome = { kind: 'quarantined', why };
        yield { data, partitionKey, timeMs, expected: isShared ? readLine(data, fields, timeMs) : expected };
      } else {
        const { time: _, ...said } = essentials;
        const data = Buffer.from(JSON.stringify(make(essentials)));
        const expected: ExpectedOutcome = { kind: 'event', timeMs, ...said };
        yield { data, partitionKey, timeMs, expected: isShared ? readLine(data, fields, timeMs) : expected };
      }
    }
  }
}

/** Whether two of what a reading says stand in one field, such as a time that is a measure too. */
function sharesFields({ name, time, measures = [] }: EventFields): boolean {
  const paths = [name, time, ...measures.map(({ path }) => path)].map((path) => JSON.stringify(path));
  return new Set(paths).size < paths.length;
}

/** For how many seconds the unicorns must ride for at least so many readings. */
export function secondsOfRiding(readings: number, unicorns = unicornNames.length): number {
  // The one that falls silent takes a reading less for each second, and the bounds of its silence are rounded.
  return Math.ceil(readings / (unicorns - (silentUntil - silentFrom))) + 1;
}

function isWithin(second: number, seconds: number, from: number, until: number): boolean {
  return second >= from * seconds && second < until * seconds;
}
