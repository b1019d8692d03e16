import type { DeployedSource } from '@tidemark/core/deployment';
import type { PruneReport } from '@tidemark/core/prune/report';
import type { PruneTally } from '@tidemark/core/prune/tally';
import type { RunItem } from '@tidemark/core/replay/run';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../replay/ending.ts';
import { renderEnding, verdictOf } from '../replay/ending-text.ts';
import { endedJson } from '../replay/json.ts';
import { renderRuns } from '../replay/list-text.ts';
import { renderProgress, tellProgress } from '../replay/progress-text.ts';
import type { FoundRun } from '../replay/runs.ts';
import type { RunView } from '../replay/view.ts';
import type { Target } from '../target.ts';
import type { Terminal } from '../terminal.ts';

const run = '20261120T033000Z-0a1b2c3d';
const startedMs = Date.parse('2026-11-20T03:30:00Z');
const minute = 60_000;
const web = { name: 'web', bucket: 'data' } as DeployedSource;
const target = { stage: 'dev', endpoint: 'http://127.0.0.1:4588', client: { maxAttempts: 1 } } as Target;
const terminal = (columns: number) => ({ columns, interactive: false }) as Terminal;
const tally = (Items: number): PruneTally => ({
  ...{ Items, Bytes: Items * 200, Buckets: Items / 2, Objects: 3, Replaced: 40, Again: 0, WriteUnits: Items },
  BySize: { '1m': { Items: Items - 50, Bytes: (Items - 50) * 200 }, w60: { Items: 50, Bytes: 10_000 } },
  BySlot: { '-1': { Items: 1, Bytes: 200 }, '4': { Items: Items - 1, Bytes: (Items - 1) * 200 } },
});
const prune: RunItem = {
  ...{ Kind: 'prune', Execution: 'arn', Phase: 'pruning', StartedMs: startedMs, Nightly: true },
  Cutoffs: { '1m': Date.parse('2026-11-06T00:00:00Z'), w60: Date.parse('2026-10-21T00:00:00Z') },
  ...{ EffectiveMs: startedMs + 16 * minute, SlotsTotal: 41 },
  Pruned: { '00': tally(12_000), '01': { ...tally(400), BySlot: { '9': { Items: 400, Bytes: 80_000 } } } },
};
const restore: RunItem = {
  ...{ Kind: 'restore', Execution: 'arn', Phase: 'restoring', StartedMs: startedMs, StartedBy: 'ada' },
  ...{ From: Date.parse('2026-08-01T09:00:00Z'), ToMs: Date.parse('2026-08-02T00:00:00Z'), Sizes: ['1m', 'w60'] },
  ...{ UntilMs: startedMs + 7 * 24 * 60 * minute, SlotsTotal: 41 },
  Restored: { '00': { Items: 1200, Bytes: 240_000, Standing: 3, Objects: 9, Missing: 2 } },
};
const ended = (item: RunItem, more: Partial<RunItem>): FoundRun => ({
  source: web,
  run,
  item: { ...item, Phase: 'ended', EndedMs: startedMs + 30 * minute, ...more },
});
const viewOf = (item: RunItem | undefined, nowMs: number): RunView => ({
  ...{ source: web, run, family: 'prune', positions: [], nowMs },
  execution: { arn: 'arn', status: 'RUNNING' },
  ...(item === undefined ? {} : { item }),
});

test('while the floors do not hold, says why it waits and until when', () => {
  const { Pruned: _, ...waiting } = { ...prune, Phase: 'waiting for the floor' as const };
  expect(renderProgress(viewOf(undefined, startedMs), 100)).toBe(`web: run ${run}\n  beginning`);
  expect(renderProgress(viewOf(waiting, startedMs + 4 * minute), 120)).toMatchInlineSnapshot(`
    "web: prune 20261120T033000Z-0a1b2c3d
      waiting for the floor, 4 min
      1m before 2026-11-06, windows of 60 s before 2026-10-21
      until 2026-11-20T03:46:00Z, in 12 min
      from then on no late event can bring a bucket back"
  `);
  expect(renderProgress(viewOf(waiting, startedMs + 17 * minute), 120)).toMatchInlineSnapshot(`
    "web: prune 20261120T033000Z-0a1b2c3d
      waiting for the floor, 17 min
      1m before 2026-11-06, windows of 60 s before 2026-10-21
      until what arrived before 2026-11-20T03:46:00Z is counted
      and no call that began before can write any more"
  `);
});

