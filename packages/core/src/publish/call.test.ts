import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aheadOfArrivalMsMax, metricBytesPerCallMax, metricsPerCallMax, publishAgeMsMax } from '../limits.ts';
import { formatInstant } from '../series/bucket.ts';
import { encodeBucket } from '../series/key.ts';
import type { PublishCall } from './call.ts';
import { planCalls } from './call.ts';
import type { TableStreamRecord } from './change.ts';
import { decodeDimension } from './dimension.ts';
import { positionOf } from './position.ts';
import { addTallies, emptyTally } from './tally.ts';

const minute = 60_000;
const nowMs = Date.parse('2026-11-02T09:00:30Z');
const startMs = Date.parse('2026-11-02T09:00:00Z');
const plan = { source: 'web', size: '1m', nowMs } as const;

interface Write {
  name: string;
  startMs: number;
  from: number;
  to: number;
}

function recordOf(write: Write, index: number, writer = 'live'): TableStreamRecord {
  const image = (count: number) => ({
    EventName: { S: write.name },
    Bucket: { S: encodeBucket({ size: '1m', generation: 0, startMs: write.startMs, slice: '000000000000' }) },
    EventCount: { N: String(count) },
    WrittenBy: { S: writer },
  });
  return {
    eventID: `id-${index}`,
    eventName: write.from === 0 ? 'INSERT' : 'MODIFY',
    dynamodb: {
      SequenceNumber: String(1000 + index).padStart(21, '0'),
      ApproximateCreationDateTime: nowMs / 1000,
      NewImage: image(write.to),
      ...(write.from === 0 ? {} : { OldImage: image(write.from) }),
    },
  };
}

function published(calls: readonly PublishCall[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const datum of calls.flatMap((call) => call.data)) {
    const key = `${decodeDimension(datum.Dimensions[1]?.Value ?? '')}@${formatInstant(datum.Timestamp.getTime())}`;
    sums.set(key, (sums.get(key) ?? 0) + datum.Value);
  }
  return sums;
}

test('changes of one bucket are one datum at its start', () => {
  const calls = planCalls(
    [
      recordOf({ name: 'page view', startMs, from: 0, to: 3 }, 0),
      recordOf({ name: 'page view', startMs, from: 3, to: 10 }, 1),
    ],
    plan,
  );
  expect(calls).toEqual([
    {
      data: [
        {
          MetricName: 'EventCount',
          Dimensions: [
            { Name: 'Source', Value: 'web' },
            { Name: 'EventName', Value: 'page view' },
          ],
          Timestamp: new Date(startMs),
          Value: 10,
          Unit: 'Count',
        },
      ],
      positions: ['0000000000000000000000000000000000001000#id-0', '0000000000000000000000000000000000001001#id-1'],
      changedMs: nowMs,
      tally: { ...emptyTally, Published: 10 },
    },
  ]);
});

test.each([
  ['two weeks less the margin', nowMs - publishAgeMsMax + minute, 'Published'],
  ['a moment older', nowMs - publishAgeMsMax + minute - 1, 'TooOld'],
  ['two hours ahead less the margin', nowMs + aheadOfArrivalMsMax - minute, 'Published'],
  ['a moment further', nowMs + aheadOfArrivalMsMax - minute + 1, 'TooNew'],
] as const)('%s', (_, edgeMs, tallied) => {
  // The edges lie inside a second; the clock is moved so that the bucket's whole second meets them.
  const bucketMs = Math.ceil(edgeMs / 1000) * 1000;
  const calls = planCalls([recordOf({ name: 'a', startMs: bucketMs, from: 0, to: 4 }, 0)], {
    ...plan,
    nowMs: nowMs + (bucketMs - edgeMs),
  });
  expect(calls[0]?.tally).toEqual({ ...emptyTally, [tallied]: 4 });
  expect(calls[0]?.data).toHaveLength(tallied === 'Published' ? 1 : 0);
});

test('recounts, deletions and strangers are tallied and nothing is put', () => {
  const calls = planCalls(
    [
      recordOf({ name: 'a', startMs, from: 0, to: 4 }, 0, 'recount'),
      { ...recordOf({ name: 'a', startMs, from: 0, to: 4 }, 1), eventName: 'REMOVE' },
      {
        ...recordOf({ name: 'a', startMs, from: 0, to: 4 }, 2),
        eventName: 'INSERT',
        dynamodb: { SequenceNumber: '1' },
      },
    ],
    plan,
  );
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ data: [], tally: { ...emptyTally, Recounted: 1, Removed: 1, Foreign: 1 } });
});

