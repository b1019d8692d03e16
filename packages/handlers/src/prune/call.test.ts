import { expect, test } from 'vitest';
import { parseCall } from './call.ts';

const settings = {
  source: 'web',
  seriesTable: 'series',
  controlTable: 'control',
  bucket: 'data',
  streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
  sizes: ['1m', 'w60'],
  retentionMs: { '1m': 1 },
  keepReplacedMs: 0,
  writeUnitsPerSecond: 500,
  drainSeconds: 67,
  consumers: ['count', 'window'],
};
const common = { run: '20261120T091500Z-0a1b2c3d', source: 'web', settings };
const range = { child: '07', first: -1, last: 3 };
const items = { Items: 1, Bytes: 2 };
const tally = {
  ...items,
  Buckets: 1,
  Objects: 1,
  Replaced: 0,
  Again: 0,
  WriteUnits: 1,
  BySize: { '1m': items },
  BySlot: { '-1': items },
};
const request = {
  run: common.run,
  source: 'web',
  from: 1,
  toMs: 2,
  untilMs: 3,
  sizes: ['1m'],
  reason: 'why',
  startedBy: 'who',
};

test.each([
  { op: 'prepare', ...common, kind: 'restore', execution: 'arn', request },
  {
    op: 'prepare',
    ...common,
    kind: 'prune',
    execution: 'arn',
    request: { run: common.run, source: 'web', nightly: true },
  },
  { op: 'counted', ...common },
  { op: 'series', ...common, ...range },
  { op: 'series', ...common, ...range, cursor: { slot: -1, work: 0, after: '~', tally } },
  {
    op: 'restore',
    ...common,
    ...range,
    cursor: { slot: 0, size: 'w60', day: '2026-08-01', tally: { ...items, Standing: 0, Objects: 0, Missing: 0 } },
  },
  { op: 'finish', ...common, outcome: 'failed', error: { name: 'ExportDamaged', cause: 'a key' } },
])('a call of %o is read as it is', (call) => {
  expect(parseCall(call)).toEqual(call);
});

test.each([
  ['op', { op: 'undo', ...common }],
  ['settings.sizes.1', { op: 'counted', ...common, settings: { ...settings, sizes: ['1m', '2h'] } }],
  ['settings.writeUnitsPerSecond', { op: 'counted', ...common, settings: { ...settings, writeUnitsPerSecond: 0 } }],
  ['settings.source', { op: 'counted', ...common, source: 'rides' }],
  ['child', { op: 'series', ...common, ...range, child: '7' }],
  ['cursor.tally', { op: 'series', ...common, ...range, cursor: { slot: 0, work: 0 } }],
  ['more', { op: 'plan', ...common, more: 1 }],
])('a call whose %s is wrong is refused by that name', (field, call) => {
  const failure = { name: 'BadCall', message: expect.stringMatching(`^${field}: `) };
  expect(() => parseCall(call)).toThrow(expect.objectContaining(failure));
});
