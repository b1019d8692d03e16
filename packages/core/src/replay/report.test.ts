import { expect, test } from 'vitest';
import { encodeSequence } from '../series/sequence.ts';
import {
  addVerdict,
  addWorst,
  emptyComparison,
  outcomeOf,
  partKey,
  reportKey,
  reportLine,
  worstMax,
} from './report.ts';

const place = { name: 'page view', size: '1h', key: '2026-11-02T09:00:00Z#000000000003' } as const;

test('a line names the partial, and what either side has', () => {
  const live = { EventCount: 5, LastSequence: encodeSequence('77') };
  expect(reportLine(place, { live }, 'different', true)).toEqual({
    verdict: 'different',
    name: 'page view',
    size: '1h',
    start: '2026-11-02T09:00:00Z',
    slice: '000000000003',
    live: { events: 5, lastSequence: '77' },
    recount: null,
  });
  const window = { ...live, Measures: { distance: { Count: 1, Sum: 2, Minimum: 2, Maximum: 2 } } };
  expect(reportLine(place, { recount: window }, 'undecided', true)).toMatchObject({
    open: true,
    live: null,
    recount: { measures: window.Measures },
  });
});

test('a line can be made of what somebody has spoilt', () => {
  const spoilt = { EventCount: 5, LastSequence: 7 } as never;
  expect(reportLine(place, { live: spoilt }, 'different', false).live).toEqual({ events: 5, lastSequence: '7' });
});

test('all is equal where nothing differs, and what is undecided may still change', () => {
  const open = addVerdict(addVerdict(emptyComparison, 'equal', false), 'undecided', true);
  expect(open).toEqual({ Equal: 1, Different: 0, Undecided: 1, UndecidedClosed: 0 });
  expect(outcomeOf(open)).toBe('equal');
  expect(outcomeOf(addVerdict(open, 'undecided', false))).toBe('different');
  expect(outcomeOf(addVerdict(open, 'different', true))).toBe('different');
});

test('the series with the most differences are kept', () => {
  const found = Array.from(
    { length: worstMax + 5 },
    (_, at) => ({ name: `n${at}`, size: '1h', different: at, events: -at }) as const,
  );
  const worst = found.reduce(addWorst, []);
  expect(worst).toHaveLength(worstMax);
  expect(worst[0]).toEqual({ name: 'n54', size: '1h', different: 54, events: -54 });
  const again = addWorst(worst, { name: 'n10', size: '1h', different: 100, events: 1 });
  expect(again[0]).toEqual({ name: 'n10', size: '1h', different: 110, events: -9 });
  expect(addWorst(again, { name: 'n10', size: '1m', different: 1000, events: 1 })[1]?.different).toBe(110);
});

test('where a report lies', () => {
  expect(reportKey('web', 'r')).toBe('replay/web/r/report.json');
  expect(partKey('web', 'r', 1, 12)).toBe('replay/web/r/differences/1-00012.jsonl');
});
