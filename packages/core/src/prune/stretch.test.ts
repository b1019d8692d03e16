import fc from 'fast-check';
import { expect, test } from 'vitest';
import { common, without } from './stretch.ts';

const stretch = fc.tuple(fc.nat(12), fc.nat(12)).map(([fromMs, toMs]) => ({ fromMs, toMs }));
const isIn = ({ fromMs, toMs }: { fromMs: number; toMs: number }, at: number): boolean => fromMs <= at && at < toMs;

test('what is left is all that lies in none of the others, ascending and apart', () => {
  fc.assert(
    fc.property(stretch, fc.array(stretch, { maxLength: 4 }), (one, taken) => {
      const left = without(one, taken);
      for (let at = 0; at < 12; at += 1) {
        expect(left.filter((each) => isIn(each, at)).length).toBe(
          isIn(one, at) && !taken.some((each) => isIn(each, at)) ? 1 : 0,
        );
      }
      expect(left.every((each, place) => each.fromMs < each.toMs && each.fromMs >= (left[place - 1]?.toMs ?? 0))).toBe(
        true,
      );
    }),
  );
});

test('what has no end leaves what has none', () => {
  expect(without({ fromMs: 0, toMs: Number.POSITIVE_INFINITY }, [{ fromMs: 2, toMs: 3 }])).toEqual([
    { fromMs: 0, toMs: 2 },
    { fromMs: 3, toMs: Number.POSITIVE_INFINITY },
  ]);
  expect(common({ fromMs: 0, toMs: 2 }, { fromMs: 2, toMs: 4 })).toEqual([]);
});