test('while it deletes, and while it restores, says how much', () => {
  expect(renderProgress(viewOf(prune, startedMs + 20 * minute), 100)).toMatchInlineSnapshot(`
    "web: prune 20261120T033000Z-0a1b2c3d
      pruning, 20 min
      1m before 2026-11-06, windows of 60 s before 2026-10-21
      12,400 items (2.5 MB) deleted, of 3 of the 41 series; exported to 6 objects"
  `);
  expect(tellProgress(viewOf(prune, startedMs + 20 * minute))).toMatch(/: pruning, 20 min; .*12,400 items .* deleted/);
  expect(renderProgress(viewOf(restore, startedMs + minute), 100)).toMatchInlineSnapshot(`
    "web: restore 20261120T033000Z-0a1b2c3d
      restoring, 1 min
      brought back 1,200 items (240 KB) of 9 objects; 3 stood there already"
  `);
});

test('a prune that has ended says what it deleted, where that is, and how it comes back', () => {
  const found = ended(prune, { Outcome: 'pruned', ReportKey: `prune/web/reports/${run}.json`, Reason: 'too much' });
  expect(exitCodeOf(found)).toBe(0);
  const series = [
    { name: 'page view', items: 11_999, bytes: 2_399_800 },
    { name: '$other', items: 1, bytes: 200 },
  ];
  const ending = { prune: { series, sweptGenerations: [2] } as unknown as PruneReport };
  expect(renderEnding(found, ending, target, terminal(100))).toMatchInlineSnapshot(`
    "web: prune 20261120T033000Z-0a1b2c3d: pruned
      reason: too much
      started by the schedule
      1m before 2026-11-06
      windows of 60 s before 2026-10-21
      deleted 12,400 items (2.5 MB) of 6,200 buckets and windows in 3 series, with 12,400 write units
      exported to 6 objects
      80 items were of generations that nobody reads any more: not exported
      took 30 min, ended 2026-11-20T04:00:00Z

      size              items   bytes
      ───────────────  ──────  ──────
      1m               12,300  2.5 MB
      windows of 60 s     100   20 KB

      series      items      bytes
      ─────────  ──────  ─────────
      page view  11,999     2.4 MB
      $other          1  200 bytes

      Nothing is left of generation 2.
      Report: s3://data/prune/web/reports/20261120T033000Z-0a1b2c3d.json
      Exports: s3://data/prune/web/counts/
      Bring back: tidemark --local prune restore --source web --from TIME --to 2026-11-06T00:00:00Z
    "
  `);
  for (const line of renderEnding(found, {}, target, terminal(70)).split('\n'))
    if (!/tidemark|s3:/.test(line)) expect(line.length).toBeLessThanOrEqual(70);
  expect(endedJson(found, ending)).toMatchObject({
    ...{ series, sweptGenerations: [2] },
    ...{ kind: 'prune', outcome: 'pruned', nightly: true, seriesTotal: 41 },
    floors: { '1m': '2026-11-06T00:00:00Z', w60: '2026-10-21T00:00:00Z' },
    pruned: { items: 12_400, series: 3, objects: 6, notExported: 80, cameBack: 0, bySize: { w60: { items: 100 } } },
  });
});

test('a restore that has ended says what it brought back, and for how long', () => {
  const found = ended(restore, { Outcome: 'restored' });
  expect(exitCodeOf(found)).toBe(0);
  expect(renderEnding(found, {}, target, terminal(100))).toMatchInlineSnapshot(`
    "web: restore 20261120T033000Z-0a1b2c3d: restored
      1m, windows of 60 s from 2026-08-01T09:00:00Z to 2026-08-02T00:00:00Z
      brought back 1,200 items (240 KB) of 9 objects; 3 items stood there, and stayed as they are
      open to readers until 2026-11-27T03:30:00Z at least: the first prune after that deletes it again
      took 30 min, ended 2026-11-20T04:00:00Z
    "
  `);
  expect(endedJson(found, {})).toMatchObject({
    ...{ kind: 'restore', from: '2026-08-01T09:00:00Z', to: '2026-08-02T00:00:00Z', until: '2026-11-27T03:30:00Z' },
    restored: { items: 1200, stood: 3, objects: 9, missingDays: 2 },
  });
});

