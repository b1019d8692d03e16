import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import type { EventFields } from '../config.ts';
import { decodeRecord } from './decode.ts';

/**
 * Decoding against a plain reading of its rules: JSON.parse, objects, regular expressions, Date. The reference is slow, holds whole
 * records as objects and has no bound on nesting before it parses, but each of its rules is one line.
 */

type Outcome = readonly [name: string, timeMs: number, ...measured: number[]] | string;

const fatalUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function reference(data: Uint8Array, fields: EventFields): Outcome {
  let event: unknown;
  let text: string;
  try {
    text = fatalUtf8.decode(data);
  } catch {
    return 'not-utf8';
  }
  if (/^[ \t\r\n]*$/.test(text)) return 'record-empty';
  try {
    event = JSON.parse(text);
  } catch {
    return 'not-json';
  }
  if (depthOf(event) > 64) return 'nested-too-deep';
  if (!isObject(event)) return 'not-an-object';
  const name = valueAt(event, fields.name);
  if (name === undefined) return 'name-missing';
  if (typeof name !== 'string') return 'name-not-a-string';
  if (/^\s*$/.test(name)) return 'name-empty';
  if (new TextEncoder().encode(name).length > 256) return 'name-too-long';
  if (!isPrintable(name)) return 'name-not-printable';
  if (name === '$other') return 'name-reserved';
  const time = valueAt(event, fields.time);
  if (time === undefined) return 'time-missing';
  const timeMs = instantOf(time);
  if (timeMs === undefined) return 'time-unreadable';
  const measured = (fields.measures ?? []).map(({ path }) => measureOf(valueAt(event, path)));
  const refusal = measured.find((measure) => typeof measure === 'string');
  return refusal ?? [name, timeMs, ...measured.filter((measure) => typeof measure === 'number')];
}

function measureOf(value: unknown): number | string {
  if (value === undefined) return 'measure-missing';
  if (typeof value !== 'number') return 'measure-not-a-number';
  if (Math.abs(value) > 1e100) return 'measure-out-of-range';
  return Math.abs(value) < 1e-100 ? 0 : value;
}

function isPrintable(name: string): boolean {
  return Array.from(name, (character) => character.codePointAt(0) ?? 0).every((code) => {
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const isSeparator = code === 0x2028 || code === 0x2029;
    return !isControl && !isSeparator && (code < 0xd800 || code > 0xdfff);
  });
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(event: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return event;
  return isObject(event) && Object.hasOwn(event, key) ? valueAt(event[key], rest) : undefined;
}

const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)?)?$/;

function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number') return instantOfEpoch(value);
  if (typeof value !== 'string') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return value.length <= 32 ? instantOfEpoch(Number(value)) : undefined;
  const match = iso.exec(value);
  if (match === null) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    sign,
    offsetHour = '0',
    offsetMinute = '0',
  ] = match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // Date carries 30 February over into March: a date that exists comes back as it was.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  date.setUTCHours(Number(hour), Number(minute));
  date.setTime(date.getTime() - Number(`${sign ?? '+'}1`) * (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000);
  const isLeapSecond = second === '60';
  if (isLeapSecond && (date.getUTCHours() !== 23 || date.getUTCMinutes() !== 59)) return undefined;
  date.setUTCSeconds(
    isLeapSecond ? 59 : Number(second),
    isLeapSecond ? 999 : Number(fraction.padEnd(3, '0').slice(0, 3)),
  );
  return date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9999 ? date.getTime() : undefined;
}

function instantOfEpoch(value: number): number | undefined {
  if (value >= 1e8 && value < 1e11) {
    const microseconds = Math.round((value % 1) * 1e6);
    return Math.floor(value) * 1000 + Math.min(999, Math.floor(microseconds / 1000));
  }
  return value >= 1e11 && value < 253_402_300_800_000 ? Math.floor(value) : undefined;
}

function decoded(data: Uint8Array, fields: EventFields): Outcome[] {
  const outcomes: Outcome[] = [];
  decodeRecord(Buffer.from(data).toString('base64'), fields, {
    event: (name, timeMs, measured) => {
      expect(measured?.length).toBe(fields.measures?.length);
      outcomes.push([name, timeMs, ...(measured ?? [])]);
    },
    malformed: (reason, detail) => {
      expect(detail).toMatch(/^[^\p{Cc}\p{Cs}]{1,250}$/u);
      outcomes.push(reason);
    },
  });
  return outcomes;
}

function expectAsReference(data: Uint8Array, fields: EventFields): void {
  const [outcome, ...rest] = decoded(data, fields);
  expect(rest).toEqual([]);
  const expected = reference(data, fields);
  // Nesting is refused where it passes the bound, before the rest is known to be JSON.
  if (outcome === 'nested-too-deep' && expected === 'not-json') return;
  expect(outcome).toEqual(expected);
}

