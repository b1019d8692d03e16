import { expect, test } from 'vitest';
import type { RunItem } from '../replay/run.ts';
import { pruneReport, restoreReport, seriesMax } from './report.ts';
import type { PruneTally } from './tally.ts';
import { addPruneTallies, emptyPruneTally } from './tally.ts';

const item: RunItem = {
  Kind: 'prune',
  StartedMs: 0,
  Execution: 'arn',
  Phase: 'pruning',
  Cutoffs: { '1m': Date.parse('2026-08-01T00:00:00Z') },
  EffectiveMs: Date.parse('2026-11-20T03:46:00Z'),
};
const ended = { run: '20261120T033000Z-0a1b2c3d', source: 'web', outcome: 'pruned' } as const;

function deleted(slot: number, Items: number): PruneTally {
  const items = { Items, Bytes: 100 * Items };
  const bySeries = { BySize: { '1m': items }, BySlot: { [slot]: items } };
  return { ...emptyPruneTally, ...items, ...bySeries, Buckets: 1, Objects: 1, WriteUnits: Items };
}

test('a report says what went, of the series with the most first', () => {
  const tallies = [deleted(-1, 2), deleted(0, 2), deleted(1, 9)];
  const Pruned = { '00': tallies.reduce(addPruneTallies, emptyPruneTally) };
  expect(pruneReport({ ...ended, item: { ...item, Pruned } }, ['page view', 'click'], [3])).toEqual({
    ...ended,
    kind: 'prune',
    cutoffs: { '1m': '2026-08-01T00:00:00Z' },
    effectiveFrom: '2026-11-20T03:46:00Z',
    total: { items: 13, bytes: 1300, buckets: 3, series: 3, objects: 3, replaced: 0, again: 0, writeUnits: 13 },
    bySize: { '1m': { items: 13, bytes: 1300 } },
    series: [
      { name: 'click', items: 9, bytes: 900 },
      { name: '$other', items: 2, bytes: 200 },
      { name: 'page view', items: 2, bytes: 200 },
    ],
    sweptGenerations: [3],
  });
});

test('a report names a hundred series at most, and a run that did nothing has one too', () => {
  const names = Array.from({ length: 300 }, (_, slot) => `series ${slot}`);
  const Pruned = { '00': names.map((_, slot) => deleted(slot, slot + 1)).reduce(addPruneTallies, emptyPruneTally) };
  const { series } = pruneReport({ ...ended, item: { ...item, Pruned } }, names, []);
  expect(series.length).toBe(seriesMax);
  expect(series[0]).toMatchObject({ name: 'series 299', items: 300 });
  const { Cutoffs: _, EffectiveMs: __, ...nothing } = item;
  expect(pruneReport({ ...ended, outcome: 'failed', item: nothing }, [], [])).toMatchObject({
    cutoffs: {},
    effectiveFrom: null,
    total: { items: 0, series: 0 },
  });
});

test('a restore is reported by its range and what stood there', () => {
  const Restored = { '00': { Items: 4, Bytes: 400, Standing: 1, Objects: 2, Missing: 3 } };
  const [From, ToMs, UntilMs] = [0, 60_000, 120_000];
  const restored: RunItem = { ...item, Kind: 'restore', From, ToMs, UntilMs, Sizes: ['1m'], Restored };
  expect(restoreReport({ ...ended, outcome: 'restored', item: restored })).toEqual({
    ...ended,
    kind: 'restore',
    outcome: 'restored',
    from: '1970-01-01T00:00:00Z',
    to: '1970-01-01T00:01:00Z',
    until: '1970-01-01T00:02:00Z',
    sizes: ['1m'],
    total: { items: 4, bytes: 400, standing: 1, objects: 2, missing: 3 },
  });
});
