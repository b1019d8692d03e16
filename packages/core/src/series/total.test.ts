import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBucket } from './key.ts';
import { compareNames, totalsOf } from './total.ts';

const hour = 3_600_000;
const partial = (EventName: string, startMs: number, slice: string, EventCount: number) => ({
  EventName,
  Bucket: encodeBucket({ size: '1h', generation: 0, startMs, slice }),
  EventCount,
});

test('adds up the slices of a bucket, by name and then by time', () => {
  const partials = [
    partial('b', hour, '1', 2),
    partial('a', 2 * hour, '0', 1),
    partial('a', hour, '1', 4),
    partial('a', hour, '0', 3),
  ];
  expect(totalsOf(partials).map(({ name, startMs, count }) => [name, startMs / hour, count])).toEqual([
    ['a', 1, 7],
    ['a', 2, 1],
    ['b', 1, 2],
  ]);
});

test('names sort by code point', () => {
  expect(['\u{1f30a}', '\uff21', 'b', 'a', 'B', ''].toSorted(compareNames)).toEqual([
    '',
    'B',
    'a',
    'b',
    '\uff21',
    '\u{1f30a}',
  ]);
});

test('the order of the partials does not matter', () => {
  const partials = fc.array(
    fc.record({ name: fc.constantFrom('a', 'b#c', '1h#0000'), start: fc.nat(3), slice: fc.nat(3), count: fc.nat(9) }),
  );
  fc.assert(
    fc.property(partials, fc.infiniteStream(fc.nat()), (made, random) => {
      const items = made.map((each) => partial(each.name, each.start * hour, String(each.slice), each.count));
      const shuffled = items
        .map((item) => ({ item, place: random.next().value as number }))
        .sort((one, other) => one.place - other.place)
        .map(({ item }) => item);
      expect(totalsOf(shuffled)).toEqual(totalsOf(items));
    }),
  );
});
