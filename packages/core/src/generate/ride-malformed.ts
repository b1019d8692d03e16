import { Buffer } from 'node:buffer';
import type { EventFields, FieldPath } from '../config.ts';
import type { Fields } from './event.ts';
import { place, remove } from './event.ts';
import type { ExpectedOutcome } from './outcome.ts';
import type { Random } from './random.ts';
import { rideEvent } from './ride-event.ts';
import type { Ride } from './unicorn.ts';

interface Reading {
  readonly fields: EventFields;
  readonly name: string;
  readonly time: string;
  readonly ride: Ride;
}

/** What a device may get wrong about a whole reading. */
const wholes: Readonly<Record<string, (reading: Reading) => Buffer>> = {
  torn: (reading) => text(good(reading)).subarray(0, -40),
  'not JSON': ({ name, time }) => Buffer.from(`${time} ${name} OK`),
  'an array': (reading) => Buffer.from(`[${text(good(reading))}]`),
  'name missing': (reading) => changed(reading, reading.fields.name, undefined),
  'a number for a name': (reading) => changed(reading, reading.fields.name, 7),
  'time missing': (reading) => changed(reading, reading.fields.time, undefined),
  'time in words': (reading) => changed(reading, reading.fields.time, 'just now'),
};

/** What a device may get wrong about one measure. */
const values: Readonly<Record<string, unknown>> = {
  'measure missing': undefined,
  'measure null': null,
  'measure in quotes': '30.1',
  'measure n/a': 'n/a',
  'measure an object': { value: 30.1 },
  'measure a list': [30.1],
  'measure true': true,
  'measure too large': 1e101,
};
const wholeKinds = Object.keys(wholes);
const valueKinds = Object.keys(values);
/** Numbers of other languages are no JSON. */
const barewords = ['NaN', 'Infinity', '1e999'];

/** Every kind of malformed reading that has a measure to spoil. */
export const malformedRideKinds: readonly string[] = [...wholeKinds, ...valueKinds, ...barewords.map(barewordKind)];

function barewordKind(word: string): string {
  return `measure ${word}`;
}

/** A reading that must end in the quarantine, in a way drawn from `random`: at least half of them have a spoiled measure, where there is one. */
export function spoilRide(
  reading: Reading,
  random: Random,
): { readonly data: Buffer; readonly expected: ExpectedOutcome } {
  const { measures = [] } = reading.fields;
  const kinds = measures.length === 0 ? wholeKinds : malformedRideKinds;
  const why = random.pick(kinds);
  const whole = wholes[why];
  const data = whole === undefined ? spoiledMeasure(reading, random.pick(measures).path, why) : whole(reading);
  return { data, expected: { kind: 'quarantined', why } };
}

function spoiledMeasure(reading: Reading, path: FieldPath, why: string): Buffer {
  const word = barewords.find((each) => barewordKind(each) === why);
  if (word === undefined) return changed(reading, path, values[why]);
  const mark = 'a measure that is no number';
  return Buffer.from(String(changed(reading, path, mark)).replace(`"${mark}"`, word));
}

function good({ fields, name, time, ride }: Reading): Fields {
  return rideEvent(fields, { name, time }, ride);
}

/** Without the field where `value` is undefined. */
function changed(reading: Reading, path: FieldPath, value: unknown): Buffer {
  const event = good(reading);
  if (value === undefined) remove(event, path);
  else place(event, path, value);
  return text(event);
}

function text(event: Fields): Buffer {
  return Buffer.from(JSON.stringify(event));
}
