import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Terminal } from '@tidemark/ops-cli/terminal';
import type { Said } from '@tidemark/ops-cli/unattended';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../command.ts';
import { type Stack, startStack } from '../exactness/stack.ts';

/*
 * What an operator does with prunes and restores, from the command line to the tables, the exports and back. One course, whose steps build on each
 * other.
 */

const courseMsMax = 300_000;
const dayMs = 86_400_000;
const minuteMs = 60_000;
let stack: Stack;
let startMs: number;
let replay: Promise<{ readonly said: { readonly run: string; readonly outcome: string } }>;

beforeAll(async () => {
  const event = { name: 'event_type', time: 'utc_timestamp' };
  const counted = { event, stream: { shards: 1 }, count: { batchWindowSeconds: 0 } };
  stack = await startStack({
    sources: {
      web: { ...counted, buckets: ['1m', '1h'], retention: { '1m': '14d' } },
      plain: { ...counted, buckets: ['1h'] },
    },
    prune: { keepReplaced: '1d' },
  });
  startMs = stack.engine.clock.now();
  // A run waits for minutes, and its functions take no time to speak of.
  stack.engine.clock.scale(60);
  await produce('web', [100, 95, 20, 1]);
  await produce('plain', [0]);
}, courseMsMax);

afterAll(async () => {
  await stack?.stop();
});

const polling = { timeout: courseMsMax, interval: 300 };

async function tidemark(...argv: string[]): Promise<Said> {
  return run({}, ...argv);
}

async function run(more: Partial<Terminal>, ...argv: string[]): Promise<Said> {
  return runCommand(stack.engine, argv, more);
}

/** The one JSON document on standard output. */
async function json(...argv: string[]) {
  const { exitCode, out } = await tidemark(...argv, '--json');
  return { exitCode, said: JSON.parse(out) };
}

const names = ['page view', 'click'];
const eventsOfDay = 10;

/** Puts five minutes of two series on the stream, so many days ago each. */
async function produce(source: string, daysAgo: readonly number[]): Promise<void> {
  const file = join(tmpdir(), `tidemark-prune-${process.pid}.jsonl`);
  const events = daysAgo.flatMap((days) =>
    names.flatMap((event_type) =>
      [0, 1, 2, 3, 4].map((at) => ({ event_type, utc_timestamp: instant(startMs - days * dayMs + at * minuteMs) })),
    ),
  );
  await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const { exitCode, error } = await tidemark('produce', '--source', source, '--file', file);
  await rm(file);
  expect([exitCode, error]).toEqual([0, '']);
}

