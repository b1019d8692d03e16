import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FloorsItem, RestoredRange } from '../control/floors.ts';
import { floorsOf } from '../control/floors.ts';
import { closeRestored, openRestored, restorable } from './restored.ts';

const item: FloorsItem = { Version: 3, Floors: { '1m': [{ FromMs: 0, FloorMs: 100_000 }], w60: [] } };
const range = (FromMs: number, ToMs: number, UntilMs: number, Run: string): RestoredRange => ({
  FromMs,
  ToMs,
  UntilMs,
  Run,
});

test('what lies below a floor can be brought back, by whole seconds, and nothing else', () => {
  const floors = floorsOf(item);
  expect(restorable(floors, ['1m', '1h', 'w60'], 1500, 999_000)).toEqual({ '1m': { fromMs: 2000, toMs: 100_000 } });
  expect(restorable(floors, ['1m'], 1000, 50_500)).toEqual({ '1m': { fromMs: 1000, toMs: 51_000 } });
  expect(restorable(floors, ['1m'], 100_000, 200_000)).toEqual({});
  expect(restorable(floors, ['1m'], 5000, 5000)).toEqual({});
});

test('a range is opened once, and kept by whoever keeps it longest', () => {
  const ranges = { '1m': { fromMs: 1000, toMs: 5000 } };
  const opened = openRestored(item, { run: 'one', ranges, untilMs: 70 });
  expect(opened).toEqual({ ...item, Version: 4, Restored: { '1m': [range(1000, 5000, 70, 'one')] } });
  expect(openRestored(opened, { run: 'one', ranges, untilMs: 70 })).toBe(opened);
  expect(openRestored(opened, { run: 'two', ranges, untilMs: 60 })).toBe(opened);
  const inside = { '1m': { fromMs: 2000, toMs: 3000 } };
  expect(openRestored(opened, { run: 'two', ranges: inside, untilMs: 80 }).Restored).toEqual({
    '1m': [range(1000, 2000, 70, 'one'), range(2000, 3000, 80, 'two'), range(3000, 5000, 70, 'one')],
  });
  const beside = { '1m': { fromMs: 5000, toMs: 6000 } };
  expect(openRestored(opened, { run: 'one', ranges: beside, untilMs: 70 }).Restored).toEqual({
    '1m': [range(1000, 6000, 70, 'one')],
  });
});

test('what is over is closed, of the sizes that a run is about', () => {
  const Restored = {
    '1m': [range(1000, 2000, 70, 'one'), range(2000, 3000, 71, 'two')],
    w60: [range(1000, 2000, 70, 'one')],
  };
  const open = { ...item, Restored };
  expect(closeRestored(open, 69)).toBe(open);
  expect(closeRestored(open, 70)).toEqual({
    ...item,
    Version: 4,
    Restored: { '1m': [range(2000, 3000, 71, 'two')] },
  });
  expect(closeRestored(open, 70, ['1m'])).toMatchObject({ Version: 4, Restored: { w60: Restored.w60 } });
  expect(closeRestored(open, 70, ['1h'])).toBe(open);
  expect(closeRestored(item, 70)).toBe(item);
  expect(closeRestored(undefined, 70)).toEqual({ Floors: {} });
});

test('an instant is open exactly as long as the longest restore that has brought it back, and ranges never overlap', () => {
  const opening = fc.record({ from: fc.nat(20), to: fc.nat(20), untilMs: fc.nat(5), run: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(fc.array(opening, { maxLength: 6 }), fc.nat(6), (openings, nowMs) => {
      const stretches = openings.map(({ from, to, ...rest }) => ({ ...rest, fromMs: from * 1000, toMs: to * 1000 }));
      const opened = stretches.reduce<FloorsItem>(
        (before, { fromMs, toMs, run, untilMs }) =>
          openRestored(before, { run, untilMs, ranges: restorable(floorsOf(before), ['1m'], fromMs, toMs) }),
        item,
      );
      const ranges = floorsOf(closeRestored(opened, nowMs)).restored('1m');
      ranges.forEach(({ FromMs, ToMs }, at) => {
        expect(FromMs).toBeLessThan(ToMs);
        expect(FromMs).toBeGreaterThanOrEqual(ranges[at - 1]?.ToMs ?? 0);
      });
      for (let second = 0; second < 21_000; second += 1000) {
        const until = stretches
          .filter(({ fromMs, toMs }) => fromMs <= second && second < toMs)
          .map((each) => each.untilMs);
        const longest = Math.max(...until);
        const found = ranges.filter(({ FromMs, ToMs }) => FromMs <= second && second < ToMs);
        expect(found.map(({ UntilMs }) => UntilMs)).toEqual(longest > nowMs ? [longest] : []);
      }
    }),
  );
});
