import type { DeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import { estimateOf } from './estimate.ts';
import { estimateJson, renderEstimate } from './text.ts';
import type { Workload } from './workload.ts';

const nowMs = Date.parse('2026-11-20T06:30:00Z');
const web = { name: 'web', buckets: ['1m', '1h'] } as unknown as DeployedSource;
const workload: Workload = {
  source: web,
  nowMs,
  firstMs: Date.parse('2026-11-20T00:00:00Z'),
  arrivalsFromMs: Date.parse('2026-11-19T21:55:00Z'),
  series: 21,
  shards: [
    { shardId: 'shardId-0', events: 3_000_000, bytes: 3e9 },
    { shardId: 'shardId-1', events: 100_000, bytes: 1e8 },
  ],
  isOnDemand: true,
  remarks: [],
};
const look = { isVerification: false, columns: 80 };

test('buckets are those of the range, whatever the number of series', () => {
  expect(estimateOf(workload).spans).toEqual([
    { size: '1m', count: 390 },
    { size: '1h', count: 7 },
  ]);
  const ended = { ...workload, toMs: Date.parse('2026-11-20T02:00:00Z') };
  expect(estimateOf(ended).spans[1]).toEqual({ size: '1h', count: 2 });
  const both = { ...web, window: { seconds: 60, function: 'window-web' } };
  expect(estimateOf({ ...workload, source: both }).spans[2]).toEqual({ size: 'w60', count: 390 });
});

/** What stands on the shard, when so much more has arrived by the time that it is read. */
const caughtUpMs = (seconds: number, ofSeconds: number) => (seconds / (1 - seconds / ofSeconds) + 480) * 1000;
const arrivingSeconds = (nowMs - workload.arrivalsFromMs) / 1000;

test('takes as long as its fullest shard, at half of what a shard gives, or as its batches are written', () => {
  // 1,500 batches of 2,000 records take 1.5 s each at least; 3 GB at 1 MB/s take longer.
  expect(estimateOf(workload).durationMs).toBeCloseTo(caughtUpMs(3_000, arrivingSeconds), 3);
  const light = [{ shardId: 'shardId-0', events: 3_000_000, bytes: 1e8 }];
  expect(estimateOf({ ...workload, shards: light }).durationMs).toBeCloseTo(caughtUpMs(2_250, arrivingSeconds), 3);
  const empty = estimateOf({ ...workload, shards: [] });
  expect([empty.events, empty.bytes, empty.durationMs, empty.isOverloaded]).toEqual([0, 0, 480_000, false]);
});

test('of a shard that is full says that it may never be level', () => {
  const full = { ...workload, shards: [{ shardId: 'shardId-0', events: 30_000_000, bytes: 30.5e9 }] };
  const estimate = estimateOf(full);
  expect(estimate.isOverloaded).toBe(true);
  expect(renderEstimate(estimate, full, look)).toMatch(/note +records arrive about as fast/);
});

test('costs more with what is read, is written and is billed by the stream', () => {
  const { dollars } = estimateOf(workload);
  // 3.1 GB of an on-demand stream alone are $0.124, 94,600 requests of the pipe $0.038.
  expect(dollars).toBeGreaterThan(0.162);
  expect(estimateOf({ ...workload, isOnDemand: false }).dollars).toBeCloseTo(dollars - 0.124, 6);
  expect(estimateOf({ ...workload, series: 1 }).dollars).toBeLessThan(dollars);
  expect(estimateOf({ ...workload, shards: [] }).dollars).toBeLessThan(0.01);
});

test('is shown before anything is started', () => {
  expect(renderEstimate(estimateOf(workload), workload, look)).toMatchInlineSnapshot(`
    "  buckets  those that start at or after about 2026-11-20T00:00:00Z: about 390 of
               1m, 7 of 1h, in 21 series at most
      records  about 3,100,000 events (3.1 GB) of 2 shards that arrived from
               2026-11-19T21:55:00Z on
      takes    about 1 h 4 min; if anything is switched, counting is held for some
               minutes of it
      costs    about $0.27 (prices of us-east-1, November 2026)
    "
  `);
  const narrow = { isVerification: true, columns: 60 };
  const whole = { ...workload, shards: [], series: 1, remarks: ['something to know'] };
  const { firstMs: _, ...all } = whole;
  expect(renderEstimate(estimateOf(all), all, narrow)).toMatchInlineSnapshot(`
    "  buckets  all, since the stream still holds every record
               that was ever counted: about 515 of 1m, 9 of 1h,
               in 1 series at most
      records  about 0 events (0 bytes) of 0 shards that arrived
               from 2026-11-19T21:55:00Z on
      takes    about 8 min
      costs    less than $0.01 (prices of us-east-1, November
               2026)
      note     something to know
    "
  `);
});

test('of a backfill tells the objects', () => {
  const archive = { objects: 1_234, bytes: 5.4e9 };
  const backfill = { ...workload, toMs: Date.parse('2026-11-20T02:00:00Z'), archive };
  expect(renderEstimate(estimateOf(backfill), backfill, { ...look, columns: 120 })).toMatchInlineSnapshot(`
    "  buckets  those that start from 2026-11-20T00:00:00Z to before 2026-11-20T02:00:00Z: about 120 of 1m, 2 of 1h, in 21
               series at most
      records  about 3,100,000 events (3.1 GB) of 2 shards that arrived from 2026-11-19T21:55:00Z on, in 1,234 objects of
               the archive, 5.4 GB
      takes    about 1 h 4 min; if anything is switched, counting is held for some minutes of it
      costs    about $0.15 (prices of us-east-1, November 2026)
    "
  `);
  expect(estimateJson(estimateOf(backfill), backfill)).toMatchObject({
    spans: { '1m': 120, '1h': 2 },
    ...{ events: 3_100_000, shards: 2, series: 21, archive },
    ...{ from: '2026-11-20T00:00:00Z', to: '2026-11-20T02:00:00Z', arrivalsFrom: '2026-11-19T21:55:00Z' },
  });
});
