import type { DeployedSource } from '@tidemark/core/deployment';
import { describe, expect, test } from 'vitest';
import type { Peek } from '../aws/kinesis.ts';
import { statusJson } from './json.ts';
import { isBalanced, ledgerStatus } from './ledger.ts';
import { problemsOf } from './problems.ts';
import { completeThrough, shardStatus } from './shard.ts';
import type { SourceStatus } from './source.ts';
import { renderStatus } from './text.ts';

const nowMs = Date.parse('2026-11-20T06:30:00Z');
const minute = 60_000;
const checkpoint = {
  LastSequence: '001:7',
  ArrivalMs: nowMs - 2 * minute,
  PreviousArrivalMs: nowMs - 3 * minute,
  Received: 600,
};
const shard = (peek: Peek, more: object = {}) =>
  shardStatus({ shardId: 'shardId-0', checkpoint, peek, nowMs, stalledLagMs: 2 * minute, ...more });

describe('a shard', () => {
  test.each([
    ['empty', { kind: 'empty' }, { state: 'idle', lagMs: 0 }],
    ['read to its end', { kind: 'drained' }, { state: 'closed', lagMs: 0, ratePerSecond: 0 }],
    ['waiting a little', { kind: 'waiting', arrivalMs: nowMs - minute }, { state: 'counting', lagMs: minute }],
    ['waiting long', { kind: 'waiting', arrivalMs: nowMs - 5 * minute }, { state: 'stalled', lagMs: 5 * minute }],
    ['silent', { kind: 'unknown' }, { state: 'unknown', completeThroughMs: nowMs - 2 * minute }],
  ] as const)('%s', (_, peek, status) => {
    expect(shard(peek)).toMatchObject(status);
  });

  test('has a rate while its last batch is young', () => {
    expect(shard({ kind: 'empty' }).ratePerSecond).toBe(10);
    expect(shard({ kind: 'empty' }, { nowMs: nowMs + 10 * minute }).ratePerSecond).toBe(0);
    expect(
      shard({ kind: 'empty' }, { checkpoint: { ...checkpoint, PreviousArrivalMs: checkpoint.ArrivalMs } })
        .ratePerSecond,
    ).toBe(0);
    expect(shardStatus({ shardId: 's', peek: { kind: 'empty' }, nowMs, stalledLagMs: 0 })).toEqual({
      shardId: 's',
      state: 'idle',
      ratePerSecond: 0,
      lagMs: 0,
    });
  });

  test('that is idle or closed does not hold complete-through back, one that waits does', () => {
    const calm = [shard({ kind: 'empty' }), shard({ kind: 'drained' })];
    expect(completeThrough(calm, nowMs)).toBe(nowMs);
    const waiting = shard({ kind: 'waiting', arrivalMs: nowMs - 9 * minute });
    expect(completeThrough([...calm, waiting, shard({ kind: 'unknown' })], nowMs)).toBe(nowMs - 9 * minute);
  });
});

const figures = {
  Received: 12,
  Counted: 10,
  Quarantined: 2,
  Malformed: 1,
  TooOld: 1,
  TooNew: 0,
  OverCap: 3,
  Redelivered: 5,
};

test('the ledger adds up days and shards, and tells what does not balance', () => {
  const items = [
    { Item: 'LEDGER#count#2026-11-18#shardId-0', ...figures },
    { Item: 'LEDGER#count#2026-11-19#shardId-0', ...figures },
    { Item: 'LEDGER#count#2026-11-20#shardId-1', ...figures, Counted: 9 },
  ];
  const { total, recent, unbalanced } = ledgerStatus(items, '2026-11-19');
  expect([total.Received, recent.Received, recent.Quarantined]).toEqual([36, 24, 4]);
  expect(unbalanced).toEqual(['2026-11-20 shardId-1']);
  expect(isBalanced({ ...figures, Malformed: 2 })).toBe(false);
  expect(isBalanced(figures)).toBe(true);
});

