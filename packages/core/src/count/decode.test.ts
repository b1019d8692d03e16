import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import type { EventFields } from '../config.ts';
import {
  aggregateExpandedBytesMax,
  aggregateRecordsMax,
  gzipExpandedBytesMax,
  nestingDepthMax,
  recordBytesMax,
} from '../limits.ts';
import { decodeRecord } from './decode.ts';

const web: EventFields = { name: ['event_type'], time: ['utc_timestamp'] };
const nested: EventFields = { name: ['detail', 'type'], time: ['detail', 'at'] };
const time = '2026-11-02T09:05:07Z';

/** Every outcome as one line: `name @ time`, or `reason: detail`. */
function outcomes(data: Uint8Array | string, fields: EventFields = web): string[] {
  const lines: string[] = [];
  decodeRecord(Buffer.from(data).toString('base64'), fields, {
    event: (name, timeMs) => lines.push(`${name} @ ${new Date(timeMs).toISOString()}`),
    malformed: (reason, detail) => lines.push(`${reason}: ${detail}`),
  });
  return lines;
}

function outcome(data: Uint8Array | string, fields: EventFields = web): string {
  const [first, ...rest] = outcomes(data, fields);
  expect(rest).toEqual([]);
  return first ?? 'nothing';
}

function event(name: unknown, at: unknown = time): string {
  return JSON.stringify({ id: 1, event_type: name, request: { path: '/', event_type: 'inner' }, utc_timestamp: at });
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

/** `bytes` with every bit of the one at `at` turned. */
function damaged(bytes: Buffer, at: number): Buffer {
  const place = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8(bytes.readUInt8(place) ^ 0xff, place);
  return bytes;
}

const counted = (name: string): string => `${name} @ 2026-11-02T09:05:07.000Z`;

describe('the record', () => {
  it.each([
    ['plain JSON', event('page view')],
    ['white space around', ` \r\n\t${event('page view')}\n`],
    ['gzip', gzipSync(event('page view'))],
    [
      'gzip of several members',
      Buffer.concat([gzipSync(event('page view').slice(0, 9)), gzipSync(event('page view').slice(9))]),
    ],
    ['gzip with padding behind', Buffer.concat([gzipSync(event('page view')), Buffer.alloc(16)])],
    ['an aggregate of one', aggregate([event('page view')])],
    ['an aggregate of gzip', aggregate([gzipSync(event('page view'))])],
  ])('counts %s', (_, data) => {
    expect(outcome(data)).toBe(counted('page view'));
  });

  it.each([
    ['no bytes', '', 'record-empty: no bytes, expected a JSON object'],
    ['only white space', ' \r\n\t ', 'record-empty: only white space, expected a JSON object'],
    ['gzip of nothing', gzipSync(''), 'record-empty: no bytes, expected a JSON object'],
    ['an aggregate of none', aggregate([]), 'record-empty: the aggregate holds no record, expected at least one'],
    ['text', 'page view', "not-json: byte 0: found 'page view', expected a JSON value"],
    ['CSV', 'a,b\n1,2', "not-json: byte 0: found 'a,b\\u{a}1,2', expected a JSON value"],
    [
      'a truncated event',
      '{"event_type":"page',
      'not-json: byte 19: found the end, expected the closing quote of a string',
    ],
    [
      'two lines',
      `${event('a')}\n${event('b')}`,
      /^not-json: byte \d+: found '\{"id":1,"eve', expected the end of the record$/,
    ],
    ['a trailing comma', '{"event_type":"a",}', "not-json: byte 18: found '}', expected a key in double quotes"],
    ['a byte order mark', `\ufeff${event('a')}`, /^not-json: byte 0: found '\\u\{feff\}\{.*', expected a JSON value$/],
    [
      'NUL padding',
      `${event('a')}\0\0`,
      /^not-json: byte \d+: found '\\u\{0\}\\u\{0\}', expected the end of the record$/,
    ],
    [
      'UTF-16',
      Buffer.from(event('a'), 'utf16le'),
      'not-json: byte 1: found \'\\u{0}"\\u{0}i\\u{0}d\\u{0}"\\u{0}:\\u{0}1\', expected a key in double quotes',
    ],
    [
      'Latin-1',
      Buffer.from(event('caf\u00e9'), 'latin1'),
      /^not-utf8: not UTF-8, begins with 7b 22 69 64 22 3a 31 2c, expected/,
    ],
    ['invalid UTF-8 in a field of no interest', Buffer.from('{"x":"\xff"}', 'latin1'), /^not-utf8: /],
    ['surrogates in UTF-8', Buffer.from('{"x":"\xed\xa0\x80"}', 'latin1'), /^not-utf8: /],
    ['overlong UTF-8', Buffer.from('{"x":"\xc0\xaf"}', 'latin1'), /^not-utf8: /],
    [
      'binary',
      Buffer.from('00ff10cafe', 'hex'),
      'not-utf8: not UTF-8, begins with 00 ff 10 ca fe, expected a JSON object',
    ],
    ['an array', `[${event('a')}]`, /^not-an-object: found '\[\{"id":1,"ev', expected a JSON object$/],
    ['a string', '"page view"', /^not-an-object: /],
    ['a number', '42', "not-an-object: found '42', expected a JSON object"],
    ['true', 'true', /^not-an-object: /],
    ['null', 'null', /^not-an-object: /],
    [
      'broken gzip',
      damaged(gzipSync(event('a')), 12),
      /^gzip-broken: \d+ bytes of gzip cannot be expanded, expected a whole gzip file$/,
    ],
    ['truncated gzip', gzipSync(event('a')).subarray(0, 40), /^gzip-broken: /],
    ['the magic of gzip alone', Buffer.from('1f8b', 'hex'), /^gzip-broken: /],
    ['gzip with a wrong checksum', damaged(gzipSync(event('a')), -8), /^gzip-broken: /],
    ['gzip of gzip', gzipSync(gzipSync(event('a'))), /^not-utf8: not UTF-8, begins with 1f 8b/],
    ['gzip of an aggregate', gzipSync(aggregate([event('a')])), /^not-utf8: not UTF-8, begins with f3 89 9a c2/],
    [
      'an aggregate in an aggregate',
      aggregate([aggregate([event('a')])]),
      /^not-utf8: not UTF-8, begins with f3 89 9a c2/,
    ],
    [
      'an aggregate with another MD5',
      damaged(aggregate([event('a')]), -1),
      /^not-utf8: not UTF-8, begins with f3 89 9a c2/,
    ],
    ['the magic of an aggregate alone', Buffer.from('f3899ac2', 'hex'), /^not-utf8: /],
  ])('refuses %s', (_, data, expected) => {
    expect(outcome(data)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('gives every user record of an aggregate its outcome, in their order', () => {
    const records = [event('a'), 'junk', gzipSync(event('b')), '', gzipSync(event('c')).subarray(0, 30), event('d')];
    expect(outcomes(aggregate(records)).map((line) => line.split(':')[0])).toEqual([
      'a @ 2026-11-02T09',
      'not-json',
      'b @ 2026-11-02T09',
      'record-empty',
      'gzip-broken',
      'd @ 2026-11-02T09',
    ]);
  });

  it('does not depend on the record before it', () => {
    outcomes(aggregate([event('a')]));
    expect(outcome('')).toMatch(/^record-empty/);
    outcomes(event('long'.repeat(50)));
    expect(outcome('{')).toBe('not-json: byte 1: found the end, expected a key in double quotes');
  });
});

describe('bounds', () => {
  it('takes records up to the size that Kinesis takes, and not a byte more', () => {
    const padded = (bytes: number): Buffer => Buffer.alloc(bytes, ' ').fill(event('big'), 0, event('big').length);
    for (const bytes of [64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 1024 * 1024, recordBytesMax]) {
      expect(outcome(padded(bytes))).toBe(counted('big'));
    }
    expect(outcome(padded(recordBytesMax + 1))).toBe(
      `record-too-large: the record has ${recordBytesMax + 1} bytes, expected at most ${recordBytesMax}`,
    );
  });

  it('counts records that fill the memory of ordinary ones to the last byte', () => {
    for (let bytes = 48 * 1024 - 4; bytes <= 48 * 1024 + 4; bytes += 1) {
      expect(outcome(event('x').padEnd(bytes))).toBe(counted('x'));
      expect(outcome(`${event('x').padEnd(bytes)}!`)).toMatch(/^not-json: byte \d+: found '!'/);
    }
  });

  it('expands gzip up to the bound', () => {
    expect(outcome(gzipSync(event('x').padEnd(gzipExpandedBytesMax)))).toBe(counted('x'));
    expect(outcome(gzipSync(event('x').padEnd(gzipExpandedBytesMax + 1)))).toMatch(
      /^gzip-too-large: \d+ bytes of gzip expand to more than 10485760, expected at most that$/,
    );
  });

  it('expands the gzip of an aggregate up to a bound for all of it', () => {
    const bytes = aggregateExpandedBytesMax / 4;
    const parts = [1, 2, 3, 4].map((part) => gzipSync(event(`p${part}`).padEnd(bytes)));
    expect(outcomes(aggregate(parts))).toEqual(['p1', 'p2', 'p3', 'p4'].map(counted));
    const [first, ...others] = outcomes(aggregate([gzipSync(event('small')), ...parts, event('plain'), gzipSync(' ')]));
    expect([first, ...others.slice(0, 3)]).toEqual(['small', 'p1', 'p2', 'p3'].map(counted));
    const left = bytes - event('small').length;
    expect(others[3]).toContain(`expand to more than ${left}, expected at most that`);
    expect(others[3]).toMatch(/^gzip-too-large: /);
    expect(others[4]).toBe(counted('plain'));
    // What still fits is read.
    expect(others[5]).toMatch(/^record-empty: /);
  });

  it('expands nothing more of an aggregate whose bound is reached', () => {
    const bytes = aggregateExpandedBytesMax / 4;
    const part = gzipSync(event('p').padEnd(bytes));
    const found = outcomes(aggregate([part, part, part, part, gzipSync(event('late'))]));
    expect(found.slice(0, 4)).toEqual(new Array(4).fill(counted('p')));
    expect(found[4]).toMatch(/^gzip-too-large: .* expand to more than 0, expected at most that$/);
  });

  it('nests up to the bound', () => {
    const nest = (depth: number): string =>
      event('x').replace('"id":1', `"id":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}`);
    expect(outcome(nest(nestingDepthMax))).toBe(counted('x'));
    expect(outcome(nest(nestingDepthMax + 1))).toBe(
      'nested-too-deep: byte 69: nested deeper than 64, expected at most that',
    );
    expect(outcome('['.repeat(1_000_000))).toMatch(/^nested-too-deep: /);
    expect(outcome(gzipSync('{"a":'.repeat(1_000_000)))).toMatch(/^nested-too-deep: /);
  });

  it('takes aggregates up to the bound', () => {
    const many = aggregate(new Array<string>(aggregateRecordsMax).fill('{}'));
    expect(outcomes(many)).toHaveLength(aggregateRecordsMax);
    expect(outcome(aggregate(new Array<string>(aggregateRecordsMax + 1).fill('{}')))).toBe(
      `aggregate-too-large: the aggregate holds more than ${aggregateRecordsMax} records`,
    );
  });
});

describe('the name', () => {
  it.each([
    'page view',
    'page#view',
    '#',
    '$other ',
    '$Other',
    ' page view ',
    'a"b\\c/d',
    'caf\u00e9',
    'cafe\u0301',
    '日本語',
    '😀',
    '👩‍💻',
    '__proto__',
    'constructor',
    'null',
    '0',
    'x'.repeat(256),
    '\u00e9'.repeat(128),
    '😀'.repeat(64),
  ])('is taken as written: %j', (name) => {
    expect(outcome(event(name))).toBe(counted(name));
    expect(outcome(event(name))).toBe(counted(name));
    // The same name, written with escapes.
    const escaped = event(name).replace(
      JSON.stringify(name),
      `"${Array.from({ length: name.length }, (_, at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`,
    );
    expect(outcome(escaped)).toBe(counted(name));
  });

  it.each([
    [undefined, 'name-missing: event_type: missing, expected a string of 1 to 256 bytes'],
    [null, 'name-not-a-string: event_type: null, expected a string of 1 to 256 bytes'],
    [42, 'name-not-a-string: event_type: 42, expected a string of 1 to 256 bytes'],
    [true, 'name-not-a-string: event_type: true, expected a string of 1 to 256 bytes'],
    [['page view'], 'name-not-a-string: event_type: an array, expected a string of 1 to 256 bytes'],
    [{ page: 'view' }, 'name-not-a-string: event_type: an object, expected a string of 1 to 256 bytes'],
    ['', 'name-empty: event_type: "", expected a string of 1 to 256 bytes'],
    ['  ', 'name-empty: event_type: "  ", expected a string of 1 to 256 bytes'],
    ['\u00a0\u3000', 'name-empty: event_type: "\u00a0\u3000", expected a string of 1 to 256 bytes'],
    ['x'.repeat(257), `name-too-long: event_type: "${'x'.repeat(39)}…, expected a string of 1 to 256 bytes`],
    ['x'.repeat(4096), `name-too-long: event_type: "${'x'.repeat(39)}…, expected a string of 1 to 256 bytes`],
    ['\u00e9'.repeat(129), `name-too-long: event_type: "${'\u00e9'.repeat(39)}…, expected a string of 1 to 256 bytes`],
    ['a\u0000b', 'name-not-printable: event_type: "a\\u0000b", expected no control characters or lone surrogates'],
    ['a\nb', 'name-not-printable: event_type: "a\\nb", expected no control characters or lone surrogates'],
    ['a\u007fb', 'name-not-printable: event_type: "a\\u{7f}b", expected no control characters or lone surrogates'],
    ['a\u0085b', 'name-not-printable: event_type: "a\\u{85}b", expected no control characters or lone surrogates'],
    ['a\u2028b', 'name-not-printable: event_type: "a\\u{2028}b", expected no control characters or lone surrogates'],
    ['a\ud83d', 'name-not-printable: event_type: "a\\ud83d", expected no control characters or lone surrogates'],
    [
      '\ude00\ud83d',
      'name-not-printable: event_type: "\\ude00\\ud83d", expected no control characters or lone surrogates',
    ],
    ['$other', 'name-reserved: event_type: "$other", expected another name: this one is for series over the cap'],
  ])('is refused: %j', (name, expected) => {
    expect(outcome(event(name))).toBe(expected);
    // A refused name is not remembered as a good one.
    expect(outcome(event(name))).toBe(expected);
  });

  it('is told apart from others, however many there are', () => {
    for (let round = 0; round < 2; round += 1) {
      for (let index = 0; index < 5000; index += 1)
        expect(outcome(event(`name ${index}`))).toBe(counted(`name ${index}`));
    }
  });
});

describe('the time', () => {
  it.each([
    ['2026-11-02T09:05:07Z', '2026-11-02T09:05:07.000Z'],
    ['2026-11-02 11:05:07.25+02', '2026-11-02T09:05:07.250Z'],
    ['1793610000', '2026-11-02T09:00:00.000Z'],
    [1793610000, '2026-11-02T09:00:00.000Z'],
    [1793610000.5, '2026-11-02T09:00:00.500Z'],
    [1793610000500, '2026-11-02T09:00:00.500Z'],
  ])('is read: %j', (value, instant) => {
    expect(outcome(event('x', value))).toBe(`x @ ${instant}`);
  });

  it('is read where it is written with escapes or an exponent', () => {
    expect(outcome('{"event_type":"x","utc_timestamp":"2026\\u002d11-02"}')).toBe('x @ 2026-11-02T00:00:00.000Z');
    expect(outcome('{"event_type":"x","utc_timestamp":1.79361e9}')).toBe('x @ 2026-11-02T09:00:00.000Z');
    expect(outcome('{"event_type":"x","utc_timestamp":179361000000E-2}')).toBe('x @ 2026-11-02T09:00:00.000Z');
  });

  it.each([
    ['{"event_type":"x"}', 'time-missing: utc_timestamp: missing'],
    ['{"event_type":"x","utc_timestamp":null}', 'time-unreadable: utc_timestamp: null'],
    ['{"event_type":"x","utc_timestamp":false}', 'time-unreadable: utc_timestamp: false'],
    ['{"event_type":"x","utc_timestamp":{}}', 'time-unreadable: utc_timestamp: an object'],
    ['{"event_type":"x","utc_timestamp":[1793610000]}', 'time-unreadable: utc_timestamp: an array'],
    ['{"event_type":"x","utc_timestamp":""}', 'time-unreadable: utc_timestamp: ""'],
    ['{"event_type":"x","utc_timestamp":"yesterday"}', 'time-unreadable: utc_timestamp: "yesterday"'],
    ['{"event_type":"x","utc_timestamp":"2026-02-30"}', 'time-unreadable: utc_timestamp: "2026-02-30"'],
    ['{"event_type":"x","utc_timestamp":"\\ud800"}', 'time-unreadable: utc_timestamp: "\\ud800"'],
    ['{"event_type":"x","utc_timestamp":"é2026-11-02"}', 'time-unreadable: utc_timestamp: "é2026-11-02"'],
    ['{"event_type":"x","utc_timestamp":0}', 'time-unreadable: utc_timestamp: 0'],
    ['{"event_type":"x","utc_timestamp":-1793610000}', 'time-unreadable: utc_timestamp: -1793610000'],
    ['{"event_type":"x","utc_timestamp":1e999}', 'time-unreadable: utc_timestamp: 1e999'],
    ['{"event_type":"x","utc_timestamp":-0}', 'time-unreadable: utc_timestamp: -0'],
    ['{"event_type":"x","utc_timestamp":1793610000123456}', 'time-unreadable: utc_timestamp: 1793610000123456'],
  ])('is refused: %s', (record, expected) => {
    expect(outcome(record)).toBe(`${expected}, expected ISO 8601, epoch seconds or milliseconds`);
  });
});

describe('the fields', () => {
  it.each([
    [
      'only inside a nested object',
      `{"detail":{"event_type":"x","utc_timestamp":"${time}"}}`,
      web,
      /^name-missing: event_type: missing/,
    ],
    ['only inside an array', `[{"event_type":"x","utc_timestamp":"${time}"}]`, web, /^not-an-object/],
    [
      'at the top where a path is asked for',
      `{"type":"x","at":"${time}"}`,
      nested,
      /^name-missing: detail\.type: missing/,
    ],
    ['one key with a point in place of a path', `{"detail.type":"x","detail.at":"${time}"}`, nested, /^name-missing/],
    ['a path through a string', '{"detail":"type"}', nested, /^name-missing/],
    ['a path through null', '{"detail":null}', nested, /^name-missing/],
    ['a path through an array', `{"detail":[{"type":"x","at":"${time}"}]}`, nested, /^name-missing/],
    [
      'a time that a later duplicate took away',
      `{"detail":{"type":"x","at":"${time}"},"detail":{"type":"y"}}`,
      nested,
      /^time-missing: detail\.at: missing/,
    ],
    ['the length of an array', '{"a":[1]}', { name: ['a', 'length'], time: ['t'] }, /^name-missing/],
    ['an index', `{"a":["x"],"t":"${time}"}`, { name: ['a', '0'], time: ['t'] }, /^name-missing: a\.0: missing/],
    ['the prototype', '{}', { name: ['__proto__', 'constructor', 'name'], time: ['t'] }, /^name-missing/],
    [
      'the constructor',
      '{}',
      { name: ['constructor', 'name'], time: ['t'] },
      /^name-missing: constructor\.name: missing/,
    ],
    [
      'an inherited property',
      '{}',
      { name: ['hasOwnProperty'], time: ['toString'] },
      /^name-missing: hasOwnProperty: missing/,
    ],
    ['another case of letters', `{"Event_Type":"x","utc_timestamp":"${time}"}`, web, /^name-missing/],
  ] as const)('are not found: %s', (_, record, fields, expected) => {
    expect(outcome(record, fields)).toMatch(expected);
  });

  it.each([
    ['at the end of a path', `{"detail":{"x":{"type":1},"type":"y","at":"${time}"}}`, nested, 'y'],
    [
      'the last of equal keys',
      `{"event_type":"x","utc_timestamp":0,"event_type":"y","utc_timestamp":"${time}"}`,
      web,
      'y',
    ],
    ['the last of equal parents', `{"detail":{"type":"x"},"detail":{"type":"y","at":"${time}"}}`, nested, 'y'],
    ['under a key written with escapes', `{"event\\u005ftype":"y","utc_timest\\u0061mp":"${time}"}`, web, 'y'],
    [
      'under own keys of dangerous names',
      `{"__proto__":{"constructor":"y"},"hasOwnProperty":"${time}"}`,
      { name: ['__proto__', 'constructor'], time: ['hasOwnProperty'] },
      'y',
    ],
    ['under a key that is no ASCII', `{"é":{"日":"y"},"t":"${time}"}`, { name: ['é', '日'], time: ['t'] }, 'y'],
    ['in one field for both', `{"t":"${time}"}`, { name: ['t'], time: ['t'] }, time],
    ['under the empty key', `{"":"y","t":"${time}"}`, { name: [''], time: ['t'] }, 'y'],
  ] as const)('are found: %s', (_, record, fields, name) => {
    expect(outcome(record, fields)).toBe(counted(name));
  });

  it('may change from one record to the next', () => {
    const record = `{"event_type":"top","utc_timestamp":"${time}","detail":{"type":"inner","at":"${time}"}}`;
    for (let round = 0; round < 3; round += 1) {
      expect(outcome(record, web)).toBe(counted('top'));
      expect(outcome(record, nested)).toBe(counted('inner'));
    }
  });
});

describe('the detail of a refusal', () => {
  it('stays short, on one line and printable, whatever was found', () => {
    const long = 'key'.repeat(100);
    const hostile = '\u001b[31m\u202e\u0007\n\u200b\ufeff'.repeat(50);
    const cases = [
      outcome(event(hostile)),
      outcome(event('x', hostile)),
      outcome(event(`${'😀'.repeat(60)}\n`)),
      outcome(event(`-${'😀'.repeat(60)}\n`)),
      outcome(`!!!${'😀'.repeat(60)}`),
      outcome(event('x', 'y'.repeat(1_000_000))),
      outcome(hostile),
      outcome(Buffer.alloc(1000, 0xff)),
      outcome('{}', { name: [long, hostile], time: [long] }),
    ];
    for (const line of cases) {
      expect(line.length).toBeLessThan(200);
      expect(line.isWellFormed()).toBe(true);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
  });
});
