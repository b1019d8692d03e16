import type { DeployedSource } from '@tidemark/core/deployment';
import type { RunItem } from '@tidemark/core/replay/run';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { renderProgress, tellProgress } from './progress-text.ts';
import type { ShardPosition } from './shards.ts';
import { type RunView, stateOf } from './view.ts';

const startedMs = Date.parse('2026-11-20T06:00:00Z');
const minute = 60_000;
const run = '20261120T060000Z-0a1b2c3d';
const item: RunItem = {
  ...{
    Kind: 'replay',
    Generation: 3,
    From: 'trim-horizon',
    StartedMs: startedMs,
    Execution: 'arn',
    Phase: 'recounting',
  },
  FirstMs: Date.parse('2026-11-19T08:00:00Z'),
};
const execution = { arn: 'arn', status: 'RUNNING' } as const;
const position = (shard: number, behindMs: number): ShardPosition => ({
  shardId: `shardId-${String(shard).padStart(12, '0')}`,
  recount: { fromMs: startedMs - 180 * minute, atMs: startedMs - behindMs },
  liveMs: startedMs,
  behindMs,
});
const positions: readonly ShardPosition[] = [
  position(0, 45 * minute),
  position(1, 0),
  { shardId: 'shardId-000000000002', liveMs: startedMs },
  { shardId: 'shardId-000000000003' },
];
const view: RunView = {
  ...{ source: { name: 'web' } as DeployedSource, run, item, execution, positions, family: 'replay' },
  nowMs: startedMs + 200_000,
};

test('shows each shard, with a bar where there is room', () => {
  expect(renderProgress(view, 80)).toMatchInlineSnapshot(`
    "web: replay 20261120T060000Z-0a1b2c3d
      recounting, 3 min 20 s
      buckets from 2026-11-19T08:00:00Z on
      shardId-000000000000  2026-11-20T05:15:00Z  45 min behind  ██████████████░░░░░
      shardId-000000000001  2026-11-20T06:00:00Z          level  ███████████████████
      shardId-000000000002  not begun                            ░░░░░░░░░░░░░░░░░░░
      shardId-000000000003  no record yet                        ░░░░░░░░░░░░░░░░░░░"
  `);
  expect(renderProgress(view, 60)).toMatchInlineSnapshot(`
    "web: replay 20261120T060000Z-0a1b2c3d
      recounting, 3 min 20 s
      buckets from 2026-11-19T08:00:00Z on
      shardId-000000000000  2026-11-20T05:15:00Z  45 min behind
      shardId-000000000001  2026-11-20T06:00:00Z          level
      shardId-000000000002  not begun
      shardId-000000000003  no record yet"
  `);
});

test('of many shards shows those that are waited for longest', () => {
  const many = Array.from({ length: 40 }, (_, at) => position(at, at * minute));
  const lines = renderProgress({ ...view, positions: many }, 100).split('\n');
  expect(lines).toHaveLength(12);
  expect(lines[3]).toContain('shardId-000000000032');
  expect(lines.at(-1)).toBe('  and 32 more, furthest behind by 39 min');
});

test.each([60, 80, 120])('no line is wider than %i columns', (columns) => {
  const long = { ...view, source: { name: 'a'.repeat(60) } as DeployedSource };
  for (const line of renderProgress(long, columns).split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
});

test('tells what was compared, and how long counting has been held', () => {
  const Compared = { Equal: 12_300, Different: 45, Undecided: 1, UndecidedClosed: 0 };
  const HeldFromMs = startedMs + 180_000;
  const held: RunView = { ...view, positions: [], item: { ...item, Phase: 'holding', Compared, HeldFromMs } };
  expect(tellProgress(held)).toBe(
    `web: replay ${run}: holding, 3 min 20 s; compared 12,346: 12,300 equal, 45 different, 1 undecided; counting is held for 20 s`,
  );
  const released = {
    ...held,
    item: { ...item, Phase: 'correcting', HeldFromMs, HeldUntilMs: HeldFromMs + 7_000 },
  } as const;
  expect(tellProgress(released)).toMatch(/; counting was held for 7 s$/);
  expect(tellProgress(view)).toMatch(/; buckets from 2026-11-19T08:00:00Z on; 4 shards, 1 not begun$/);
});

test('a run whose execution ended is not over before somebody has cleaned up', () => {
  const { item: _, ...unprepared } = view;
  expect(stateOf(unprepared)).toBe('running');
  expect(renderProgress(unprepared, 80)).toBe(
    `web: run ${run}\n  beginning\n${renderProgress(view, 80).split('\n').slice(3).join('\n')}`,
  );
  const failed = { arn: 'arn', status: 'FAILED' } as const;
  expect(stateOf({ execution: failed })).toBe('refused');
  expect(stateOf({ execution: failed, item })).toBe('stopped');
  expect(renderProgress({ ...view, execution: failed }, 100)).toContain('stopped; what it left is being cleaned up');
  expect(stateOf({ execution: failed, item: { ...item, Outcome: 'failed' } })).toBe('ended');
  // Its execution goes on for a moment when it has written how it ended.
  expect(stateOf({ execution, item: { ...item, Outcome: 'switched' } })).toBe('running');
  // Step Functions forgets executions; runs are kept.
  expect(stateOf({ item: { ...item, Outcome: 'switched' } })).toBe('ended');
});
