import { effectiveFrom } from '@tidemark/core/control/history';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { RunItem } from '@tidemark/core/replay/run';
import { expect, test } from 'vitest';
import type { ControlItem, Tables } from '../aws/dynamodb.ts';
import { pruneEstimate } from './estimate.ts';
import { isNothing, previewJson, renderPreview } from './estimate-text.ts';
import { planPrune } from './plan.ts';
import type { WorkTally } from './walk.ts';

const at = (text: string): number => Date.parse(text);
const day = 86_400_000;
const nowMs = at('2026-11-20T06:00:00Z');
const web = {
  ...{ name: 'web', controlTable: 'control', seriesTable: 'series', bucket: 'data', buckets: ['1m', '1h'] },
  retentionMs: { '1m': 14 * day },
  prune: { keepReplacedMs: 7 * day, writeUnitsPerSecond: 500 },
} as unknown as DeployedSource;

/** A Control table with these items. */
function control(items: Readonly<Record<string, object>>): Tables {
  const all = Object.entries(items).map(([Item, item]): ControlItem => ({ Source: 'web', Item, ...item }));
  const reads: Partial<Tables> = {
    controlItem: async (_table, _source, key) => all.find(({ Item }) => Item === key),
    controlItems: async (_table, _source, prefix) => all.filter(({ Item }) => Item.startsWith(prefix)),
  };
  return reads as Tables;
}

test('goes by the configured retention, on the floors as they would be', async () => {
  const plan = await planPrune(control({}), web, {}, nowMs);
  const floorMs = at('2026-11-06T00:00:00Z');
  expect(plan).toMatchObject({
    asked: { '1m': floorMs },
    cutoffs: { '1m': floorMs },
    rises: true,
    noLongerUndoable: [],
  });
  // Not before every memory of the time before is gone.
  expect(plan.effectiveMs).toBeGreaterThanOrEqual(effectiveFrom(nowMs));
  expect(plan.work).toEqual([
    { size: '1m', generation: 0, fromMs: at('0000-01-01T00:00:00Z'), toMs: floorMs, exported: true },
  ]);
});

test('goes by what is asked instead, for the sizes that are named, and never lowers a floor', async () => {
  const stands = at('2026-10-01T00:00:00Z');
  const FLOORS = { Version: 3, Floors: { '1h': [{ FromMs: 0, FloorMs: stands }] } };
  const asked = { beforeMs: nowMs - 90 * day, sizes: ['1h'] as const };
  const plan = await planPrune(control({ FLOORS }), web, asked, nowMs);
  expect(plan).toMatchObject({ asked: { '1h': at('2026-08-22T00:00:00Z') }, cutoffs: { '1h': stands }, rises: false });
  expect(plan.work.map(({ size, toMs }) => [size, toMs])).toEqual([['1h', stands]]);
  const nothing = await planPrune(control({}), web, { sizes: ['1h'] }, nowMs);
  expect(nothing).toMatchObject({ asked: {}, cutoffs: {}, rises: false, work: [] });
});

test('what a run replaced goes when its time is over, and the run can then no longer be taken back', async () => {
  const run = '20261101T060000Z-0a1b2c3d';
  const switchedMs = at('2026-11-10T00:00:00Z');
  const item: RunItem = {
    ...{ Kind: 'replay', Execution: 'arn', Phase: 'ended', StartedMs: 0, EndedMs: nowMs - 8 * day, Generation: 1 },
    ...{ Outcome: 'switched', First: { '1m': switchedMs }, Before: {} },
  };
  const TIMELINE = { Version: 1, LastGeneration: 1, Ranges: { '1m': [{ FromMs: switchedMs, Generation: 1 }] } };
  const plan = await planPrune(control({ TIMELINE, [`RUN#${run}`]: item }), web, {}, nowMs);
  expect(plan.noLongerUndoable).toEqual([run]);
  expect(plan.work).toContainEqual({ size: '1m', generation: 0, fromMs: switchedMs, exported: false });
  const recent = { ...item, EndedMs: nowMs - 6 * day };
  expect((await planPrune(control({ TIMELINE, [`RUN#${run}`]: recent }), web, {}, nowMs)).noLongerUndoable).toEqual([]);
});

test('where there is nothing to do, says so and no more', async () => {
  const FLOORS = { Version: 1, Floors: { '1m': [{ FromMs: 0, FloorMs: at('2026-11-06T00:00:00Z') }] } };
  const plan = await planPrune(control({ FLOORS }), web, {}, nowMs);
  const preview = {
    source: web,
    plan,
    tallies: [],
    estimate: pruneEstimate(web, plan, { tallies: [], series: 0 }, 13, nowMs),
    remarks: [],
  };
  expect(isNothing(preview)).toBe(true);
  expect(renderPreview(preview, 100)).toBe(
    'The prune of web would delete:\n  floors   stay at 1m before 2026-11-06\n  deletes  nothing\n',
  );
});

test('is shown with what it comes to', async () => {
  const plan = { ...(await planPrune(control({}), web, {}, nowMs)), effectiveMs: nowMs + 16 * 60_000 };
  const [expired] = plan.work;
  if (expired === undefined) throw new Error('something is expired');
  const tally: WorkTally = {
    size: '1m',
    generation: 0,
    exported: true,
    ranges: [expired],
    series: 12,
    buckets: 201_600,
    items: 806_400,
    bytes: 161_280_000,
    objects: 1680,
  };
  const tallies = [
    tally,
    { ...tally, generation: 3, exported: false, series: 0, buckets: 0, items: 0, bytes: 0, objects: 0 },
  ];
  const estimate = pruneEstimate(web, plan, { tallies, series: 12 }, 13, nowMs);
  // 806,400 deletions of a unit each, at 500 a second; the floors are to hold 16 minutes from now.
  expect(estimate).toMatchObject({ items: 806_400, writeUnits: 806_400, objects: 1680 });
  expect(estimate.durationMs).toBeGreaterThan((16 * 60 + 806_400 / 500) * 1000);
  expect(estimate.dollars).toBeGreaterThan(806_400 * 0.625e-6);
  const preview = { source: web, plan, tallies, estimate, remarks: ['of this and that'] };
  expect(renderPreview(preview, 100)).toMatchInlineSnapshot(`
    "The prune of web would delete:

      size  what     generation  series  buckets    items   bytes  objects
      ────  ───────  ──────────  ──────  ───────  ───────  ──────  ───────
      1m    expired           0      12  201,600  806,400  161 MB    1,680

      floors   raised to 1m before 2026-11-06, for good
      takes    about 47 min, 18 min of it until the floors hold for everybody, at 500 write units a
               second at most
      costs    about $0.62 (prices of us-east-1, November 2026); the table then costs about $0.04 less a
               month, the exports less than $0.01 more
      note     of this and that
    "
  `);
  expect(previewJson(preview)).toMatchObject({
    ...{ floors: { '1m': '2026-11-06T00:00:00Z' }, raisesFloors: true, items: 806_400 },
    deletes: [
      { what: 'expired', ranges: [{ to: '2026-11-06T00:00:00Z' }], series: 12 },
      { what: 'replaced', generation: 3 },
    ],
  });
  const three = [tally, { ...tally, size: 'w60' as const }, { ...tally, generation: 3, exported: false }];
  const all = {
    ...preview,
    tallies: three,
    estimate: pruneEstimate(web, plan, { tallies: three, series: 13 }, 13, nowMs),
  };
  expect(renderPreview(all, 100)).toMatch(/^ {2}all +13 +604,800 +2,419,200 +484 MB +5,040$/m);
});
