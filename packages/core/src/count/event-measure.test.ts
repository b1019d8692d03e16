import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import type { EventFields } from '../config.ts';
import { decodeRecord } from './decode.ts';

const rides: EventFields = {
  name: ['Name'],
  time: ['StatusTime'],
  measures: [
    { name: 'distance', path: ['Distance'] },
    { name: 'health', path: ['Points', 'Health'] },
  ],
};

type Outcome = readonly [name: string, ...measured: number[]] | string;

/** Every outcome: a name and its measures, or `reason: detail`. */
function outcomes(data: Uint8Array | string, fields: EventFields = rides): Outcome[] {
  const found: Outcome[] = [];
  decodeRecord(Buffer.from(data).toString('base64'), fields, {
    event: (name, _timeMs, measured) => found.push([name, ...(measured ?? [])]),
    malformed: (reason, detail) => found.push(`${reason}: ${detail}`),
  });
  return found;
}

function outcome(data: Uint8Array | string, fields: EventFields = rides): Outcome {
  const [first = 'nothing', ...rest] = outcomes(data, fields);
  expect(rest).toEqual([]);
  return first;
}

/** A reading whose other members are `members`, as JSON text. */
function reading(members: string, name = 'Shadowfax'): string {
  return `{"Name":"${name}","StatusTime":"2026-11-02T09:05:07Z",${members}}`;
}

function aggregate(records: readonly (Uint8Array | string)[]): Buffer {
  const writer = new PbfWriter();
  writer.writeStringField(1, 'key');
  for (const record of records) {
    const write = (_: undefined, inner: PbfWriter): void => {
      inner.writeVarintField(1, 0);
      inner.writeBytesField(3, Buffer.from(record));
    };
    writer.writeMessage(3, write, undefined);
  }
  const protobuf = writer.finish();
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), protobuf, createHash('md5').update(protobuf).digest()]);
}

