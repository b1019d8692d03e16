import { expect, test } from 'vitest';
import { floorsOf } from '../control/floors.ts';
import type { RunItem } from '../replay/run.ts';
import { earliestMs } from '../replay/timeline.ts';
import { dayMs } from '../series/day.ts';
import type { WorkQuestion } from './work.ts';
import { pruneWork } from './work.ts';

const day = (number: number): number => Date.parse('2026-08-01T00:00:00Z') + (number - 1) * dayMs;
const replay: RunItem = {
  Kind: 'replay',
  Generation: 1,
  First: { '1m': day(5) },
  Before: {},
  Outcome: 'switched',
  StartedMs: day(10),
  EndedMs: day(10),
  Execution: 'arn',
  Phase: 'ended',
};
const question: WorkQuestion = {
  timeline: { Ranges: { '1m': [{ FromMs: day(5), Generation: 1 }] } },
  floors: floorsOf({ Floors: { '1m': [{ FromMs: 0, FloorMs: day(8) }] } }),
  sizes: ['1m', '1h'],
  runs: [{ run: 'one', item: replay }],
  keepReplacedMs: 7 * dayMs,
  nowMs: day(16),
};

test('what is true below the floor is exported; what is not goes as it is; above the floor nothing goes that a run may still give back', () => {
  expect(pruneWork(question)).toEqual([
    { size: '1m', generation: 0, fromMs: earliestMs, toMs: day(5), exported: true },
    { size: '1m', generation: 1, fromMs: day(5), toMs: day(8), exported: true },
    { size: '1m', generation: 0, fromMs: day(5), toMs: day(8), exported: false },
    { size: '1m', generation: 1, fromMs: earliestMs, toMs: day(5), exported: false },
  ]);
});

test('what a run replaced goes when the run is over for as long as it is kept, and so does what it counted beside its range', () => {
  const later = pruneWork({ ...question, nowMs: day(17) });
  expect(later.filter(({ generation, exported }) => generation === 0 && !exported)).toEqual([
    { size: '1m', generation: 0, fromMs: day(5), exported: false },
  ]);
  // Of an hour that it never switched.
  expect(later).toContainEqual({ size: '1h', generation: 1, fromMs: earliestMs, exported: false });
});

test('a run that has not ended keeps what it replaced', () => {
  const { EndedMs: _, ...running } = replay;
  const work = pruneWork({ ...question, runs: [{ run: 'one', item: running }], nowMs: day(100) });
  expect(work).toEqual(pruneWork(question));
});

test('an undo keeps what it took back', () => {
  const undone = { ...replay, UndoneBy: 'two' };
  const undo: RunItem = { ...replay, Kind: 'undo', Undoes: 'one', EndedMs: day(15), Outcome: 'undone' };
  const { Generation: _, First: __, ...item } = undo;
  const runs = [
    { run: 'one', item: undone },
    { run: 'two', item },
  ];
  const given = { ...question, timeline: { Ranges: {} }, floors: floorsOf(undefined), runs };
  expect(pruneWork({ ...given, nowMs: day(20) })).toEqual([]);
  expect(pruneWork({ ...given, nowMs: day(22) })).toEqual([
    { size: '1m', generation: 1, fromMs: earliestMs, exported: false },
    { size: '1h', generation: 1, fromMs: earliestMs, exported: false },
  ]);
});

test('what was restored stays, and only of the generation that is true', () => {
  const Restored = { '1m': [{ FromMs: day(4), ToMs: day(6), UntilMs: day(30), Run: 'r' }] };
  const floors = floorsOf({ ...question.floors, Restored });
  expect(pruneWork({ ...question, floors })).toEqual([
    { size: '1m', generation: 0, fromMs: earliestMs, toMs: day(4), exported: true },
    { size: '1m', generation: 1, fromMs: day(6), toMs: day(8), exported: true },
    { size: '1m', generation: 0, fromMs: day(5), toMs: day(8), exported: false },
    { size: '1m', generation: 1, fromMs: earliestMs, toMs: day(5), exported: false },
  ]);
});

test('a run about some sizes leaves the others; a size that the source has no more is pruned all the same', () => {
  const floors = floorsOf({ Floors: { w60: [{ FromMs: 0, FloorMs: day(2) }] } });
  const quiet = { ...question, floors, timeline: { Ranges: {} }, runs: [] };
  expect(pruneWork(quiet)).toEqual([{ size: 'w60', generation: 0, fromMs: earliestMs, toMs: day(2), exported: true }]);
  expect(pruneWork({ ...quiet, only: ['1m'] })).toEqual([]);
});