const fieldsToRead: readonly EventFields[] = [
  { name: ['event_type'], time: ['at'] },
  { name: ['detail', 'type'], time: ['detail', 'at'] },
  { name: ['detail', 'type'], time: ['at'] },
  { name: ['__proto__'], time: ['constructor', 'at'] },
  { name: ['event_type'], time: ['at'], measures: [{ name: 'distance', path: ['distance'] }] },
  {
    name: ['event_type'],
    time: ['detail', 'at'],
    measures: [
      { name: 'health', path: ['detail', 'points', 'health'] },
      { name: 'distance', path: ['distance'] },
      { name: 'far', path: ['distance'] },
    ],
  },
  {
    name: ['event_type'],
    time: ['at'],
    measures: [
      { name: 'points', path: ['detail', 'points'] },
      { name: 'health', path: ['detail', 'points', 'health'] },
    ],
  },
  { name: ['detail', 'type'], time: ['at'], measures: [{ name: 'health', path: ['detail', 'points', 'health'] }] },
];
const fields = fc.constantFrom(...fieldsToRead);

const names = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('page view', 'purchase', 'a#b', '日本語') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'page view',
      'purchase',
      '#',
      'caf\u00e9',
      '😀',
      '$other',
      '',
      ' ',
      'a\u0000',
      '\ud83d',
      'x'.repeat(256),
      'é'.repeat(129),
    ),
  },
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('\ud83d', '\ude00', 'a', '\u2028', '\u0085', '\u00ff'), maxLength: 4 }),
);

const times = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('2026-11-02T09:05:07.25+02:00', '2016-12-31 23:59:60', 1793610000, '1793610000123'),
  },
  fc
    .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  isoLike(),
  fc.double(),
  fc.double({ min: 0, max: 3e14, noNaN: true }),
  fc.integer({ min: 0, max: 4_000_000_000 }),
  fc.double({ min: 0, max: 3e14, noNaN: true }).map(String),
  fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', ':', 'T', 'Z', '+', ' '), maxLength: 24 }),
);

/** JSON, mostly numbers, as texts: what a number is written like must not matter. */
const measures = fc.oneof(
  { weight: 6, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)) },
  { weight: 6, arbitrary: fc.integer().map((value) => `${value / 1000}`) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...['0', '-0', '-0.0e7', '1e100', '-1E+100', '1.0000000000000002e100', '-1e101', '1e400', '-1e400'],
      ...['1e-100', '-1e-100', '9.999e-101', '-9.999e-101', '1e-400', '123456789012345678901234567890', '0.1'],
    ),
  },
  fc.constantFrom('"12"', '""', 'null', 'true', 'false', '{}', '[1]', '{"health":1}', '"1e400"'),
);

/** Texts of the shape of ISO 8601 whose parts are now and then wrong. */
function isoLike(): fc.Arbitrary<string> {
  const two = fc.oneof(fc.integer({ min: 0, max: 61 }), fc.constantFrom(0, 1, 12, 23, 28, 29, 30, 31, 59, 60));
  const text = two.map((value) => String(value).padStart(2, '0'));
  const year = fc.constantFrom('0000', '1900', '1970', '2000', '2016', '2024', '2026', '9999');
  const month = fc.oneof(fc.constantFrom('02', '12', '06'), text);
  const clock = fc.oneof(
    fc.constantFrom('23:59:60', '23:59:59', '00:59:60'),
    fc.tuple(text, text, text).map((parts) => parts.join(':')),
    fc.tuple(text, text).map((parts) => parts.join(':')),
  );
  const separator = fc.constantFrom('T', 't', ' ', '_', '');
  const fraction = fc.constantFrom('', '', '.5', ',25', '.999999', '.');
  const zone = fc.constantFrom('', 'Z', 'z', '+01:00', '-0530', '+00', '-23:59', '+24:00', 'UTC', '+1');
  return fc
    .tuple(year, fc.constant('-'), month, fc.constant('-'), text, separator, clock, fraction, zone)
    .map((parts) => parts.join(''));
}

/** A record that mostly has the fields, with white space and repeated keys, and sometimes other values in their place. */
const records = fc
  .record({
    name: fc.oneof({ weight: 9, arbitrary: names }, { weight: 1, arbitrary: fc.jsonValue() }),
    time: fc.oneof({ weight: 9, arbitrary: times }, { weight: 1, arbitrary: fc.jsonValue() }),
    distance: measures,
    health: measures,
    other: fc.jsonValue(),
    shape: fc.nat(14),
    indent: fc.constantFrom(undefined, 1, '\t'),
  })
  .map(({ name, time, distance, health, other, shape, indent }) => {
    const json = (value: unknown): string => JSON.stringify(value, undefined, indent);
    const flat = `"event_type":${json(name)},"at" : ${json(time)},"__proto__":${json(name)},"constructor":{"at":${json(time)}}`;
    const points = shape === 10 ? health : `{ "x" : 1, "health":${health}}`;
    const detail = `"detail":{"x":${json(other)},"type":${json(name)},"points" : ${points},"at":${json(time)}}`;
    const far = shape === 11 ? '' : `"distance":${distance}`;
    const members = [far, other === null ? '' : `"other":${json(other)}`, flat, detail];
    if (shape === 7) members.push(detail.replace('"at"', '"\\u0061t"'));
    if (shape === 8) members.push('"detail":null');
    if (shape === 9) members.reverse();
    if (shape === 12) members.push(`"distanc\\u0065":${health}`);
    if (shape === 13) members.push(detail.replace(points, `[${points}]`));
    if (shape === 14) members.push(detail.replace('"health"', '"wealth"'));
    return `{${members.filter((member) => member !== '').join(' , ')}}`;
  });

