import { floorsOf } from '@tidemark/core/control/floors';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { ShardStatus } from '@tidemark/core/health/shard';
import type { RunLock } from '@tidemark/core/replay/lock';
import { expect, test } from 'vitest';
import { archiverOf, type ConsumerStatus, consumersOf, type ReaderStatus } from './consumer.ts';
import { statusJson } from './json.ts';
import { problemsOf } from './problems.ts';
import type { SourceStatus } from './source.ts';
import { renderStatus } from './text.ts';

const nowMs = Date.parse('2026-11-20T06:30:00Z');
const minute = 60_000;
const quiet = {
  ...{ Received: 12, Counted: 12, Quarantined: 0, Malformed: 0, TooOld: 0, TooNew: 0, OverCap: 0, Redelivered: 0 },
};
const some = { ...quiet, Counted: 10, Quarantined: 2, Malformed: 1, TooOld: 1, OverCap: 3 };
const enabled = { state: 'Enabled', parallelizationFactor: 1 };
const tumbling = { ...enabled, tumblingWindowSeconds: 60 };
const shard = (shardId: string, changes: Partial<ShardStatus> = {}): ShardStatus => ({
  ...{ shardId, state: 'idle', ratePerSecond: 10, lagMs: 0, lastArrivalMs: nowMs - 2 * minute },
  ...changes,
});
const stalled = shard('shardId-0', { state: 'stalled', lagMs: 5 * minute });

