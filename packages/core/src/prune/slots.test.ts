import { expect, test } from 'vitest';
import { childrenMax, nameOfSlot, slotRanges } from './slots.ts';

test.each([0, 1, 38, 39, 40, 79, 80, 1000])(
  'a catalogue of %i names is cut so that every slot has one child',
  (names) => {
    const ranges = slotRanges(names);
    expect(ranges.length).toBe(Math.min(childrenMax, names + 1));
    const slots = ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
    expect(slots).toEqual(Array.from({ length: names + 1 }, (_, at) => at - 1));
    const lengths = ranges.map(({ first, last }) => last - first + 1);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    expect(ranges.map(({ child }) => child)).toEqual([...new Set(ranges.map(({ child }) => child))].sort());
  },
);

test('the slot before the first is that of all the others', () => {
  expect([-1, 0, 1].map((slot) => nameOfSlot(['page view'], slot))).toEqual(['$other', 'page view', undefined]);
});