/** A few bytes removed, repeated, overwritten or cut off. */
const mutations = fc.array(
  fc.tuple(fc.constantFrom('remove', 'repeat', 'overwrite', 'cut'), fc.nat(5000), fc.nat(255)),
  { minLength: 1, maxLength: 4 },
);

type Mutation = readonly [kind: string, place: number, byte: number];

function mutate(data: Buffer, changes: readonly Mutation[]): Buffer {
  let bytes = data;
  for (const [kind, place, byte] of changes) {
    if (bytes.length === 0) break;
    const at = place % bytes.length;
    const head = bytes.subarray(0, at);
    if (kind === 'remove') bytes = Buffer.concat([head, bytes.subarray(at + 1)]);
    else if (kind === 'repeat') bytes = Buffer.concat([head, bytes.subarray(at, at + 9), bytes.subarray(at)]);
    else if (kind === 'overwrite') bytes = Buffer.concat([head, Buffer.from([byte]), bytes.subarray(at + 1)]);
    else if (byte < 64) bytes = head;
  }
  return bytes;
}

function aggregate(data: readonly Uint8Array[]): Buffer {
  const writer = new PbfWriter();
  writer.writeStringField(1, 'key');
  for (const bytes of data) {
    const write = (_: undefined, record: PbfWriter): void => {
      record.writeVarintField(1, 0);
      record.writeBytesField(3, bytes);
    };
    writer.writeMessage(3, write, undefined);
  }
  return sealed(writer.finish());
}

function sealed(protobuf: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), protobuf, createHash('md5').update(protobuf).digest()]);
}

describe('decodeRecord', () => {
  it('decides as the reference does on records of every shape', () => {
    const seen = new Map<string, number>();
    const property = fc.property(records, fields, (record, paths) => {
      const data = Buffer.from(record);
      const expected = reference(data, paths);
      const kind = typeof expected === 'string' ? expected : `event of ${expected.length - 2} measures`;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      expectAsReference(data, paths);
    });
    fc.assert(property, { numRuns: 8000 });
    // A generator of nothing but refusals would prove little.
    expect(seen.get('event of 0 measures')).toBeGreaterThan(1000);
    expect(seen.get('event of 1 measures')).toBeGreaterThan(200);
    expect(seen.get('event of 3 measures')).toBeGreaterThan(60);
    for (const reason of ['measure-missing', 'measure-not-a-number', 'measure-out-of-range']) {
      expect(seen.get(reason), reason).toBeGreaterThan(50);
    }
  });

  it('decides as the reference does on mutated records', () => {
    const property = fc.property(records, mutations, fields, (record, changes, paths) => {
      expectAsReference(mutate(Buffer.from(record), changes), paths);
    });
    fc.assert(property, { numRuns: 5000 });
  });

  it('decides as the reference does on any bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).filter(([first, second]) => first !== 0x1f || second !== 0x8b);
    fc.assert(fc.property(bytes, fields, expectAsReference), { numRuns: 3000 });
  });

  it('decides alike on a record plain, compressed and in an aggregate', () => {
    const property = fc.property(fc.array(records, { minLength: 1, maxLength: 4 }), fields, (texts, paths) => {
      const plain = texts.map((text) => Buffer.from(text));
      const each = plain.flatMap((data) => decoded(data, paths));
      expect(each).toHaveLength(texts.length);
      expect(plain.flatMap((data) => decoded(gzipSync(data), paths))).toEqual(each);
      expect(decoded(aggregate(plain), paths)).toEqual(each);
      expect(decoded(aggregate(plain.map((data) => gzipSync(data))), paths)).toEqual(each);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('never throws and gives one outcome, whatever becomes of gzip', () => {
    const property = fc.property(records, mutations, fields, (record, changes, paths) => {
      expect(decoded(mutate(gzipSync(record), changes), paths)).toHaveLength(1);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it('never throws and gives at least one outcome, whatever becomes of an aggregate', () => {
    const some = fc.array(records, { maxLength: 4 }).map((texts) => aggregate(texts.map((text) => Buffer.from(text))));
    const property = fc.property(some, mutations, fields, (bytes, changes, paths) => {
      // A broken aggregate is one plain record.
      const broken = mutate(bytes, changes);
      if (!broken.equals(bytes) && broken.length > 0) expect(decoded(broken, paths)).toHaveLength(1);
      // The same under a right MD5 is what its protobuf says: some records, or none that can be read.
      const resealed = sealed(mutate(bytes.subarray(4, -16), changes));
      expect(decoded(resealed, paths).length).toBeGreaterThan(0);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});