test('changes that cancel out are no datum', () => {
  const calls = planCalls(
    [recordOf({ name: 'a', startMs, from: 1, to: 4 }, 0), recordOf({ name: 'a', startMs, from: 4, to: 1 }, 1)],
    plan,
  );
  expect(calls).toMatchObject([{ data: [], tally: emptyTally }]);
});

test('no records, no calls', () => {
  expect(planCalls([], plan)).toEqual([]);
});

test('a call ends before the 1,001st series, and later changes of earlier series do not end it', () => {
  const writes = Array.from({ length: metricsPerCallMax }, (_, index) => ({
    name: `n${index}`,
    startMs,
    from: 0,
    to: 1,
  }));
  writes.push({ name: 'n0', startMs, from: 1, to: 2 });
  const full = planCalls(
    writes.map((write, index) => recordOf(write, index)),
    plan,
  );
  expect(full.map((call) => call.data.length)).toEqual([metricsPerCallMax]);
  writes.push({ name: 'one more', startMs, from: 0, to: 1 });
  const more = planCalls(
    writes.map((write, index) => recordOf(write, index)),
    plan,
  );
  expect(more.map((call) => call.data.length)).toEqual([metricsPerCallMax, 1]);
});

test('a call of long names ends before 1 MB', () => {
  const records = Array.from({ length: 1000 }, (_, index) =>
    recordOf({ name: '\u{1f600}'.repeat(62) + String(index).padStart(8, '0'), startMs, from: 0, to: 1 }, index),
  );
  const calls = planCalls(records, { ...plan, source: 's'.repeat(100) });
  expect(calls.length).toBe(2);
  for (const call of calls) {
    expect(JSON.stringify(call.data).length).toBeLessThanOrEqual(metricBytesPerCallMax);
  }
});

const histories = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'é', '$other'),
    minute: fc.integer({ min: -3, max: 3 }),
    added: fc.integer({ min: 1, max: 1000 }),
    recount: fc.boolean(),
  }),
  { maxLength: 40 },
);

function replay(history: readonly { name: string; minute: number; added: number; recount: boolean }[]) {
  const counts = new Map<string, number>();
  const live = new Map<string, number>();
  const records = history.map(({ name, minute: offset, added, recount }, index) => {
    const bucketMs = startMs + offset * minute;
    const key = `${name}@${formatInstant(bucketMs)}`;
    const from = counts.get(key) ?? 0;
    counts.set(key, from + added);
    if (!recount) live.set(key, (live.get(key) ?? 0) + added);
    return recordOf({ name, startMs: bucketMs, from, to: from + added }, index, recount ? 'recount' : 'live');
  });
  return { records, live };
}

test('the sum of what is put is what live counting added', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { records, live } = replay(history);
      const calls = planCalls(records, plan);
      expect(published(calls)).toEqual(live);
      expect(calls.reduce((sum, call) => sum + call.tally.Published, 0)).toBe(
        [...live.values()].reduce((a, b) => a + b, 0),
      );
    }),
  );
});

test('calls are prefixes: each holds exactly the records from its first to its last, one after the other', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2500 }), { maxLength: 4000, minLength: 1, size: 'max' }),
      (series) => {
        const counts = new Map<number, number>();
        const records = series.map((number, index) => {
          const from = counts.get(number) ?? 0;
          counts.set(number, from + 1);
          return recordOf({ name: `n${number}`, startMs, from, to: from + 1 }, index);
        });
        const positions = records.map(positionOf);
        const calls = planCalls(records, plan);
        let next = 0;
        for (const call of calls) {
          const end = next + call.positions.length;
          expect(call.positions).toEqual(positions.slice(next, end));
          const alone = planCalls(records.slice(next, end), plan);
          expect(alone).toEqual([call]);
          expect(call.data.length).toBeLessThanOrEqual(metricsPerCallMax);
          next = end;
        }
        expect(next).toBe(records.length);
        expect(calls.map((call) => call.tally).reduce(addTallies, emptyTally).Published).toBe(records.length);
      },
    ),
    { numRuns: 15 },
  );
});
