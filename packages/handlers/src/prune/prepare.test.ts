import { afterAll, beforeAll, expect, test } from 'vitest';
import { PruneStage } from '../../test/prune-stage.ts';
import { dayMs, hourMs, midnightMs } from '../../test/rows.ts';

/** An invocation of counting, and what it remembers. */
const effectiveAfterMs = 16 * 60_000;

let stage: PruneStage;
beforeAll(async () => {
  stage = await PruneStage.start();
});
afterAll(() => stage?.stop());

test('the floors of all sizes that have a retention rise to whole days, once, from a moment when everybody knows', async () => {
  const pruned = await stage.makeSource([]);
  const nowMs = Date.now();
  const { waitSeconds } = await pruned.prepare({ startedBy: 'somebody', reason: 'tried' });
  const Cutoffs = { '1m': midnightMs - 14 * dayMs, '1h': midnightMs - 90 * dayMs, w60: midnightMs - 30 * dayMs };
  const { EffectiveMs = 0, ...item } = await pruned.runItem();
  expect(item).toMatchObject({ Kind: 'prune', Cutoffs, StartedBy: 'somebody', Reason: 'tried' });
  expect(EffectiveMs).toBeGreaterThanOrEqual(nowMs + effectiveAfterMs);
  expect(waitSeconds).toBeGreaterThan(900);
  const floors = await pruned.floors();
  expect(floors).toEqual({
    Version: 1,
    Floors: Object.fromEntries(
      Object.entries(Cutoffs).map(([size, FloorMs]) => [size, [{ FromMs: EffectiveMs, FloorMs }]]),
    ),
  });
  await pruned.prepareAgain();
  expect(await pruned.floors()).toEqual(floors);
  expect(await pruned.runItem()).toEqual({ ...item, EffectiveMs });
});

test('a run works by the floors that it finds as well, and one that is restricted by no other', async () => {
  const pruned = await stage.makeSource([]);
  pruned.settings = { ...pruned.settings, retentionMs: { '1m': 14 * dayMs } };
  const over = { FromMs: 5000, ToMs: 6000, UntilMs: Date.now() - 1, Run: 'old' };
  const open = { ...over, FromMs: 7000, ToMs: 8000, UntilMs: Date.now() + hourMs };
  const found = { '1h': [{ FromMs: 1000, FloorMs: midnightMs - 50 * dayMs }] };
  await pruned.deployment.putControl('FLOORS', {
    Version: 4,
    Floors: found,
    Restored: { '1h': [over, open], w60: [over] },
  });
  await pruned.prepare({ sizes: ['1h'], beforeMs: midnightMs - 60 * dayMs + hourMs });
  expect(await pruned.runItem()).toMatchObject({
    Cutoffs: { '1h': midnightMs - 50 * dayMs },
    EffectiveMs: 1000,
    Sizes: ['1h'],
  });
  expect(await pruned.floors()).toEqual({ Version: 5, Floors: found, Restored: { '1h': [open], w60: [over] } });
  await pruned.step('finish', { outcome: 'failed' });

  expect(await pruned.prepare({ nightly: true })).toMatchObject({ waitSeconds: expect.any(Number) });
  const Cutoffs = { '1m': midnightMs - 14 * dayMs, '1h': midnightMs - 50 * dayMs };
  expect(await pruned.runItem()).toMatchObject({ Cutoffs, Nightly: true });
  expect((await pruned.floors()).Restored).toEqual({ '1h': [open] });
});

test('readers get the time to see what was closed, where the floors themselves are in force already', async () => {
  const pruned = await stage.makeSource([]);
  await pruned.putFloors({ '1m': midnightMs - 14 * dayMs });
  expect(await pruned.prepare({ sizes: ['1m'] })).toEqual({ waitSeconds: 65 });
});

test.each([
  ['NothingToPrune', 'of sizes without a retention', { sizes: ['w60'] }],
  ['BadCall', 'of the last day', { beforeMs: Date.now() - dayMs + hourMs }],
  ['BadCall', 'of no size', { sizes: [] }],
] as const)('%s: a prune %s touches nothing', async (name, _, request) => {
  const pruned = await stage.makeSource([]);
  pruned.settings = { ...pruned.settings, retentionMs: { '1m': 14 * dayMs } };
  const before = await pruned.deployment.control();
  await expect(pruned.prepare(request)).rejects.toMatchObject({ name });
  expect(await pruned.deployment.control()).toEqual(before);
});

test('a run that has ended is not begun again', async () => {
  const pruned = await stage.makeSource([]);
  await pruned.prepare();
  expect(await pruned.step('finish', { outcome: 'cancelled' })).toMatchObject({ outcome: 'cancelled' });
  await expect(pruned.prepareAgain()).rejects.toMatchObject({ name: 'Aborted' });
  expect(await pruned.step('finish', { outcome: 'failed' })).toMatchObject({ outcome: 'cancelled' });
});

test('an abort waits for what may still be on its way: nothing where the step itself has said that it failed', async () => {
  const pruned = await stage.makeSource([]);
  await pruned.prepare();
  const stalled = { error: { name: 'Stalled', cause: 'nothing moves' } };
  const late = { error: { name: 'States.Timeout', cause: 'no answer' } };
  expect(await pruned.step('abort', stalled)).toEqual({ aborted: true, waitSeconds: 0 });
  await expect(pruned.step('plan')).rejects.toMatchObject({ name: 'Aborted' });
  expect(await pruned.runItem()).toMatchObject({ Phase: 'cleaning up', Error: 'Stalled: nothing moves' });
  expect(await pruned.step('abort', late)).toEqual({ aborted: true, waitSeconds: 120 });
  await pruned.step('finish', { outcome: 'failed', error: stalled.error });
  expect(await pruned.step('abort', late)).toEqual({ aborted: false, waitSeconds: 0 });

  await pruned.prepare();
  await pruned.step('plan');
  expect(await pruned.step('abort', { error: { name: 'ExportDamaged', cause: 'one of four children' } })).toEqual({
    aborted: true,
    waitSeconds: 120,
  });
});

test('before anything goes, runs are told that they can be undone no more', async () => {
  const pruned = await stage.makeSource([]);
  const run = { Kind: 'replay', StartedMs: 1, Execution: 'x', Phase: 'ended', Outcome: 'switched', Before: {} };
  const First = { '1m': midnightMs - 3 * dayMs };
  const ends = { old: Date.now() - 8 * dayMs, young: Date.now() - 6 * dayMs };
  await pruned.putTimeline({ '1m': [{ FromMs: First['1m'], Generation: 2 }] });
  await pruned.deployment.putControl('RUN#old', { ...run, Generation: 1, First, EndedMs: ends.old });
  await pruned.prepare({ sizes: ['1m'] });
  await pruned.step('plan');
  expect(await pruned.runItem('old')).toMatchObject({ UndoPrunedBy: pruned.run });
  const { Work } = await pruned.runItem();
  expect(Work).toContainEqual({ size: '1m', generation: 0, fromMs: First['1m'], exported: false });
  await pruned.step('finish', { outcome: 'failed' });

  // As long as the younger of two may be undone, it needs what both have replaced.
  await pruned.deployment.putControl('RUN#old', { ...run, Generation: 1, First, EndedMs: ends.old });
  await pruned.deployment.putControl('RUN#young', { ...run, Generation: 2, First, EndedMs: ends.young });
  await pruned.prepare({ sizes: ['1m'] });
  await pruned.step('plan');
  expect(await pruned.runItem('old')).not.toHaveProperty('UndoPrunedBy');
  expect(await pruned.runItem('young')).not.toHaveProperty('UndoPrunedBy');
});
