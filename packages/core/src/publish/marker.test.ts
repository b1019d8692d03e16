import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PublishCall } from './call.ts';
import type { TableStreamRecord } from './change.ts';
import { makeMarker, markerRange, publishedPrefix } from './marker.ts';
import { positionOf } from './position.ts';
import { emptyTally } from './tally.ts';

/** Records of one shard; `shard` makes their event ids, the numbers may be those of another shard's records too. */
function recordsOf(count: number, shard = 'a'): TableStreamRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    eventID: `${shard}${index}`,
    dynamodb: { SequenceNumber: String(100 + index).padStart(21, '0') },
  }));
}

function markerOf(records: readonly TableStreamRecord[]) {
  return makeMarker('web', callOf(records.map(positionOf)), 'request', 0);
}

const shard = recordsOf(20);

test.each([
  ['no marker', shard, [], 0],
  ['the same batch', shard, [markerOf(shard)], 20],
  ['a longer batch', shard, [markerOf(shard.slice(0, 5))], 5],
  ['a shorter batch', shard.slice(0, 3), [markerOf(shard.slice(0, 5))], 3],
  ['two calls of one batch', shard, [markerOf(shard.slice(0, 5)), markerOf(shard.slice(5, 9))], 9],
  ['ends inside the second call', shard.slice(0, 7), [markerOf(shard.slice(0, 5)), markerOf(shard.slice(5, 9))], 7],
  ['begins inside a call', shard.slice(3), [markerOf(shard.slice(0, 5))], 2],
  ['the first half of a bisected batch', shard.slice(0, 10), [markerOf(shard.slice(0, 15))], 10],
  ['the second half of it', shard.slice(10), [markerOf(shard.slice(0, 15))], 5],
  ['a half of a half of it', shard.slice(5, 10), [markerOf(shard.slice(0, 15))], 5],
  ['a single record of it', shard.slice(7, 8), [markerOf(shard.slice(0, 15))], 1],
  [
    'begins inside a call and ends inside the next',
    shard.slice(3, 7),
    [markerOf(shard.slice(0, 5)), markerOf(shard.slice(5, 9))],
    4,
  ],
  ['a later batch', shard.slice(10), [markerOf(shard.slice(0, 10))], 0],
  ['a call of another shard around it', shard.slice(5, 10), [markerOf(recordsOf(20, 'b'))], 0],
  ['markers of another shard', shard, [markerOf(recordsOf(20, 'b')), markerOf(recordsOf(9, 'b'))], 0],
])('%s', (_, records, markers, published) => {
  expect(publishedPrefix(records, markers)).toBe(published);
});

test('a marker is kept for two days from the time given', () => {
  expect(makeMarker('web', callOf(['f', 'l']), 'request', 1_700_000_000_999)).toEqual({
    Source: 'web',
    Item: 'PUBLISHED#l',
    Records: expect.objectContaining({ length: 12 }),
    Invocation: 'request',
    ExpiresAt: 1_700_000_000 + 172_800,
  });
});

function callOf(positions: readonly string[]): PublishCall {
  return { data: [], positions, changedMs: 0, tally: emptyTally };
}

test('the range holds every marker that ends in the batch or after it', () => {
  const range = markerRange(shard.slice(5, 10));
  expect(range).toBeDefined();
  if (!range) return;
  const inside = (records: readonly TableStreamRecord[]) => {
    const { Item } = markerOf(records);
    return Item >= range.low && Item <= range.high;
  };
  expect(inside(shard.slice(0, 5))).toBe(false);
  expect(inside(shard.slice(0, 6))).toBe(true);
  expect(inside(shard.slice(5, 20))).toBe(true);
  expect(markerOf(shard.slice(0, 10)).Item).toBe(range.end);
  expect(markerRange([])).toBeUndefined();
});

test('whatever the bounds of deliveries and calls, exactly what is published is skipped', () => {
  const bounds = fc.tuple(fc.nat(19), fc.nat(19)).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
      bounds,
      (lengths, [from, to]) => {
        const markers = [];
        let published = 0;
        for (const length of lengths) {
          const run = shard.slice(published, published + length);
          if (run.length > 0) markers.push(markerOf(run));
          published = Math.min(published + length, shard.length);
        }
        const skipped = publishedPrefix(shard.slice(from, to), [...markers, markerOf(recordsOf(20, 'b'))]);
        expect(skipped).toBe(Math.max(0, Math.min(published, to) - from));
      },
    ),
  );
});

test.each([
  [{}],
  [{ eventID: 'a' }],
  [{ dynamodb: { SequenceNumber: '1' } }],
  [{ eventID: 'a', dynamodb: { SequenceNumber: 'x' } }],
])('a record without a position is a broken promise: %j', (record) => {
  expect(() => positionOf(record)).toThrow(RangeError);
});
