import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerCounts } from '../control/ledger.ts';
import { exactSumOf } from '../series/exact-sum.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { HeldPart, WindowState } from './state.ts';
import { parseState, serializeState } from './state.ts';
import { dayBytesMax, figuresBytesMax, partBytesMax, stateBaseBytesMax } from './state-bytes.ts';

const fence = fc.bigInt({ min: 0n, max: 10n ** 60n }).map((sequence) => encodeSequence(String(sequence)));
const count = fc.nat();
const figures = fc
  .tuple(
    count,
    fc.array(fc.double({ min: -1e100, max: 1e100, noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
  )
  .map(([readings, values]) => ({
    count: readings,
    sum: exactSumOf(values),
    minimum: Math.min(...values) + 0,
    maximum: Math.max(...values) + 0,
  }));
const part = fc.record({
  seconds: fc.integer({ min: 1, max: 900 }),
  startMs: fc.integer({ min: 0, max: 4e12 }),
  name: fc.string({ unit: 'grapheme' }),
  first: fence,
  last: fence,
  records: count,
  measures: fc.dictionary(fc.constantFrom('distance', 'health', 'magic'), figures, { noNullPrototype: true }),
});
const counts = fc.record({
  Received: count,
  Counted: count,
  Quarantined: count,
  Malformed: count,
  TooOld: count,
  TooNew: count,
  OverCap: count,
  Redelivered: fc.constant(0),
});
const state: fc.Arbitrary<WindowState> = fc.record({
  parts: fc.array(part),
  days: fc.array(fc.record({ day: fc.constantFrom('2026-11-02', '2026-11-03'), first: fence, last: fence, counts })),
  first: fc.record({ sequence: fence, arrivalMs: fc.integer({ min: 0, max: 4e12 }) }),
  last: fc.record({ sequence: fence, arrivalMs: fc.integer({ min: 0, max: 4e12 }) }),
  received: count,
});

const noCounts = {
  Received: 0,
  Counted: 0,
  Quarantined: 0,
  Malformed: 0,
  TooOld: 0,
  TooNew: 0,
  OverCap: 0,
  Redelivered: 0,
};

/** Names hold no control characters. */
const printable = (names: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  names.map((name) => name.replace(/\p{Cc}/gu, ''));

const written = serializeState({
  parts: [
    {
      seconds: 60,
      startMs: 1_793_613_600_000,
      name: 'Calliope',
      first: '002:10',
      last: '002:12',
      records: 3,
      measures: { distance: { count: 3, sum: [1.5, 1e-20], minimum: 0.25, maximum: 0.75 } },
    },
  ],
  days: [
    {
      day: '2026-11-02',
      first: '002:10',
      last: '002:13',
      counts: {
        Received: 4,
        Counted: 3,
        Quarantined: 1,
        Malformed: 1,
        TooOld: 0,
        TooNew: 0,
        OverCap: 0,
        Redelivered: 0,
      },
    },
  ],
  first: { sequence: '002:10', arrivalMs: 1_793_613_600_123 },
  last: { sequence: '002:13', arrivalMs: 1_793_613_612_345 },
  received: 4,
});

/** As a carrier that escapes whatever is not ASCII writes it. */
function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const bytesOf = (one: WindowState): number => escaped(JSON.stringify(serializeState(one))).length;

describe('the bounds of its bytes', () => {
  const longest = -0.0000012345678901234567;
  const extremes = fc.constantFrom(longest, -1.2345678901234567e-100, -1.2345678901234567e100, -123456789012345680000);
  const extreme = fc.record({
    count: fc.constant(Number.MAX_SAFE_INTEGER),
    sum: fc.array(extremes, { maxLength: 15 }),
    minimum: extremes,
    maximum: extremes,
  });
  const largest = part.chain((one) => extreme.map((figures) => ({ ...one, measures: { distance: figures } })));
  const names = fc.oneof(
    fc.string({ unit: 'grapheme', size: 'large' }),
    fc.constantFrom('"'.repeat(200), '\\'.repeat(200)),
  );

  test('are bounds of each part, whatever its name and however large its numbers', () => {
    fc.assert(
      fc.property(state, fc.oneof(part, largest), printable(names), (before, added, name) => {
        const one: HeldPart = { ...added, name };
        const after = { ...before, parts: [...before.parts, one] };
        const figures = Object.values(one.measures).reduce((sum, each) => sum + figuresBytesMax(each), 0);
        const bytesMax = partBytesMax(name, one.first, one.last) + figures;
        // A measure that no part had before is named once.
        const named = JSON.stringify(Object.keys(one.measures)).length;
        expect(bytesOf(after) - bytesOf(before)).toBeLessThanOrEqual(bytesMax + named);
      }),
      { numRuns: 300 },
    );
  });

  test('are bounds of each ledger', () => {
    const most = { ...noCounts, Received: Number.MAX_SAFE_INTEGER };
    for (const column of Object.keys(most) as (keyof LedgerCounts)[]) most[column] = Number.MAX_SAFE_INTEGER;
    const far = encodeSequence('9'.repeat(129));
    const ledger = { day: '2026-11-02', first: far, last: far, counts: most };
    const mark = { sequence: far, arrivalMs: 4e12 };
    const empty: WindowState = { parts: [], days: [], first: mark, last: mark, received: 9e15 };
    expect(bytesOf({ ...empty, days: [ledger] }) - bytesOf(empty)).toBeLessThanOrEqual(dayBytesMax);
    expect(bytesOf(empty)).toBeLessThan(stateBaseBytesMax);
  });
});

describe('a state', () => {
  test('comes back from the JSON that carries it', () => {
    fc.assert(
      fc.property(state, (one) => {
        const carried = JSON.parse(JSON.stringify(serializeState(one)));
        expect(parseState(carried)).toEqual({ kind: 'held', state: one });
      }),
    );
  });

  test('names its fields and measures once', () => {
    expect(JSON.stringify(written)).toBe(
      '{"version":2,"measures":["distance"],' +
        '"parts":[[60,1793613600000,"Calliope","002:10","002:12",3,[[0,3,0.25,0.75,1.5,1e-20]]]],' +
        '"days":[["2026-11-02","002:10","002:13",[4,3,1,1,0,0,0]]],' +
        '"first":["002:10",1793613600123],"last":["002:13",1793613612345],"received":4}',
    );
  });

  test.each([{}, null, undefined])('is empty as %j', (value) => {
    expect(parseState(value)).toEqual({ kind: 'empty' });
  });

  test('of nothing is empty', () => {
    expect(serializeState(undefined)).toEqual({});
  });

  test.each([
    ['another version', { ...written, version: 1 }, 'version'],
    ['no version', { parts: [] }, 'version'],
    ['a list', [], 'version'],
    ['a text', 'state', 'Object'],
    ['a number', 0, 'Object'],
    ['a part too short', { ...written, parts: [[60]] }, 'parts.0.1'],
    ['a measure without a name', { ...written, measures: [] }, 'a measure without a name'],
    ['a fence that is none', { ...written, last: ['13', 0] }, 'last.0'],
    ['no first record', { ...written, first: undefined }, 'first'],
    ['no days', { ...written, days: undefined }, 'days'],
    [
      'a sum that is infinite',
      { ...written, parts: [[60, 0, 'a', '001:1', '001:1', 1, [[0, 1, 0, 0, 1e308, 1e308]]]] },
      'parts.0.6.0.4',
    ],
  ])('of %s is unreadable', (_, value, where) => {
    const parsed = parseState(value);
    expect(parsed).toEqual({ kind: 'unreadable', reason: expect.stringContaining(where) });
  });

  test('is read or is unreadable, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(['empty', 'held', 'unreadable']).toContain(parseState(value).kind);
      }),
    );
  });
});