const web: DeployedSource = {
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
const { count: _, ...uncounted } = web;
const rides: DeployedSource = { ...uncounted, buckets: [], window: { seconds: 60, function: 'window-web' } };
const both: DeployedSource = { ...rides, count: 'count-web', buckets: ['1m'] };

const counting: ConsumerStatus = {
  ...{ consumer: 'count', function: 'count-web', restMsMax: 0, mappings: [enabled] },
  shards: [shard('shardId-0'), shard('shardId-1', { state: 'closed', ratePerSecond: 0 })],
  completeThroughMs: nowMs,
  lookedMs: nowMs,
  ledger: { total: quiet, recent: quiet, unbalanced: [] },
  ledgerItems: [{ Item: 'LEDGER#count#2026-11-20#shardId-0', LastSequence: '001:7', ...quiet }],
};
const windows: ConsumerStatus = {
  ...counting,
  ...{ consumer: 'window', function: 'window-web', restMsMax: 180_000, mappings: [tumbling] },
  shards: [shard('shardId-0', { state: 'counting', lagMs: 70_000, completeThroughMs: nowMs - 70_000 })],
  completeThroughMs: nowMs - 70_000,
  ledgerItems: [{ Item: 'LEDGER#window#2026-11-20#shardId-0', LastSequence: '001:7', ...quiet }],
};
const archiving: ReaderStatus = {
  ...{ consumer: 'archive', function: 'archive-web', restMsMax: 0, mappings: [enabled] },
  shards: [shard('shardId-0', { state: 'counting', lagMs: 4 * minute, completeThroughMs: nowMs - 4 * minute })],
  completeThroughMs: nowMs - 4 * minute,
  lookedMs: nowMs,
};
const published = {
  ...{
    Published: 12,
    Readings: 0,
    TooOld: 0,
    TooNew: 0,
    Pruned: 0,
    Removed: 0,
    Recounted: 0,
    Foreign: 0,
    PublishedTwice: 0,
  },
  ChangedMs: nowMs,
};
const well: SourceStatus = {
  source: web,
  nowMs,
  consumers: [counting],
  published,
  series: { admitted: 6, cap: 500 },
  floors: floorsOf(undefined),
  publish: [enabled],
  automaticDistribution: false,
};
const wellOfBoth = { ...well, source: both, consumers: [counting, windows], published: { ...published, Readings: 11 } };

test('a source is read by those that its configuration deploys', () => {
  expect(consumersOf(web)).toEqual([{ consumer: 'count', function: 'count-web', restMsMax: 0 }]);
  expect(consumersOf(both).map(({ consumer }) => consumer)).toEqual(['count', 'window']);
  // A minute, and two that Lambda may take to close it.
  expect(consumersOf(rides)).toEqual([{ consumer: 'window', function: 'window-web', restMsMax: 3 * minute }]);
  expect(archiverOf(web)).toBeUndefined();
  const archived = { ...web, archive: { function: 'archive-web' } };
  expect(archiverOf(archived)).toEqual({ consumer: 'archive', function: 'archive-web', restMsMax: 0 });
});

test.each([
  ['buckets', well],
  ['a window', { ...well, source: rides, consumers: [windows] }],
  ['both', wellOfBoth],
  ['an archive', { ...well, archive: archiving }],
])('nothing is wrong with %s', (_, status) => {
  expect(problemsOf(status)).toEqual([]);
});

const counted = (changes: Partial<ConsumerStatus>): Partial<SourceStatus> => ({
  consumers: [{ ...counting, ...changes }],
});
const windowed = (changes: Partial<ConsumerStatus>): Partial<SourceStatus> => ({
  ...{ source: rides, consumers: [{ ...windows, ...changes }] },
});

test.each<[string, Partial<SourceStatus>, RegExp]>([
  ['no mapping', counted({ mappings: [] }), /counting has no event source mapping: nothing calls count-web/],
  [
    'a disabled mapping',
    { publish: [{ ...enabled, state: 'Disabled' }] },
    /publishing is held.*publish-web is Disabled/,
  ],
  [
    'a failing function',
    counted({ mappings: [{ ...enabled, lastResult: 'PROBLEM: Function call failed' }] }),
    /counting fails: PROBLEM/,
  ],
  ['a factor', counted({ mappings: [{ ...enabled, parallelizationFactor: 2 }] }), /factor of 2/],
  ['a stalled shard', counted({ shards: [stalled] }), /^shardId-0 is stalled.*waited for 5 min/],
  [
    'quarantined records',
    counted({ ledger: { total: some, recent: some, unbalanced: [] } }),
    /2 records were set aside.*: see tidemark quarantine list --source web$/,
  ],
  ['a full catalogue', { series: { admitted: 500, cap: 500 } }, /cap of 500 series is reached/],
  [
    'a ledger that does not add up',
    counted({ ledger: { total: quiet, recent: quiet, unbalanced: ['2026-11-20 shardId-0'] } }),
    /the ledger of 2026-11-20 shardId-0 does not add up/,
  ],
  [
    'what is in the metric twice',
    { published: { ...published, PublishedTwice: 1 } },
    /^1 event is in the metric twice .*the table is right/,
  ],
  [
    'windows that are in the metrics twice',
    { ...windowed({}), published: { ...published, PublishedTwice: 60 } },
    /^60 events or readings are in the metric twice/,
  ],
  ['automatic distribution', { automaticDistribution: true }, /tidemark-web distributes records automatically/],
  [
    'windows whose function fails',
    windowed({ mappings: [{ ...tumbling, lastResult: 'PROBLEM: Function call failed' }] }),
    /adding up windows fails: PROBLEM: Function call failed; see the logs of window-web/,
  ],
  ['windows that are held', windowed({ mappings: [{ ...tumbling, state: 'Disabled' }] }), /adding up windows is held/],
  ['a mapping without a window', windowed({ mappings: [enabled] }), /window-web has no tumbling window.* one of 60 s/],
  [
    'a mapping with another window',
    windowed({ mappings: [{ ...enabled, tumblingWindowSeconds: 30 }] }),
    /window-web has a window of 30 s; the source has one of 60 s/,
  ],
  [
    'an archive whose function fails',
    { archive: { ...archiving, mappings: [{ ...enabled, lastResult: 'PROBLEM: Function call failed' }] } },
    /archiving fails: PROBLEM: Function call failed; see the logs of archive-web/,
  ],
  ['an archive without mapping', { archive: { ...archiving, mappings: [] } }, /archiving has no event source mapping/],
  [
    'a stalled archive',
    { archive: { ...archiving, shards: [stalled] } },
    /the archive of shardId-0 is stalled.* no object/,
  ],
  ['stalled windows', windowed({ shards: [stalled] }), /the windows of shardId-0 are stalled.*in no row.* for 5 min/],
  [
    'a ledger of windows that does not add up',
    windowed({ ledger: { total: quiet, recent: quiet, unbalanced: ['2026-11-20 shardId-0'] } }),
    /the ledger of windows of 2026-11-20 shardId-0 does not add up/,
  ],
])('tells %s', (_, change, problem) => {
  const problems = problemsOf({ ...well, ...change });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
});

test('what can be copied names the stage', () => {
  const quarantined = { ...well, consumers: [{ ...counting, ledger: { total: some, recent: some, unbalanced: [] } }] };
  expect(problemsOf(quarantined, 'tidemark --local')[0]).toMatch(
    /: see tidemark --local quarantine list --source web$/,
  );
});

test('of two readers: what both set aside is told once, and where their ledgers differ', () => {
  const aside = { total: some, recent: some, unbalanced: [] };
  const ahead = {
    ...windows,
    ledger: aside,
    ledgerItems: [{ ...windows.ledgerItems[0], ...some, Item: 'LEDGER#window#2026-11-20#shardId-0' }],
  };
  expect(problemsOf({ ...wellOfBoth, consumers: [counting, ahead] })).toEqual([
    '2 records were set aside since yesterday: see tidemark quarantine list --source web',
    'the ledgers of counting and of windows differ for 2026-11-20 shardId-0: they are of the same records',
  ]);
});

test('of an archive a line is shown, and a program is told of its shards', () => {
  const archived = { ...well, archive: archiving };
  expect(renderStatus(archived)).toBe(
    renderStatus(well).replace('\n\n', '\n  archived through 2026-11-20T06:26:00Z, 4 min ago\n\n'),
  );
  const { mappings, ...others } = statusJson(well, []) as { mappings: object };
  expect(statusJson(archived, [])).toEqual({
    ...others,
    archive: {
      completeThrough: '2026-11-20T06:26:00Z',
      shards: [
        {
          ...{ shard: 'shardId-0', state: 'counting', ratePerSecond: 10, lagSeconds: 240 },
          lastCountedArrival: '2026-11-20T06:28:00Z',
        },
      ],
    },
    mappings: { ...mappings, archive: [enabled] },
  });
});

test('of the last regular look a line is shown, and a program is told', () => {
  const looked = { ...well, lastLookMs: nowMs - 4 * minute };
  expect(renderStatus(looked)).toBe(
    renderStatus(well).replace('\n\n', '\n  looked at for its alarms 2026-11-20T06:26:00Z, 4 min ago\n\n'),
  );
  expect(statusJson(looked, [])).toEqual({ ...(statusJson(well, []) as object), lastLook: '2026-11-20T06:26:00Z' });
  expect(problemsOf(looked)).toEqual([]);
});

test('of a run that goes on a line is shown, and what it holds is said to be its doing', () => {
  const lock: RunLock = {
    ...{ Run: '20261120T062000Z-0a1b2c3d', Kind: 'replay', Execution: 'arn', SinceMs: nowMs - 10 * minute },
    ...{ Stage: 'holding', Held: [{ Consumer: 'count', Mapping: 'uuid' }] },
  };
  expect(renderStatus({ ...well, lock })).toContain('\n  replay 20261120T062000Z-0a1b2c3d goes on, for 10 min now\n');
  expect(statusJson({ ...well, lock }, [])).toMatchObject({
    run: { run: '20261120T062000Z-0a1b2c3d', kind: 'replay', since: '2026-11-20T06:20:00Z' },
  });
  expect(problemsOf({ ...well, lock })).toEqual([]);
  const disabled = [{ ...enabled, state: 'Disabled' }];
  const held = { ...well, ...counted({ mappings: disabled }), lock };
  expect(problemsOf(held)).toEqual([
    'counting is held by replay 20261120T062000Z-0a1b2c3d for some minutes, and comes back by itself: leave the event source mapping of count-web alone',
  ]);
  // What it does not hold somebody else has disabled.
  expect(problemsOf({ ...held, publish: disabled })[1]).toMatch(/^publishing is held: /);
  const windowsHeld = { ...lock, Held: [{ Consumer: 'window', Mapping: 'uuid' }] } as const;
  expect(problemsOf({ ...held, lock: windowsHeld })[0]).toMatch(/^counting is held: /);
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
  expect(renderStatus(wellOfBoth)).toMatchInlineSnapshot(`
    "web: stream tidemark-web, 10/s
      buckets complete through 2026-11-20T06:30:00Z (now)
      received 12 = counted 12 + quarantined 0 (malformed 0, too old 0, too new 0)
      windows of 60 s complete through 2026-11-20T06:28:50Z, 1 min 10 s ago
      received 12 = counted 12 + quarantined 0 (malformed 0, too old 0, too new 0)
      over the series cap 0, redelivered 0, series 6 of 500
      published 12 events and 11 readings to CloudWatch; not published: too old 0, too new 0

      shard (buckets)  state            rate   lag  last counted arrival
      ───────────────  ───────────────  ────  ────  ────────────────────
      shardId-0        idle             10/s  0 ms  2026-11-20T06:28:00Z
      shardId-1        closed, counted              2026-11-20T06:28:00Z

      shard (windows)  state           rate         lag  last written arrival
      ───────────────  ──────────────  ────  ──────────  ────────────────────
      shardId-0        window is open  10/s  1 min 10 s  2026-11-20T06:28:00Z
    "
  `);
  expect(renderStatus({ ...wellOfBoth, source: rides, consumers: [windows] })).toMatchInlineSnapshot(`
    "web: stream tidemark-web, 10/s
      windows of 60 s complete through 2026-11-20T06:28:50Z, 1 min 10 s ago
      received 12 = counted 12 + quarantined 0 (malformed 0, too old 0, too new 0)
      over the series cap 0, redelivered 0, series 6 of 500
      published 11 readings to CloudWatch; not published: too old 0, too new 0

      shard      state           rate         lag  last written arrival
      ─────────  ──────────────  ────  ──────────  ────────────────────
      shardId-0  window is open  10/s  1 min 10 s  2026-11-20T06:28:00Z
    "
  `);
});

test('is told to a program', () => {
  const [told, toldOfBoth] = [well, wellOfBoth].map((status) => statusJson(status, ['x']));
  expect(told).toMatchObject({
    source: 'web',
    completeThrough: '2026-11-20T06:30:00Z',
    shards: [{ state: 'idle', lagSeconds: 0 }, { state: 'closed' }],
    ledger: { received: 12, counted: 12 },
    mappings: { count: [enabled], publish: [enabled] },
    problems: ['x'],
  });
  expect(told).not.toHaveProperty('window');
  expect(told).not.toHaveProperty('ledgersDiffer');
  expect(toldOfBoth).toMatchObject({
    completeThrough: '2026-11-20T06:30:00Z',
    window: {
      seconds: 60,
      completeThrough: '2026-11-20T06:28:50Z',
      shards: [{ shard: 'shardId-0', state: 'counting', lagSeconds: 70 }],
      ledger: { received: 12 },
    },
    ledgersDiffer: [],
    publishedReadings: 11,
    mappings: { count: [enabled], window: [tumbling], publish: [enabled] },
  });
  const toldOfWindows = statusJson({ ...wellOfBoth, source: rides, consumers: [windows] }, []);
  expect(toldOfWindows).toMatchObject({ completeThrough: '2026-11-20T06:28:50Z', window: { seconds: 60 } });
});
