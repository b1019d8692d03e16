import { describe, expect, test } from 'vitest';
import { decisionsCacheMs, invocationMsMax } from '../limits.ts';
import { admission, capChange, catalogueOf, firstCatalogue } from './catalogue.ts';
import { floorRise, floorsOf } from './floors.ts';

const leadMs = invocationMsMax + decisionsCacheMs;
const caps = [
  { FromMs: 0, MaxSeries: 5 },
  { FromMs: 1000, MaxSeries: 2 },
];

describe('catalogue', () => {
  test('begins empty, with the configured cap for every arrival', () => {
    expect(firstCatalogue(7)).toEqual({ Names: [], Caps: [{ FromMs: 0, MaxSeries: 7 }] });
  });

  test('gives each name its place as its slot', () => {
    const catalogue = catalogueOf({ Names: ['a', '__proto__', 'b'], Caps: caps });
    expect(['a', '__proto__', 'b', 'constructor'].map(catalogue.slotOf)).toEqual([0, 1, 2, undefined]);
  });

  test.each([
    [0, 5],
    [999, 5],
    [1000, 2],
    [9e12, 2],
  ])('has at %i a cap of %i', (arrivalMs, cap) => {
    expect(catalogueOf({ Names: [], Caps: caps }).capAt(arrivalMs)).toBe(cap);
  });

  test('does not admit a name twice', () => {
    const catalogue = catalogueOf({ Names: ['a'], Caps: caps });
    expect(() => admission(catalogue, ['b', 'a'])).toThrow('a name has a slot already');
  });

  test.each([
    ['stays', 2, undefined],
    ['rises from a moment in the future', 9, { cap: { FromMs: 50_000 + leadMs, MaxSeries: 9 }, sizeBefore: 2 }],
    ['falls from a moment in the future', 1, { cap: { FromMs: 50_000 + leadMs, MaxSeries: 1 }, sizeBefore: 2 }],
  ])('its cap %s', (_, maxSeries, expected) => {
    expect(capChange(catalogueOf({ Names: [], Caps: caps }), maxSeries, 50_000)).toEqual(expected);
  });

  test('a change never comes before one that is still ahead, whatever the clock says', () => {
    const catalogue = catalogueOf({ Names: [], Caps: [{ FromMs: 9e12, MaxSeries: 3 }] });
    expect(capChange(catalogue, 4, 0)?.cap).toEqual({ FromMs: 9e12, MaxSeries: 4 });
    const both = catalogueOf({ Names: [], Caps: [...catalogue.Caps, { FromMs: 9e12, MaxSeries: 4 }] });
    expect(both.capAt(9e12)).toBe(4);
  });
});

describe('floors', () => {
  const floors = floorsOf({
    Floors: {
      '1m': [
        { FromMs: 100, FloorMs: 10 },
        { FromMs: 200, FloorMs: 20 },
      ],
    },
  });

  test.each([
    ['1m', 99, Number.NEGATIVE_INFINITY],
    ['1m', 100, 10],
    ['1m', 199, 10],
    ['1m', 200, 20],
    ['1h', 200, Number.NEGATIVE_INFINITY],
  ] as const)('of %s at %i is %i', (size, arrivalMs, floorMs) => {
    expect(floors.floorAt(size, arrivalMs)).toBe(floorMs);
  });

  test('without an item keep everything', () => {
    expect(floorsOf(undefined).floorAt('1m', 9e12)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('are of windows as well, and say what was brought back from below', () => {
    const w60 = [{ FromMs: 0, FloorMs: 5 }];
    const Restored = { w60: [{ FromMs: 1, ToMs: 2, UntilMs: 3, Run: 'r' }] };
    const windows = floorsOf({ Version: 4, Floors: { w60 }, Restored });
    expect([windows.floorAt('w60', 0), windows.highestFloor('w60')]).toEqual([5, 5]);
    expect([windows.restored('w60'), windows.restored('1m')]).toEqual([Restored.w60, []]);
    expect(windows).toMatchObject({ Version: 4, Floors: { w60 }, Restored });
  });

  test('lie nowhere above the highest', () => {
    expect([floors.highestFloor('1m'), floors.highestFloor('1h')]).toEqual([20, Number.NEGATIVE_INFINITY]);
  });

  test.each([
    ['never fall', '1m', 19, undefined],
    ['stay', '1m', 20, undefined],
    ['rise from a moment in the future', '1m', 21, { FromMs: 5000 + leadMs, FloorMs: 21 }],
    ['begin', '1h', 1, { FromMs: 5000 + leadMs, FloorMs: 1 }],
  ] as const)('%s', (_, size, floorMs, expected) => {
    expect(floorRise(floors, size, floorMs, 5000)).toEqual(expected);
  });
});