test.each([
  [prune, 'failed', 'failed: what was deleted is in its exports; the floors stay, and the next prune goes on'],
  [
    { ...prune, Pruned: {} },
    'cancelled',
    'cancelled: nothing was deleted; the floors stay, and the next prune goes on',
  ],
  [{ ...prune, Pruned: {}, Cutoffs: {} }, 'aborted', 'given up: nothing was deleted'],
  [{ ...prune, Pruned: {} }, 'pruned', 'pruned: there was nothing to delete'],
  [restore, 'failed', 'failed: readers do not see what was brought back; restore again to go on'],
] as const)('of a run that ended early says how things stand (%#)', (item, Outcome, verdict) => {
  expect(verdictOf({ ...item, Outcome })).toBe(verdict);
  expect(exitCodeOf({ item: { ...item, Outcome } })).toBe(Outcome === 'pruned' ? 0 : 1);
});

test('a run that failed names its heading of the runbook, and how to go on', () => {
  const message = 'ExportDamaged: prune/web/counts/size=1m/day=2026-08-01/x.jsonl.gz is not what was written';
  const text = renderEnding(ended(restore, { Outcome: 'failed', Error: message }), {}, target, terminal(120));
  expect(text).toContain('see docs/operating/runbook.md, "Prune: ExportDamaged"');
  expect(text).toContain(
    'tidemark --local prune restore --source web --from 2026-08-01T09:00:00Z --to 2026-08-02T00:00:00Z --bucket 1m --bucket window',
  );
});

test('a prune that failed is started again as it was', () => {
  const asked = { BeforeMs: startedMs - 90 * 24 * 60 * minute, Sizes: ['1m'] as const };
  const text = renderEnding(ended(prune, { Outcome: 'failed', ...asked }), {}, target, terminal(120));
  expect(text).toContain('Go on: tidemark --local prune --source web --older-than 90d --bucket 1m\n');
});

test('a list of prunes and restores', () => {
  const runs = [ended(prune, { Outcome: 'pruned' }), { source: web, run, item: restore }];
  expect(renderRuns(runs, 'prune', startedMs + 30 * minute, 200)).toMatchInlineSnapshot(`
    "run                        source  kind     outcome     items    size  what                                                     by          took
    ─────────────────────────  ──────  ───────  ─────────  ──────  ──────  ───────────────────────────────────────────────────────  ────────  ──────
    20261120T033000Z-0a1b2c3d  web     prune    pruned     12,400  2.5 MB  1m before 2026-11-06, windows of 60 s before 2026-10-21  schedule  30 min
    20261120T033000Z-0a1b2c3d  web     restore  restoring   1,200  240 KB  2026-08-01T09:00:00Z to 2026-08-02T00:00:00Z             ada       30 min
    "
  `);
  expect(renderRuns(runs, 'prune', startedMs + 30 * minute, 70)).toMatchInlineSnapshot(`
    "run                        source  kind     outcome     items    size
    ─────────────────────────  ──────  ───────  ─────────  ──────  ──────
    20261120T033000Z-0a1b2c3d  web     prune    pruned     12,400  2.5 MB
    20261120T033000Z-0a1b2c3d  web     restore  restoring   1,200  240 KB
    "
  `);
});

test('a replay whose predecessor is pruned can no longer be taken back, and says so', () => {
  const replay: RunItem = {
    ...{ Kind: 'replay', Execution: 'arn', Phase: 'ended', StartedMs: startedMs, EndedMs: startedMs, From: 0 },
    ...{ Outcome: 'switched', Generation: 3, UndoPrunedBy: '20261129T033000Z-0a1b2c3d' },
  };
  const text = renderEnding({ source: web, run, item: replay }, {}, target, terminal(120));
  expect(text).toContain('was deleted by prune 20261129T033000Z-0a1b2c3d: it can no longer be taken back');
  expect(text).not.toContain('replay undo');
});
