import { Buffer } from 'node:buffer';
import type { EventFields } from '../config.ts';
import { type Essentials, webEvent } from './event.ts';
import { malformedKinds, spoil } from './malformed.ts';
import type { ExpectedOutcome } from './outcome.ts';
import { Random } from './random.ts';
import { malformedMark, schedule } from './schedule.ts';

export interface GeneratorOptions {
  /** The same seed, number, instant and fields give the same bytes. A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  readonly events: number;
  /** The events happen in the 24 hours before this instant, milliseconds since the epoch. */
  readonly untilMs: number;
  /** Where the source looks for name, time and measures. */
  readonly fields: EventFields;
  /** Share of events that are sent minutes to hours after they happened. */
  readonly lateShare?: number;
  /** Share of records that must end in the quarantine. */
  readonly malformedShare?: number;
}

/** A record for the stream, and what must become of it. */
export interface GeneratedRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
  readonly expected: ExpectedOutcome;
}

/** Six names, from the most frequent to the rarest. */
const eventTypes = ['page view', 'image view', 'asset load', 'search', 'sign-in', 'purchase'] as const;
const typeWeights = [52, 21, 13, 8, 4, 2];

/** Web-like events in the order in which producers would send them. */
export function* generateEvents(options: GeneratorOptions): Generator<GeneratedRecord, void, undefined> {
  const { seed, events, untilMs, fields, lateShare = 0.03, malformedShare = 0.005 } = options;
  const { startMs, happened, type, order } = schedule({
    seed,
    events,
    untilMs,
    lateShare,
    malformedShare,
    typeWeights,
  });
  const kinds = malformedKinds(fields).length;
  const visitors = Math.max(8, Math.ceil(events / 25));
  for (const index of order) {
    // Each record draws from its own numbers, so that it can be made without those before it.
    const random = new Random(seed, index + 1);
    const timeMs = startMs + (happened[index] ?? 0);
    const identity = {
      id: `${seed.toString(36)}-${String(index).padStart(8, '0')}`,
      visitor: visitor(random, visitors),
    };
    const kind = type[index] ?? 0;
    const name = eventTypes[kind] ?? 'page view';
    const time = new Date(timeMs).toISOString();
    const measured = measuresOf(fields, random);
    const make = (essentials: Essentials) => webEvent(fields, identity, essentials, random);
    if (kind === malformedMark) {
      const parts = { fields, make, id: identity.id, name, time, ...measured, random };
      const { why, data } = spoil(random.integer(kinds), parts);
      yield { data, partitionKey: identity.visitor, expected: { kind: 'quarantined', why } };
    } else {
      const data = Buffer.from(JSON.stringify(make({ name, time, ...measured })));
      yield { data, partitionKey: identity.visitor, expected: { kind: 'event', name, timeMs, ...measured } };
    }
  }
}

/** A number with two decimals for each measure, some of them below 0. */
function measuresOf({ measures }: EventFields, random: Random): { readonly measures?: Record<string, number> } {
  if (measures === undefined) return {};
  const values = measures.map(({ name }) => [name, (random.integer(220_000) - 20_000) / 100] as const);
  return { measures: Object.fromEntries(values) };
}

/** One of `count` visitors, as twelve hexadecimal digits that do not show their number. */
function visitor(random: Random, count: number): string {
  const number = random.integer(count);
  const own = new Random(number, 0x5eed);
  return `${own.hex(8)}${own.hex(4)}`;
}
