import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeSequence } from '../series/sequence.ts';
import type { ComparedContent } from './verdict.ts';
import { verdictOf } from './verdict.ts';

const fence = (sequence: number): string => encodeSequence(String(sequence));
const at = (sequence: number, EventCount = 5): ComparedContent => ({ EventCount, LastSequence: fence(sequence) });
const checkpoints = { live: fence(100), recount: fence(90) };
const figures = { Count: 2, Sum: 0.3, Minimum: 0.1, Maximum: 0.2 };
const withFigures = (change: object): ComparedContent => ({
  ...at(10),
  Measures: { distance: { ...figures, ...change } },
});

test.each([
  ['equal fences and equal content', at(10), at(10), 'equal'],
  ['equal fences and other content', at(10), at(10, 6), 'different'],
  ['equal fences past both checkpoints are decided as well', at(200), at(200), 'equal'],
  ['and so is other content at them', at(200), at(200, 6), 'different'],
  ['other fences at or below both checkpoints', at(10), at(90), 'different'],
  ['the same content at other fences', at(10), at(11), 'different'],
  ['a fence past the recount', at(95), at(10), 'undecided'],
  ['a fence past live counting', at(10), at(101), 'undecided'],
  ['missing in the recount, and passed', at(90), undefined, 'different'],
  ['missing in the recount, not passed', at(91), undefined, 'undecided'],
  ['missing in live counting, and passed', undefined, at(90), 'different'],
  ['missing in live counting, not passed', undefined, at(91), 'undecided'],
  ['a fence that is none', { EventCount: 5, LastSequence: 'spoilt' }, at(10), 'different'],
  ['no fence', { EventCount: 5 } as ComparedContent, at(200), 'different'],
] as const)('%s', (_, live, recount, verdict) => {
  const pair = { ...(live === undefined ? {} : { live }), ...(recount === undefined ? {} : { recount }) };
  expect(verdictOf(pair, checkpoints)).toBe(verdict);
});

test('nothing is passed by a counter that has no checkpoint', () => {
  expect(verdictOf({ live: at(10) }, { live: fence(100) })).toBe('undecided');
  expect(verdictOf({ recount: at(10) }, { recount: fence(100) })).toBe('undecided');
});

test.each([
  ['the same figures', {}, {}, 'equal'],
  ['other readings', {}, { Count: 3 }, 'different'],
  ['another maximum', {}, { Maximum: 0.25 }, 'different'],
  ['a sum that differs by what was rounded off', {}, { SumRest: [1e-20] }, 'different'],
  ['a sum that is written otherwise', { Sum: 0.1, SumRest: [0.2] }, { Sum: 0.2, SumRest: [0.1] }, 'equal'],
  ['figures that cannot be read', { Sum: 'spoilt' }, {}, 'different'],
] as const)('windows: %s', (_, one, other, verdict) => {
  expect(verdictOf({ live: withFigures(one), recount: withFigures(other) }, checkpoints)).toBe(verdict);
});

test('windows: measures that only one side has', () => {
  const more = { ...withFigures({}), Measures: { distance: figures, health: figures } };
  expect(verdictOf({ live: withFigures({}), recount: more }, checkpoints)).toBe('different');
  expect(verdictOf({ live: more, recount: at(10) }, checkpoints)).toBe('different');
});

/** What a counter that has handled records up to `upTo` holds of them. */
function contentUpTo(records: readonly number[], upTo: number): ComparedContent | undefined {
  const counted = records.filter((sequence) => sequence <= upTo);
  const last = counted.at(-1);
  return last === undefined ? undefined : at(last, counted.length);
}

const shard = fc.record({
  records: fc
    .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 12 })
    .map((drawn) => drawn.sort((one, other) => one - other)),
  live: fc.nat(60),
  recount: fc.nat(60),
  liveAhead: fc.nat(10),
  recountAhead: fc.nat(10),
});

function look({
  records,
  live,
  recount,
  liveAhead,
  recountAhead,
}: typeof shard extends fc.Arbitrary<infer T> ? T : never) {
  // The partials are read after the checkpoints, and so may be further on.
  const [one, other] = [contentUpTo(records, live + liveAhead), contentUpTo(records, recount + recountAhead)];
  return {
    pair: { ...(one === undefined ? {} : { live: one }), ...(other === undefined ? {} : { recount: other }) },
    checkpoints: { live: fence(live), recount: fence(recount) },
  };
}

test('two counters that count alike never differ, however far each is', () => {
  fc.assert(
    fc.property(shard, (drawn) => {
      const { pair, checkpoints } = look(drawn);
      fc.pre(pair.live !== undefined || pair.recount !== undefined);
      expect(verdictOf(pair, checkpoints)).not.toBe('different');
    }),
    { numRuns: 1000 },
  );
});

test('a partial that was changed, lost or given another fence is never equal, and found once both have passed it', () => {
  fc.assert(
    fc.property(shard, fc.constantFrom('count', 'fence', 'lost'), fc.nat(60), (drawn, spoil, sequence) => {
      const { pair } = look({ ...drawn, live: 60, recount: 60 });
      fc.pre(pair.live !== undefined && pair.live.LastSequence !== fence(sequence));
      const spoilt =
        spoil === 'count'
          ? { ...pair.live, EventCount: (pair.live?.EventCount ?? 0) + 1 }
          : { ...pair.live, LastSequence: fence(sequence) };
      const left =
        spoil === 'lost' ? { ...(pair.recount ? { recount: pair.recount } : {}) } : { ...pair, live: spoilt };
      expect(verdictOf(left as never, { live: fence(60), recount: fence(60) })).toBe('different');
    }),
  );
});
