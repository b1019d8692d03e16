import { expect, test } from 'vitest';
import { floorsOf } from '../control/floors.ts';
import { belowFloors } from './below-floor.ts';

const at = (text: string): number => Date.parse(text);
const floors = floorsOf({
  Floors: {
    '1m': [{ FromMs: 0, FloorMs: at('2026-11-06T00:00:00Z') }],
    // Decided, though it is not in force yet.
    '1h': [
      { FromMs: 0, FloorMs: at('2026-08-01T00:00:00Z') },
      { FromMs: Number.MAX_SAFE_INTEGER, FloorMs: at('2026-08-22T00:00:00Z') },
    ],
    w60: [{ FromMs: 0, FloorMs: at('2026-10-21T00:00:00Z') }],
  },
});
const sizes = ['1m', '1h', 'w60'] as const;
const told =
  '1m is pruned before 2026-11-06T00:00:00Z, 1h before 2026-08-22T00:00:00Z, w60 before 2026-10-21T00:00:00Z: bring counts back with `tidemark prune restore`';

test.each([
  ['from below every floor', '2026-08-21T23:59:59Z', undefined, told],
  ['from below some', '2026-08-22T00:00:00Z', undefined, undefined],
  ['from above all', '2026-11-06T00:00:00Z', undefined, undefined],
  ['a range wholly below', '2026-08-01T00:00:00Z', '2026-08-22T00:00:00Z', told],
  ['a range that only begins below', '2026-08-01T00:00:00Z', '2026-08-22T00:00:01Z', undefined],
  ['a range that ends inside the first bucket above', '2026-08-01T00:00:00Z', '2026-08-21T23:30:00Z', told],
])('%s', (_, from, to, refusal) => {
  const range = { fromMs: at(from), ...(to === undefined ? {} : { toMs: at(to) }) };
  expect(belowFloors(floors, sizes, range)).toBe(refusal);
});

test('a size without a floor lies below none', () => {
  const range = { fromMs: at('2020-01-01T00:00:00Z'), toMs: at('2020-02-01T00:00:00Z') };
  expect(belowFloors(floors, ['1m', '1d'], range)).toBeUndefined();
  expect(belowFloors(floorsOf(undefined), sizes, range)).toBeUndefined();
  expect(belowFloors(floors, ['1m'], range)).toBe(
    '1m is pruned before 2026-11-06T00:00:00Z: bring counts back with `tidemark prune restore`',
  );
});
