import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FloorsItem } from '../control/floors.ts';
import { floorsOf } from '../control/floors.ts';
import { effectiveFrom } from '../control/history.ts';
import { dayMs } from '../series/day.ts';
import { floorHistoryMsMax, raiseFloors, workedFloors } from './rise.ts';

const nowMs = Date.parse('2026-11-20T03:30:00Z');

test('the first floor is in force from a moment in the future', () => {
  expect(raiseFloors(undefined, { '1m': 1000 }, nowMs)).toEqual({
    Version: 1,
    Floors: { '1m': [{ FromMs: effectiveFrom(nowMs), FloorMs: 1000 }] },
  });
});

test('what stands as high already is no change, and the item stays the same', () => {
  const item: FloorsItem = { Version: 7, Floors: { '1m': [{ FromMs: 5, FloorMs: 1000 }] } };
  expect(raiseFloors(item, { '1m': 1000 }, nowMs)).toBe(item);
  expect(raiseFloors(item, {}, nowMs)).toBe(item);
  expect(raiseFloors(undefined, {}, nowMs)).toEqual({ Floors: {} });
  expect(raiseFloors(item, { '1m': 999, w60: 2000 }, nowMs)).toEqual({
    Version: 8,
    Floors: { ...item.Floors, w60: [{ FromMs: effectiveFrom(nowMs), FloorMs: 2000 }] },
  });
});

test('an item without a version gets the first, and keeps what a restore has opened', () => {
  const Restored = { '1m': [{ FromMs: 1, ToMs: 2, UntilMs: 3, Run: 'r' }] };
  expect(raiseFloors({ Floors: {}, Restored }, { '1m': 1000 }, nowMs)).toMatchObject({ Version: 1, Restored });
});

test('a history forgets what only records go by that no stream holds any more', () => {
  const years = Array.from({ length: 1000 }, (_, day) => day * dayMs);
  const item = years.reduce<FloorsItem | undefined>(
    (before, dayStart) => raiseFloors(before, { '1m': dayStart }, nowMs + dayStart),
    undefined,
  );
  const history = item?.Floors['1m'] ?? [];
  const lastMs = nowMs + 999 * dayMs;
  // Those of the time itself, and the one that was in force when it began.
  expect(history.length).toBe(floorHistoryMsMax / dayMs + 2);
  const floors = floorsOf(item);
  const oldestMs = lastMs - floorHistoryMsMax;
  expect(floors.floorAt('1m', oldestMs)).toBe(598 * dayMs);
  expect(floors.highestFloor('1m')).toBe(999 * dayMs);
});

test('floors only rise, by time and by arrival, and what was decided for an arrival stays', () => {
  const steps = fc.array(fc.record({ cutoff: fc.nat(50), minutes: fc.nat(60) }), { maxLength: 12 });
  fc.assert(
    fc.property(steps, fc.nat(12 * 60), (raises, arrival) => {
      let atMs = nowMs;
      let item: FloorsItem | undefined;
      const arrivalMs = nowMs + arrival * 60_000;
      for (const { cutoff, minutes } of raises) {
        const before = floorsOf(item);
        item = raiseFloors(item, { '1m': cutoff }, atMs);
        const floors = floorsOf(item);
        expect(raiseFloors(item, { '1m': cutoff }, atMs + 1)).toBe(item);
        expect(floors.highestFloor('1m')).toBe(Math.max(before.highestFloor('1m'), cutoff));
        expect(floors.floorAt('1m', arrivalMs)).toBeLessThanOrEqual(floors.floorAt('1m', arrivalMs + 60_000));
        if (arrivalMs < effectiveFrom(atMs)) {
          expect(floors.floorAt('1m', arrivalMs)).toBe(before.floorAt('1m', arrivalMs));
        }
        atMs += minutes * 60_000;
      }
    }),
  );
});

test('a run works by every floor that stands, and waits for the latest', () => {
  const floors = floorsOf({
    Floors: {
      '1m': [
        { FromMs: 10, FloorMs: 100 },
        { FromMs: 20, FloorMs: 200 },
      ],
      w60: [{ FromMs: 30, FloorMs: 50 }],
      '1h': [],
    },
  });
  expect(workedFloors(floors)).toEqual({ cutoffs: { '1m': 200, w60: 50 }, effectiveMs: 30 });
  expect(workedFloors(floors, ['1m', '1h'])).toEqual({ cutoffs: { '1m': 200 }, effectiveMs: 20 });
  expect(workedFloors(floorsOf(undefined))).toEqual({ cutoffs: {} });
});
