import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactSumOf } from './exact-sum.ts';
import type { Figures, Measured } from './figures.ts';
import {
  averageOf,
  differenceOf,
  figuresFromItem,
  figuresOf,
  figuresToItem,
  GrowingFigures,
  measuredFromItem,
  measuredToItem,
  mergeFigures,
  mergeMeasured,
} from './figures.ts';

const value = fc
  .oneof(fc.double({ min: -1e100, max: 1e100, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }))
  .map((number) => (Math.abs(number) < 1e-100 ? 0 : number));
const values = fc.array(value, { minLength: 1, maxLength: 20 });

/** By their definition, the sum by another way than reading after reading. */
function figuresOfAll(all: readonly number[]): Figures {
  return { count: all.length, sum: exactSumOf(all), minimum: Math.min(...all), maximum: Math.max(...all) };
}

const measured: fc.Arbitrary<Measured> = fc.dictionary(
  fc.constantFrom('distance', 'health', 'magic'),
  values.map(figuresOfAll),
  { noNullPrototype: true },
);

describe('figures', () => {
  test('grow reading by reading', () => {
    fc.assert(
      fc.property(values, (all) => {
        const [first = 0, ...others] = all;
        const growing = new GrowingFigures(figuresOf(first));
        for (const one of others) growing.add(one);
        expect({ ...growing }).toEqual(figuresOfAll(all));
      }),
    );
  });

  test('of two sets of readings are those of all of them, whichever comes first', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const merged = mergeFigures(figuresOfAll(one), figuresOfAll(other));
        expect(merged).toEqual(figuresOfAll([...one, ...other]));
        expect(merged).toEqual(mergeFigures(figuresOfAll(other), figuresOfAll(one)));
      }),
    );
  });

  test('merge the same however they are grouped', () => {
    fc.assert(
      fc.property(values, values, values, (...all) => {
        const [a, b, c] = all.map(figuresOfAll) as [Figures, Figures, Figures];
        expect(mergeFigures(mergeFigures(a, b), c)).toEqual(mergeFigures(a, mergeFigures(b, c)));
      }),
    );
  });

  test('come back from an item', () => {
    fc.assert(
      fc.property(measured, (all) => {
        const item = measuredToItem(all);
        expect(measuredFromItem(item)).toEqual(all);
        // As DynamoDB and its clients hand numbers over: as decimal text.
        expect(measuredFromItem(JSON.parse(JSON.stringify(item)))).toEqual(all);
      }),
    );
  });

  test.each([
    [[0.5, -0.5], { Count: 2, Sum: 0, Minimum: -0.5, Maximum: 0.5 }],
    [[1.5], { Count: 1, Sum: 1.5, Minimum: 1.5, Maximum: 1.5 }],
    [
      [0.1, 0.2],
      { Count: 2, Sum: 0.30000000000000004, SumRest: [-2.7755575615628914e-17], Minimum: 0.1, Maximum: 0.2 },
    ],
  ])('of %j are the item %j', (all, item) => {
    expect(figuresToItem(figuresOfAll(all))).toEqual(item);
    expect(figuresFromItem(item)).toEqual(figuresOfAll(all));
  });

  test('differ by what came', () => {
    fc.assert(
      fc.property(values, values, (older, came) => {
        const newer = figuresOfAll([...older, ...came]);
        const { count, sum, minimum, maximum } = differenceOf(newer, figuresOfAll(older));
        expect([count, sum]).toEqual([came.length, exactSumOf(came)]);
        expect([minimum, maximum]).toEqual([newer.minimum, newer.maximum]);
        expect(differenceOf(newer, undefined)).toEqual(newer);
        expect(differenceOf(newer, newer)).toMatchObject({ count: 0, sum: [] });
      }),
    );
  });

  test('have the average of the rounded sum', () => {
    expect(averageOf(figuresOfAll([1, 2, 4.5]))).toBe(2.5);
    expect(averageOf(figuresOfAll([0, 0]))).toBe(0);
  });
});

describe('measures', () => {
  test('merge by name; one that only one side has stays as it is', () => {
    fc.assert(
      fc.property(measured, measured, (one, other) => {
        const merged = mergeMeasured(one, other);
        expect(new Set(Object.keys(merged))).toEqual(new Set([...Object.keys(one), ...Object.keys(other)]));
        for (const [name, figures] of Object.entries(merged)) {
          const [left, right] = [one[name], other[name]];
          expect(figures).toEqual(left && right ? mergeFigures(left, right) : (left ?? right));
        }
      }),
    );
  });
});