const source: DeployedSource = {
  name: 'web',
  position: 0,
  stream: 'tidemark-web',
  streamArn: 'arn',
  seriesTable: 'series',
  controlTable: 'control',
  bucket: 'data',
  count: 'count-web',
  publish: 'publish-web',
  dashboard: 'web',
  buckets: ['1m', '1h'],
  event: { name: ['event_type'], time: ['utc_timestamp'] },
};
const quiet = { ...figures, Counted: 12, Quarantined: 0, Malformed: 0, TooOld: 0, OverCap: 0, Redelivered: 0 };
const enabled = { state: 'Enabled', parallelizationFactor: 1 };
const well: SourceStatus = {
  source,
  nowMs,
  shards: [shard({ kind: 'empty' }), { ...shard({ kind: 'drained' }), shardId: 'shardId-1' }],
  completeThroughMs: nowMs,
  ledger: { total: quiet, recent: quiet, unbalanced: [] },
  published: {
    Published: 12,
    Readings: 0,
    TooOld: 0,
    TooNew: 0,
    Removed: 0,
    Recounted: 0,
    Foreign: 0,
    PublishedTwice: 0,
    ChangedMs: nowMs,
  },
  series: { admitted: 6, cap: 500 },
  mappings: { count: [enabled], publish: [enabled] },
  automaticDistribution: false,
};

test('nothing is wrong', () => {
  expect(problemsOf(well)).toEqual([]);
});

test.each<[string, Partial<SourceStatus>, RegExp]>([
  [
    'no mapping',
    { mappings: { count: [], publish: [enabled] } },
    /counting has no event source mapping: nothing calls count-web/,
  ],
  [
    'a disabled mapping',
    { mappings: { count: [enabled], publish: [{ ...enabled, state: 'Disabled' }] } },
    /publishing is held.*publish-web is Disabled/,
  ],
  [
    'a failing function',
    { mappings: { count: [{ ...enabled, lastResult: 'PROBLEM: Function call failed' }], publish: [enabled] } },
    /counting fails: PROBLEM/,
  ],
  ['a factor', { mappings: { count: [{ ...enabled, parallelizationFactor: 2 }], publish: [enabled] } }, /factor of 2/],
  [
    'a stalled shard',
    { shards: [shard({ kind: 'waiting', arrivalMs: nowMs - 5 * minute })] },
    /shardId-0 is stalled.*waited for 5 min/,
  ],
  [
    'quarantined records',
    { ledger: { total: figures, recent: figures, unbalanced: [] } },
    /2 records were set aside.*s3:\/\/data\/quarantine\/web\//,
  ],
  ['a full catalogue', { series: { admitted: 500, cap: 500 } }, /cap of 500 series is reached/],
  [
    'a ledger that does not add up',
    { ledger: { total: quiet, recent: quiet, unbalanced: ['2026-11-20 shardId-0'] } },
    /2026-11-20 shardId-0 does not add up/,
  ],
  ['automatic distribution', { automaticDistribution: true }, /tidemark-web distributes records automatically/],
])('tells %s', (_, change, problem) => {
  const problems = problemsOf({ ...well, ...change });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
});

test('is shown to a reader', () => {
  expect(renderStatus(well)).toMatchInlineSnapshot(`
    "web: stream tidemark-web, 10/s
      complete through 2026-11-20T06:30:00Z (now)
      received 12 = counted 12 + quarantined 0 (malformed 0, too old 0, too new 0)
      over the series cap 0, redelivered 0, series 6 of 500
      published 12 to CloudWatch; not published: too old 0, too new 0

      shard      state            rate   lag  last counted arrival
      ─────────  ───────────────  ────  ────  ────────────────────
      shardId-0  idle             10/s  0 ms  2026-11-20T06:28:00Z
      shardId-1  closed, counted              2026-11-20T06:28:00Z
    "
  `);
});

test('is told to a program', () => {
  expect(statusJson(well, ['x'])).toMatchObject({
    source: 'web',
    completeThrough: '2026-11-20T06:30:00Z',
    shards: [{ state: 'idle', lagSeconds: 0 }, { state: 'closed' }],
    ledger: { received: 12, counted: 12 },
    problems: ['x'],
  });
});