describe('a measure', () => {
  it.each([
    ['42', 42],
    ['-21.375', -21.375],
    ['0.1', 0.1],
    ['1.5e3', 1500],
    ['123456789012345678901234567890', 1.2345678901234568e29],
    ['0', 0],
    ['-0', 0],
    ['-0.0e5', 0],
    ['1e100', 1e100],
    ['-1e100', -1e100],
    ['1e-100', 1e-100],
    ['9.99e-101', 0],
    ['-1e-300', 0],
    ['-1e-400', 0],
  ])('is read: %s', (text, value) => {
    expect(outcome(reading(`"Distance":${text},"Points":{"Health":1}`))).toStrictEqual(['Shadowfax', value, 1]);
  });

  it.each([
    ['"Points":{"Health":1}', 'measure-missing: Distance: missing, expected a JSON number'],
    ['"distance":1,"Points":{"Health":1}', 'measure-missing: Distance: missing, expected a JSON number'],
    ['"Distance":1,"Points":null', 'measure-missing: Points.Health: missing, expected a JSON number'],
    ['"Distance":1,"Points":[{"Health":1}]', 'measure-missing: Points.Health: missing, expected a JSON number'],
    ['"Distance":1,"Points.Health":1', 'measure-missing: Points.Health: missing, expected a JSON number'],
    ['"Distance":1,"Points":{"x":{"Health":1}}', 'measure-missing: Points.Health: missing, expected a JSON number'],
    [
      '"Distance":1,"Points":{"Health":1},"Points":{}',
      'measure-missing: Points.Health: missing, expected a JSON number',
    ],
    ['"Distance":"12"', 'measure-not-a-number: Distance: "12", expected a JSON number'],
    ['"Distance":""', 'measure-not-a-number: Distance: "", expected a JSON number'],
    ['"Distance":"NaN"', 'measure-not-a-number: Distance: "NaN", expected a JSON number'],
    ['"Distance":true', 'measure-not-a-number: Distance: true, expected a JSON number'],
    ['"Distance":false', 'measure-not-a-number: Distance: false, expected a JSON number'],
    ['"Distance":null', 'measure-not-a-number: Distance: null, expected a JSON number'],
    ['"Distance":{"km":1}', 'measure-not-a-number: Distance: an object, expected a JSON number'],
    ['"Distance":[1]', 'measure-not-a-number: Distance: an array, expected a JSON number'],
    ['"Distance":1e400', 'measure-out-of-range: Distance: 1e400, expected a number from -1e+100 to 1e+100'],
    ['"Distance":-1E400', 'measure-out-of-range: Distance: -1E400, expected a number from -1e+100 to 1e+100'],
    [
      '"Distance":1.0000000000000002e100',
      'measure-out-of-range: Distance: 1.0000000000000002e100, expected a number from -1e+100 to 1e+100',
    ],
    [
      `"Distance":1,"Points":{"Health":-${'9'.repeat(101)}}`,
      `measure-out-of-range: Points.Health: -${'9'.repeat(39)}…, expected a number from -1e+100 to 1e+100`,
    ],
  ])('is refused: %s', (members, expected) => {
    expect(outcome(reading(members))).toBe(expected);
  });

  it('is no NaN and no Infinity: those are not JSON', () => {
    for (const word of ['NaN', 'Infinity', '-Infinity', '+1', '.5', '0x10']) {
      expect(outcome(reading(`"Distance":${word}`))).toMatch(/^not-json: /);
    }
  });

  it.each([
    ['the name before all', '{"StatusTime":"never"}', /^name-missing/],
    ['then the time', '{"Name":"x","StatusTime":"never"}', /^time-unreadable/],
    ['then the measures in their order', reading('"Points":{"Health":"x"}'), /^measure-missing: Distance/],
    ['and so on', reading('"Points":{},"Distance":1e101'), /^measure-out-of-range: Distance/],
    ['to the last', reading('"Points":{},"Distance":1e99'), /^measure-missing: Points\.Health/],
  ])('is looked at in turn: %s', (_, record, expected) => {
    expect(outcome(record)).toMatch(expected);
  });

  it('makes one short line of what a hostile producer wrote', () => {
    const hostile = outcome(reading(`"Distance":"${'\\u202e\u200b'.repeat(500)}"`));
    expect(hostile).toMatch(/^measure-not-a-number: Distance: "[ -~]{30,45}…, expected a JSON number$/);
    expect(outcome(reading(`"Distance":${'1'.repeat(1_000_000)}`))).toMatch(
      /^measure-out-of-range: Distance: 1{40}…, expected a number/,
    );
  });
});

describe('the fields of measures', () => {
  const path = (...paths: string[][]): EventFields => ({
    ...rides,
    measures: paths.map((keys, at) => ({ name: `m${at}`, path: keys })),
  });

  it.each<[string, string, EventFields, number[]]>([
    ['under keys written with escapes', '"D\\u0069stance":1,"\\u0050oints":{"Healt\\u0068":2}', rides, [1, 2]],
    [
      'by the last of equal keys',
      '"Distance":"x","Points":{"Health":0},"Distance":1,"Points":{"Health":5,"Health":2}',
      rides,
      [1, 2],
    ],
    ['several in one object', '"P":{"a":1,"b":2,"c":3}', path(['P', 'b'], ['P', 'a'], ['P', 'c']), [2, 1, 3]],
    ['one value twice', '"d":1.5', path(['d'], ['d']), [1.5, 1.5]],
    [
      'a path that goes on where another ends',
      '"P":{"a":1},"P":7,"Q":{"P":{"a":8}}',
      path(['P'], ['Q', 'P', 'a']),
      [7, 8],
    ],
    ['under keys of dangerous names', '"__proto__":{"constructor":3}', path(['__proto__', 'constructor']), [3]],
    [
      'as many as may be',
      '"a":{"0":0,"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9}',
      path(...[...'0123456789'].map((key) => ['a', key])),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    ],
  ])('are found: %s', (_, members, fields, measured) => {
    expect(outcome(reading(members), fields)).toEqual(['Shadowfax', ...measured]);
  });

  it('may share their path with the time', () => {
    const fields: EventFields = { name: ['n'], time: ['t'], measures: [{ name: 'at', path: ['t'] }] };
    expect(outcome('{"n":"x","t":1793610000.5}', fields)).toEqual(['x', 1793610000.5]);
    expect(outcome('{"n":"x","t":"1793610000"}', fields)).toMatch(/^measure-not-a-number: t: "1793610000"/);
  });

  it('may be none: then nothing is passed', () => {
    const passed: number[] = [];
    const sink = {
      event: (...told: unknown[]): unknown => passed.push(told.length),
      malformed: (reason: string): never => expect.unreachable(reason),
    };
    for (const fields of [
      { name: ['Name'], time: ['StatusTime'] },
      { name: ['Name'], time: ['StatusTime'], measures: [] },
    ]) {
      decodeRecord(Buffer.from(reading('"Distance":1')).toString('base64'), fields, sink);
    }
    expect(passed).toEqual([2, 2]);
  });
});

describe('measures in compressed records and aggregates', () => {
  const records = [
    reading('"Distance":1,"Points":{"Health":2}', 'a'),
    reading('"Distance":"1","Points":{"Health":2}', 'b'),
    reading('"Distance":3,"Points":{"Health":4}', 'c'),
    reading('"Distance":5', 'd'),
    reading('"Distance":6,"Points":{"Health":7e101}', 'e'),
    reading('"Distance":8,"Points":{"Health":-9}', 'f'),
  ];
  const expected: Outcome[] = [
    ['a', 1, 2],
    'measure-not-a-number: Distance: "1", expected a JSON number',
    ['c', 3, 4],
    'measure-missing: Points.Health: missing, expected a JSON number',
    'measure-out-of-range: Points.Health: 7e101, expected a number from -1e+100 to 1e+100',
    ['f', 8, -9],
  ];

  it.each<[string, () => Outcome[]]>([
    ['plain', () => records.flatMap((record) => outcomes(record))],
    ['gzip', () => records.flatMap((record) => outcomes(gzipSync(record)))],
    ['in an aggregate', () => outcomes(aggregate(records))],
    ['gzip in an aggregate', () => outcomes(aggregate(records.map((record) => gzipSync(record))))],
  ])('are those of the event: %s', (_, read) => {
    expect(read()).toEqual(expected);
  });
});
