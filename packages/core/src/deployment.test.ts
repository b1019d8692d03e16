import { expect, test } from 'vitest';
import { countingFunction, outputKey, parseDeployedSource, parseDeployedWorkflows } from './deployment.ts';

const web = {
  name: 'web',
  position: 0,
  stream: 'tidemark-dev-web',
  streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/tidemark-dev-web',
  seriesTable: 'series',
  controlTable: 'control',
  bucket: 'data',
  count: 'count-web',
  publish: 'publish-web',
  dashboard: 'web',
  buckets: ['1m', '1h'],
  event: { name: ['event_type'], time: ['utc_timestamp'] },
};

test('reads what a stack output holds', () => {
  expect(parseDeployedSource(JSON.stringify(web))).toEqual(web);
  const archived = { ...web, archive: { function: 'archive-web' } };
  expect(parseDeployedSource(JSON.stringify(archived))).toEqual(archived);
});

test('reads a source of windows alone', () => {
  const { count: _count, ...others } = web;
  const measures = [{ name: 'distance', path: ['Distance'] }];
  const rides = {
    ...others,
    name: 'rides',
    buckets: [],
    window: { seconds: 60, function: 'window-rides' },
    event: { ...web.event, measures },
  };
  const deployed = parseDeployedSource(JSON.stringify(rides));
  expect(deployed).toEqual(rides);
  expect(() => countingFunction(deployed)).toThrow('source rides has no buckets, and no counting function');
});

test('reads how a source is pruned, and does without on a stack from before pruning', () => {
  const pruned = {
    ...web,
    retentionMs: { '1m': 1_209_600_000, w60: 86_400_000 },
    prune: { keepReplacedMs: 604_800_000, writeUnitsPerSecond: 500 },
  };
  expect(parseDeployedSource(JSON.stringify(pruned))).toEqual(pruned);
  const unknown = JSON.stringify({ ...web, retentionMs: { '2m': 1 } });
  expect(() => parseDeployedSource(unknown)).toThrow('retentionMs.2m: ');
  const before = { replay: 'replay', backfill: 'backfill', undo: 'undo', watchdog: 'watchdog' };
  for (const workflows of [before, { ...before, prune: 'prune' }]) {
    expect(parseDeployedWorkflows(JSON.stringify(workflows))).toEqual(workflows);
  }
});

test('reads a source whose fields have changed', () => {
  const event = { name: ['kind'], time: ['at'] };
  const changed = {
    ...web,
    event,
    revisions: [
      { fromMs: 0, event: web.event },
      { fromMs: 1, event },
    ],
  };
  expect(parseDeployedSource(JSON.stringify(changed))).toEqual(changed);
  expect(() => parseDeployedSource(JSON.stringify({ ...web, revisions: [{ event }] }))).toThrow('revisions.0.fromMs: ');
});

test('names the counting function', () => {
  expect(countingFunction(parseDeployedSource(JSON.stringify(web)))).toBe('count-web');
});

test.each([
  ['{', 'value: Invalid JSON'],
  [JSON.stringify({ ...web, stream: 3 }), 'stream: '],
  [JSON.stringify({ ...web, buckets: ['2m'] }), 'buckets.0: '],
  [JSON.stringify({ ...web, window: { seconds: 60 } }), 'window.function: '],
  [JSON.stringify({ ...web, archive: {} }), 'archive.function: '],
])('names what is wrong with %s', (json, message) => {
  expect(() => parseDeployedSource(json)).toThrow(message);
});

test.each([
  ['web', 'SourceWeb'],
  ['web-shop', 'SourceWebShop'],
  ['a1-b2', 'SourceA1B2'],
])('the output of %s is %s', (name, key) => {
  expect(outputKey(name)).toBe(key);
});
