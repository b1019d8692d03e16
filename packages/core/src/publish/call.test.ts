import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floorsOf } from '../control/floors.ts';
import { aheadOfArrivalMsMax, metricBytesPerCallMax, metricsPerCallMax, publishAgeMsMax } from '../limits.ts';
import { formatInstant } from '../series/bucket.ts';
import type { Figures } from '../series/figures.ts';
import { figuresOf, measuredToItem, mergeFigures } from '../series/figures.ts';
import { encodeBucket } from '../series/key.ts';
import type { PublishCall } from './call.ts';
import { planCalls } from './call.ts';
import type { TableStreamRecord } from './change.ts';
import type { StatisticValues } from './datum.ts';
import { statisticValues } from './datum.ts';
import { decodeDimension } from './dimension.ts';
import type { AttributeValue } from './image.ts';
import { positionOf } from './position.ts';
import { addTallies, emptyTally } from './tally.ts';

const minute = 60_000;
const nowMs = Date.parse('2026-11-02T09:00:30Z');
const startMs = Date.parse('2026-11-02T09:00:00Z');
const plan = { source: 'web', spans: { bucket: '1m', window: 'w60' }, floors: floorsOf(undefined), nowMs } as const;

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
    if ('Value' in datum) sums.set(key, (sums.get(key) ?? 0) + datum.Value);
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

test('what starts below the highest floor of its size is tallied and not put, though the floor is not in force yet', () => {
  const floorMs = startMs + minute;
  const later = [
    { FromMs: 0, FloorMs: startMs },
    { FromMs: Number.MAX_SAFE_INTEGER, FloorMs: floorMs },
  ];
  const records = [
    recordOf({ name: 'a', startMs, from: 0, to: 4 }, 0),
    recordOf({ name: 'a', startMs: floorMs, from: 2, to: 5 }, 1),
  ];
  const callOf = (Floors: Parameters<typeof floorsOf>[0]) =>
    planCalls(records, { ...plan, floors: floorsOf(Floors) })[0];
  expect(callOf({ Floors: { '1m': later } })).toMatchObject({
    data: [{ Timestamp: new Date(floorMs), Value: 3 }],
    tally: { ...emptyTally, Published: 3, Pruned: 4 },
  });
  // Readers see what was restored; the metric had it before.
  const Restored = { '1m': [{ FromMs: startMs, ToMs: floorMs, UntilMs: nowMs, Run: 'r' }] };
  expect(callOf({ Floors: { '1m': later }, Restored })?.tally).toEqual({ ...emptyTally, Published: 3, Pruned: 4 });
  expect(callOf({ Floors: { '1h': later, w60: later } })?.tally).toEqual({ ...emptyTally, Published: 7 });
  // What CloudWatch would refuse as well is pruned all the same.
  const old = recordOf({ name: 'a', startMs: nowMs - 2 * publishAgeMsMax, from: 0, to: 1 }, 0);
  const call = planCalls([old], { ...plan, floors: floorsOf({ Floors: { '1m': later } }) })[0];
  expect(call?.tally).toEqual({ ...emptyTally, Pruned: 1 });
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

interface Reading {
  name: string;
  /** Of the window, after the first. */
  minute: number;
  shard: number;
  values: readonly number[];
  writer: 'live' | 'recount';
}

const value = fc.oneof(
  fc.double({ min: -1e100, max: 1e100, noNaN: true }).map((each) => (Math.abs(each) < 1e-100 ? 0 : each)),
  fc.constantFrom(0.1, 0.2, 1e16, -1e16, 1, -1),
);
const readings = fc.array(
  fc.record<Reading>({
    name: fc.constantFrom('a', 'é', '$other'),
    minute: fc.integer({ min: -2, max: 1 }),
    shard: fc.nat(1),
    values: fc.array(value, { minLength: 1, maxLength: 4 }),
    writer: fc.constantFrom('live', 'live', 'live', 'recount'),
  }),
  { maxLength: 30 },
);

/** The table's stream of windows that grow: each history entry is one write of one shard's partial. */
function grow(history: readonly Reading[]): { records: TableStreamRecord[]; live: Map<string, Figures> } {
  const items = new Map<string, { count: number; figures: Figures }>();
  const live = new Map<string, Figures>();
  const records = history.map(({ name, minute: offset, shard, values, writer }, index) => {
    const windowMs = startMs + offset * minute;
    const key = { size: 'w60', generation: 0, startMs: windowMs, slice: String(shard) } as const;
    const place = `${encodeBucket(key)} ${name}`;
    const added = values.map(figuresOf).reduce(mergeFigures);
    const old = items.get(place);
    const now = {
      count: (old?.count ?? 0) + values.length,
      figures: old === undefined ? added : mergeFigures(old.figures, added),
    };
    items.set(place, now);
    const shown = `${name}@${formatInstant(windowMs)}`;
    const before = live.get(shown);
    if (writer === 'live') live.set(shown, before === undefined ? added : mergeFigures(before, added));
    const image = ({ count, figures }: { count: number; figures: Figures }) =>
      marshall({
        ...{ EventName: name, Bucket: encodeBucket(key), EventCount: count, WrittenBy: writer },
        Measures: measuredToItem({ distance: figures }),
      });
    return {
      eventID: `id-${index}`,
      eventName: old === undefined ? 'INSERT' : 'MODIFY',
      dynamodb: {
        SequenceNumber: String(1000 + index).padStart(21, '0'),
        ApproximateCreationDateTime: nowMs / 1000,
        NewImage: image(now),
        ...(old === undefined ? {} : { OldImage: image(old) }),
      },
    };
  });
  return { records, live };
}

/** As a stream has it: numbers are text. */
function marshall(item: Readonly<Record<string, unknown>>): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, each]) => [name, attributeOf(each)]));
}

function attributeOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: marshall(value as Readonly<Record<string, unknown>>) };
}

test('of windows, counts and exact sums are those that live counting added, minima and maxima those of the windows', () => {
  fc.assert(
    fc.property(readings, (history) => {
      const { records, live } = grow(history);
      const calls = planCalls(records, plan);
      const expected = [...live].map(([shown, figures]) => [shown, statisticValues(figures)]);
      const data = calls.flatMap((call) => call.data).filter((datum) => 'StatisticValues' in datum);
      const put = data.map(({ MetricName, Dimensions, Timestamp, StatisticValues }) => {
        expect(MetricName).toBe('distance');
        const name = decodeDimension(Dimensions[1]?.Value ?? '');
        return [`${name}@${formatInstant(Timestamp.getTime())}`, StatisticValues] as const;
      });
      // A recount's readings widen the minimum and the maximum of what comes after; counts and sums are live counting's alone.
      const counted = (entries: readonly (readonly [unknown, unknown])[]) =>
        new Map(entries.map(([shown, set]) => [shown, pick(set as StatisticValues)]));
      expect(counted(put)).toEqual(counted(expected as [string, StatisticValues][]));
      if (history.every(({ writer }) => writer === 'live')) expect(new Map(put)).toEqual(new Map(expected as []));
      const tally = calls.map((call) => call.tally).reduce(addTallies, emptyTally);
      const amounts = history.map(({ writer, values }) => (writer === 'live' ? values.length : 0));
      expect(tally.Readings).toBe(amounts.reduce((sum, each) => sum + each, 0));
      expect([tally.Published, tally.Foreign]).toEqual([0, 0]);
    }),
  );
});

function pick({ SampleCount, Sum }: StatisticValues): unknown {
  return { SampleCount, Sum };
}

test('windows that CloudWatch would refuse are tallied, not put; broken ones do not stop the others', () => {
  const one = (minutes: number) => ({ name: 'a', minute: minutes, shard: 0, values: [1, 2], writer: 'live' as const });
  const { records } = grow([one(-15 * 24 * 60), one(3 * 60), one(0)]);
  const broken = grow([one(0)]).records.map((record) => ({
    ...record,
    dynamodb: { ...record.dynamodb, NewImage: { ...record.dynamodb?.NewImage, Measures: { S: 'broken' } } },
  }));
  const calls = planCalls([...broken, ...records], plan);
  expect(calls).toHaveLength(1);
  expect(calls[0]?.data).toHaveLength(1);
  expect(calls[0]?.tally).toEqual({ ...emptyTally, Readings: 2, TooOld: 2, TooNew: 2, Foreign: 1 });
});

test('buckets and windows share a call', () => {
  const { records } = grow([{ name: 'a', minute: 0, shard: 0, values: [1, 2], writer: 'live' }]);
  const calls = planCalls([recordOf({ name: 'a', startMs, from: 0, to: 2 }, 0), ...records], plan);
  expect(calls).toMatchObject([
    {
      data: [{ MetricName: 'EventCount', Value: 2 }, { MetricName: 'distance' }],
      tally: { Published: 2, Readings: 2 },
    },
  ]);
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
