import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBucket } from '../series/key.ts';
import type { ComparedRow, JoinedPair } from './compare.ts';
import { isOpen, joinKey, joinRows, pairPlace } from './compare.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');

function row(minute: number, slice: number, generation: number): ComparedRow {
  const Bucket = encodeBucket({
    size: '1m',
    generation,
    startMs: startMs + minute * 60_000,
    slice: String(slice).padStart(12, '0'),
  });
  return { Bucket, EventCount: generation, LastSequence: '001:1' };
}

test('the key of a join is start and slice', () => {
  expect(joinKey('1h#0000#2026-11-02T09:00:00Z#000000000003')).toBe('2026-11-02T09:00:00Z#000000000003');
  expect(pairPlace('w60', '2026-11-02T09:00:00Z#000000000003')).toEqual({ startMs, slice: '000000000003' });
});

test('a bucket is open until two minutes past its end', () => {
  expect(isOpen('1m', startMs, startMs + 3 * 60_000 - 1)).toBe(true);
  expect(isOpen('1m', startMs, startMs + 3 * 60_000)).toBe(false);
  expect(isOpen('w30', startMs, startMs + 150_000)).toBe(false);
});

const places = fc.uniqueArray(fc.tuple(fc.nat(20), fc.nat(3)), {
  selector: ([minute, slice]) => `${minute} ${slice}`,
  maxLength: 30,
});

test('however the pages are cut and the true side is made up of generations: every partial comes once, with its other, in order', () => {
  fc.assert(
    fc.property(
      places,
      places,
      fc.nat(20),
      fc.infiniteStream(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 4 }))),
      (one, other, change, cuts) => {
        const inOrder = (rows: ComparedRow[]) => rows.sort((a, b) => (joinKey(a.Bucket) < joinKey(b.Bucket) ? -1 : 1));
        // Before `change` generation 0 is the true one, from it on generation 1.
        const live = inOrder(one.map(([minute, slice]) => row(minute, slice, minute < change ? 0 : 1)));
        const recount = inOrder(other.map(([minute, slice]) => row(minute, slice, 2)));
        const expected = [...new Set([...live, ...recount].map(({ Bucket }) => joinKey(Bucket)))].sort();

        const pairs: JoinedPair[] = [];
        let [left, right]: ComparedRow[][] = [[], []];
        let [liveAt, recountAt] = [0, 0];
        while (liveAt <= live.length || recountAt <= recount.length) {
          const {
            value: [takesLive, rows],
          } = cuts.next();
          if (takesLive) {
            left = [...(left as ComparedRow[]), ...live.slice(liveAt, liveAt + rows)];
            liveAt += rows === 0 && liveAt >= live.length ? 1 : rows;
          } else {
            right = [...(right as ComparedRow[]), ...recount.slice(recountAt, recountAt + rows)];
            recountAt += rows === 0 && recountAt >= recount.length ? 1 : rows;
          }
          const joined = joinRows(
            { rows: left as ComparedRow[], isWhole: liveAt > live.length },
            { rows: right as ComparedRow[], isWhole: recountAt > recount.length },
          );
          pairs.push(...joined.pairs);
          [left, right] = [[...joined.live], [...joined.recount]];
        }
        expect(pairs.map(({ key }) => key)).toEqual(expected);
        for (const { key, ...pair } of pairs) {
          expect(pair.live).toBe(live.find(({ Bucket }) => joinKey(Bucket) === key));
          expect(pair.recount).toBe(recount.find(({ Bucket }) => joinKey(Bucket) === key));
        }
      },
    ),
  );
});