function instant(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

async function ledger(source: string) {
  return (await json('status', '--source', source)).said.sources[0].ledger;
}

async function received(source: string): Promise<number> {
  return (await ledger(source)).received;
}

async function counters(...more: string[]) {
  return (await json('counters', '--source', 'web', '--bucket', '1m', ...more)).said;
}

const pruned90d = ['prune', '--source', 'web', '--older-than', '90d'];
let before: { readonly rows: readonly { readonly bucket: string }[] };
let preview: { readonly items: number; readonly objects: number; readonly bytes: number };

test('a preview says what goes, and changes nothing', { timeout: courseMsMax }, async () => {
  await expect.poll(() => received('plain'), polling).toBe(eventsOfDay);
  // Beside all the rest: what it replaces is to be pruned at last.
  replay = json('replay', 'start', '--source', 'plain', '--from', 'trim-horizon', '--force', '--yes');
  await expect.poll(() => received('web'), polling).toBe(4 * eventsOfDay);
  before = await counters();
  expect((await tidemark('prune', 'list')).error).toBe('There was no run yet.\n');
  const { exitCode, said } = await json(...pruned90d, '--dry-run');
  // Two days of two series: of each five minutes and an hour.
  expect(said).toMatchObject({ dryRun: true, raisesFloors: true, series: 2, items: 24, buckets: 24, objects: 8 });
  expect(said.deletes.map(({ size, what, series }: Record<string, unknown>) => [size, what, series])).toEqual([
    ['1m', 'expired', 2],
    ['1h', 'expired', 2],
  ]);
  preview = said;
  expect(exitCode).toBe(0);
  // The configured retention is of minutes alone, and reaches further.
  expect((await json('prune', '--dry-run')).said).toMatchObject({ items: 30, deletes: [{ size: '1m' }] });
  const none = await tidemark('prune', '--source', 'plain', '--dry-run');
  expect([none.exitCode, none.error]).toEqual([1, expect.stringContaining("retention: { '1h': '90d' }")]);
  expect(await run({ ask: async () => 'no' }, ...pruned90d)).toMatchObject({ exitCode: 1, out: '' });
  expect((await tidemark('prune', 'list')).error).toBe('There was no run yet.\n');
  expect(await counters()).toEqual(before);
});

test('a prune deletes just that; whoever leaves it finds it again', { timeout: courseMsMax }, async () => {
  const leaving = new AbortController();
  const left = await run(
    {
      interruption: () => leaving.signal,
      ask: async () => 'y',
      note: (text) => {
        if (text.startsWith('web: prune ')) leaving.abort();
      },
    },
    ...[...pruned90d, '--json', '--reason', 'tried'],
  );
  expect(left.exitCode).toBe(130);
  const { run: id, interrupted } = JSON.parse(left.out);
  expect(interrupted).toBe(true);
  const shown = await tidemark('prune', 'status');
  expect(shown.out).toMatch(new RegExp(`^web: prune ${id}\n {2}waiting for the floor`));
  // Readers no longer see it, though it is there still.
  const kept = await counters();
  expect(kept.rows).toEqual(before.rows.filter(({ bucket }) => bucket >= kept.prunedBefore));
  expect((await counters('--from', '90d')).prunedBefore).toBeUndefined();
  const locked = await tidemark(...pruned90d, '--yes');
  expect([locked.exitCode, locked.error]).toEqual([1, expect.stringContaining(`tidemark --local prune cancel ${id}`)]);
  const followed = await json('prune', 'status', id, '--follow');
  expect(followed.exitCode).toBe(0);
  expect(followed.said).toMatchObject({ kind: 'prune', outcome: 'pruned', reason: 'tried' });
  const { pruned, series } = followed.said;
  expect(pruned).toMatchObject({ items: preview.items, buckets: 24, series: 2, objects: preview.objects });
  expect(Math.abs(preview.bytes - pruned.bytes)).toBeLessThan(8 * 4096);
  expect(series.map(({ name }: { name: string }) => name).sort()).toEqual([...names].sort());
  expect((await json(...pruned90d, '--dry-run')).said).toMatchObject({ items: 0, raisesFloors: false });
  expect((await tidemark(...pruned90d, '--yes')).error).toContain('There is nothing to prune.');
  expect(await counters()).toEqual(kept);
});

test('what lies below the floors is told, and neither counted nor rebuilt', { timeout: courseMsMax }, async () => {
  const kept = await counters();
  await produce('web', [100]);
  await expect.poll(() => received('web'), polling).toBe(5 * eventsOfDay);
  expect(await ledger('web')).toMatchObject({ tooOld: eventsOfDay, counted: 4 * eventsOfDay });
  expect(await counters()).toEqual(kept);
  const { error } = await tidemark('counters', '--source', 'web', '--bucket', '1m', '--to', '95d');
  expect(error).toBe(
    `Nothing of that is there.\nPruned before ${kept.prunedBefore}; \`tidemark --local prune restore\` brings it back.\n`,
  );
  const below = await tidemark('replay', 'start', '--source', 'web', '--from', '100d', '--yes');
  expect([below.exitCode, below.error]).toEqual([
    1,
    expect.stringContaining(`1m is pruned before ${kept.prunedBefore}`),
  ]);
});

test('a restore opens it again to readers, and to nobody else', { timeout: courseMsMax }, async () => {
  const [from, to] = [instant(startMs - 101 * dayMs), instant(startMs - 99 * dayMs).slice(0, 16)];
  const range = ['--source', 'web', '--from', from, '--to', to];
  const recent = await tidemark('prune', 'restore', '--source', 'web', '--from', '80d', '--to', '70d', '--yes');
  expect([recent.exitCode, recent.error]).toEqual([1, expect.stringContaining('that range was not pruned')]);
  const { exitCode, out, error } = await tidemark(
    'prune',
    'restore',
    ...range,
    '--bucket',
    '1m',
    '--for',
    '3d',
    '--yes',
  );
  expect(error).toMatch(/1m +\S+ +\S+ +1 of 3 +2 +2 /);
  expect(out).toMatch(/^web: restore \S+: restored\n.*\n {2}brought back 10 items .* of 2 objects$/m);
  expect(exitCode).toBe(0);
  const open = await counters();
  expect(open.rows).toEqual(before.rows.filter(({ bucket }) => bucket >= open.prunedBefore || bucket < to));
  expect(open.restored).toMatchObject([{ from, to: `${to}:00Z` }]);
  const shown = await tidemark('status', '--source', 'web');
  expect(shown.out).toContain(`restored 1m from ${from} to ${to}:00Z, kept until`);
});

test('a run is cancelled; lists keep to their own', { timeout: courseMsMax }, async () => {
  const { said } = await json('prune', '--source', 'web', '--older-than', '2w', '--bucket', '1h', '--yes', '--detach');
  expect(said.estimate).toMatchObject({ raisesFloors: true, deletes: [{ size: '1h', items: 2 }] });
  const prepared = () => json('prune', 'status', said.run).then((each) => each.said.phase);
  await expect.poll(prepared, polling).toBe('waiting for the floor');
  const cancelled = await tidemark('prune', 'cancel', said.run, '--yes');
  expect(cancelled.exitCode).toBe(0);
  expect(cancelled.out).toMatch(/cancelled: nothing was deleted; the floors stay, and the next\s+prune goes on/);
  const outcomes = (await json('prune', 'list')).said.runs.map((each: Record<string, unknown>) => [
    each.kind,
    each.outcome,
  ]);
  expect(outcomes).toEqual([
    ['prune', 'cancelled'],
    ['restore', 'restored'],
    ['prune', 'pruned'],
  ]);
  expect((await tidemark('replay', 'list', '--source', 'web')).error).toBe('There was no run yet.\n');
  const undone = await tidemark('replay', 'undo', said.run, '--yes');
  expect([undone.exitCode, undone.error]).toEqual([1, expect.stringContaining('which no undo takes back')]);
});

test('a replay whose predecessor was pruned can no longer be taken back', { timeout: courseMsMax }, async () => {
  const { run: replayed, outcome } = (await replay).said;
  expect(outcome).toBe('switched');
  stack.engine.clock.advance(dayMs + minuteMs);
  const preview = await tidemark('prune', '--source', 'plain', '--older-than', '30d', '--dry-run');
  expect(preview.out).toContain(replayed);
  expect(preview.out).toMatch(/1h +replaced +0 +2 +2 +2 /);
  const { said } = await json('prune', '--source', 'plain', '--older-than', '30d', '--yes', '--detach');
  const phase = () => json('prune', 'status', said.run).then((each) => each.said.phase);
  await expect.poll(phase, polling).toBe('waiting for the floor');
  // Nothing else goes on that would be left behind.
  stack.engine.clock.advance(18 * minuteMs);
  const { exitCode, out } = await tidemark('prune', 'status', said.run, '--follow');
  expect(out).toMatch(/2 items were of generations that nobody reads any more: not exported/);
  expect(exitCode).toBe(0);
  const undone = await tidemark('replay', 'undo', replayed, '--yes');
  expect([undone.exitCode, undone.error]).toEqual([
    1,
    expect.stringMatching(/was deleted by prune \S+, started \S+: it can/),
  ]);
  expect(stack.engineErrors).toEqual([]);
});
