import { expect, test } from 'vitest';
import { planBatch } from '../count/count.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { MadeRecord } from '../window/shard.fixture.ts';
import { decisions, minuteMs, readOf, startMs, streamRecord } from '../window/shard.fixture.ts';
import { planRecount } from './recount.ts';

const hoshi = { name: 'Hoshi', distance: 0.5, health: 0 };
const made: MadeRecord[] = [
  { sequence: 8, arrivalMs: startMs + 59_000, parts: [hoshi, { ...hoshi, distance: 1 }] },
  { sequence: 9, arrivalMs: startMs + minuteMs, parts: [hoshi, 'malformed'] },
  // It arrived in the window, and on the day, before.
  { sequence: 11, arrivalMs: startMs + 59_999, parts: [hoshi, { ...hoshi, name: 'Über' }] },
];
const read = readOf(made.map(streamRecord));
const withBuckets = { ...read, source: { ...read.source, buckets: ['1h' as const] } };

test('a recount counts as live counting does, under names and in a generation of its own, and marks what it adds', () => {
  const live = planBatch(withBuckets, { ...decisions, generationOf: () => 12, writer: 'live' });
  const { partials, ledgers, checkpoint } = planRecount(withBuckets, decisions, 12);
  expect(partials.map(({ key }) => key)).toEqual(live.partials.map(({ key }) => key));
  expect(partials.length).toBeGreaterThan(1);
  for (const [index, { first, remainingAfter: _ }] of partials.entries()) {
    const { add, ...others } = live.partials[index]?.first ?? first;
    expect(first).toEqual({
      ...others,
      add: { ...add, Recounted: add.EventCount },
      set: { WrittenBy: 'recount' },
    });
    const [rest, liveRest] = [partials[index], live.partials[index]].map((each) =>
      each?.remainingAfter(encodeSequence('9')),
    );
    expect(rest?.add).toEqual(liveRest && { ...liveRest.add, Recounted: liveRest.add.EventCount });
  }
  expect(ledgers.map(({ first }) => first)).toEqual(live.ledgers.map(({ first }) => first));
  expect(ledgers.map(({ key }) => key.Item)).toEqual([
    'LEDGER#recount-0012#2026-11-02#shardId-000000000003',
    'LEDGER#recount-0012#2026-11-03#shardId-000000000003',
  ]);
  const { key: _, ...others } = live.checkpoint;
  expect(checkpoint).toEqual({
    ...others,
    key: { Source: 'rides', Item: 'CHECKPOINT#recount-0012#shardId-000000000003' },
  });
});

test('every window is one part that lies in the batch, by the arrivals of its records', () => {
  const { windows, partials } = planRecount(read, decisions, 12);
  expect(partials).toEqual([]);
  expect(windows.map(({ key, writer, parts }) => [key.EventName, key.Bucket, writer, parts.length])).toEqual([
    ['$other', 'w60#0012#2026-11-02T23:59:00Z#000000000003', 'recount', 1],
    ['Hoshi', 'w60#0012#2026-11-03T00:00:00Z#000000000003', 'recount', 1],
    ['Hoshi', 'w60#0012#2026-11-02T23:59:00Z#000000000003', 'recount', 1],
  ]);
  expect(windows.at(-1)?.parts[0]).toMatchObject({ first: '001:8', last: '002:11', records: 3 });
});

test('a source without a window has none', () => {
  const { window: _, ...source } = read.source;
  expect(planRecount({ ...read, source }, decisions, 12).windows).toEqual([]);
});
