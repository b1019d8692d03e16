import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricsPerCallMax } from '../limits.ts';
import { figuresOf, measuredToItem, mergeMeasured } from '../series/figures.ts';
import type { CorrectedPair, PublishedContent } from './correction.ts';
import { CorrectionCall, correctionData, correctionOf, recountedContent } from './correction.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');

function window(...values: number[]): PublishedContent {
  const measured = values.map((value) => ({ distance: figuresOf(value) })).reduce(mergeMeasured, {});
  return { EventCount: values.length, Measures: measuredToItem(measured) };
}

test('what live counting added after a recount was published by it', () => {
  expect(recountedContent({ EventCount: 9, Recounted: 7 })).toEqual({ EventCount: 7 });
  expect(recountedContent({ EventCount: 9, Recounted: { EventCount: 7, Measures: {} } })).toEqual({
    EventCount: 7,
    Measures: {},
  });
  expect(recountedContent({ EventCount: 9 })).toBeUndefined();
});

test('buckets: what is due less what was published, over all slices', () => {
  const pairs: CorrectedPair[] = [
    { due: { EventCount: 7 }, published: { EventCount: 5 } },
    { due: { EventCount: 1 } },
    { published: { EventCount: 4 } },
  ];
  expect(correctionOf(pairs)).toEqual({ events: -1, measured: {}, notCorrectable: 0 });
});

test('windows: the readings that came, as a set between the minimum and the maximum of all', () => {
  const { events, measured, notCorrectable } = correctionOf([{ due: window(1, 2, 5), published: window(2) }]);
  expect({ events, notCorrectable }).toEqual({ events: 2, notCorrectable: 0 });
  expect(measured.distance).toEqual({ count: 2, sum: [6], minimum: 1, maximum: 5 });
});

test.each([
  ['fewer readings', window(1), window(1, 2)],
  ['as many readings of another sum', window(3), window(2)],
  ['none any more', undefined, window(2)],
])('windows: %s cannot be told as a set', (_, due, published) => {
  const pair = { ...(due ? { due } : {}), ...(published ? { published } : {}) };
  expect(correctionOf([pair])).toMatchObject({ measured: {}, notCorrectable: 1 });
});

test('windows: the same readings need nothing', () => {
  expect(correctionOf([{ due: window(1, 2), published: window(2, 1) }])).toEqual({
    events: 0,
    measured: {},
    notCorrectable: 0,
  });
});

test('what cannot be read is not corrected', () => {
  const spoilt = { EventCount: 1, Measures: { distance: { Count: 1, Sum: 'x', Minimum: 0, Maximum: 0 } } } as never;
  for (const published of [spoilt, { EventCount: 'x' } as never]) {
    expect(correctionOf([{ due: window(1), published }])).toEqual({ events: 0, measured: {}, notCorrectable: 1 });
  }
});

test('whatever was published and is due: with the correction the sums are right', () => {
  const content = fc.option(fc.nat(50), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(content, content), { maxLength: 6 }), (drawn) => {
      const pairs = drawn.map(([due, published]) => ({
        ...(due === undefined ? {} : { due: { EventCount: due } }),
        ...(published === undefined ? {} : { published: { EventCount: published } }),
      }));
      const sum = (values: (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);
      const published = sum(drawn.map(([, each]) => each));
      expect(published + correctionOf(pairs).events).toBe(sum(drawn.map(([due]) => due)));
    }),
  );
});

test('data go into the metric itself and beside it into Correction; none where there is nothing to correct', () => {
  const span = { source: 'web', name: 'page view', startMs };
  const correction = {
    events: -3,
    measured: { distance: { count: 2, sum: [6], minimum: 1, maximum: 5 } },
    notCorrectable: 0,
  };
  const Dimensions = [
    { Name: 'Source', Value: 'web' },
    { Name: 'EventName', Value: 'page view' },
  ];
  const Timestamp = new Date(startMs);
  expect(correctionData({ ...span, kind: 'bucket' }, correction)).toEqual([
    { MetricName: 'EventCount', Dimensions, Timestamp, Value: -3, Unit: 'Count' },
    { MetricName: 'Correction', Dimensions, Timestamp, Value: -3, Unit: 'Count' },
  ]);
  expect(correctionData({ ...span, kind: 'window' }, { ...correction, events: 2 })).toEqual([
    {
      MetricName: 'distance',
      Dimensions,
      Timestamp,
      StatisticValues: { SampleCount: 2, Sum: 6, Minimum: 1, Maximum: 5 },
    },
    { MetricName: 'Correction', Dimensions, Timestamp, Value: 2, Unit: 'Count' },
  ]);
  const nothing = { events: 0, measured: {}, notCorrectable: 0 };
  expect(correctionData({ ...span, kind: 'bucket' }, nothing)).toEqual([]);
  expect(correctionData({ ...span, kind: 'window' }, nothing)).toEqual([]);
});

test('a call is never larger than CloudWatch takes, and no window is split over two', () => {
  const pair = correctionData(
    { source: 'web', name: 'n'.repeat(256), startMs, kind: 'bucket' },
    { events: 1, measured: {}, notCorrectable: 0 },
  );
  const call = new CorrectionCall();
  let taken = 0;
  while (call.add('web', 'n'.repeat(256), pair)) taken += 2;
  expect(taken).toBeGreaterThan(100);
  expect(call.data).toHaveLength(taken);
  expect(taken).toBeLessThanOrEqual(metricsPerCallMax);
  expect(Buffer.byteLength(JSON.stringify(call.data))).toBeLessThan(1_000_000);
});
