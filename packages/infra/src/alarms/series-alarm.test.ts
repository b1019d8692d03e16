import type { AlarmSettings } from '@tidemark/core/incidents/settings';
import { expect, test } from 'vitest';
import { summaryOf } from './series-alarm.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const alarm: AlarmSettings = {
  ...{ name: 'few page views', severity: 'high', series: 'page view', statistic: 'Sum' },
  ...{ condition: { kind: 'below', threshold: 5 }, periodSeconds: 60, datapoints: 3, of: 3, missingData: 'breaching' },
};
const once = { datapoints: 1, of: 1 };
const band = { kind: 'anomalous', direction: 'both', deviations: 2 } as const;

test.each<[string, Partial<AlarmSettings>]>([
  ['page view below 5 in 1 min, 3 of 3 times', {}],
  ['page view below 5 in 1 min', once],
  [
    'page view above 1000 in 5 min, 2 of 3 times',
    { condition: { kind: 'above', threshold: 1000 }, periodSeconds: 300, datapoints: 2 },
  ],
  ['page view below 5 in 6 h, 3 of 3 times', { periodSeconds: 21_600 }],
  ['page view below 5 in 1 day', { ...once, periodSeconds: 86_400 }],
  ['health of page view (minimum) below 5 in 1 min', { ...once, measure: 'health', statistic: 'Minimum' }],
  ['health of page view (count) below 5 in 1 min', { ...once, measure: 'health', statistic: 'SampleCount' }],
  ['page view: nothing for 90 min', { condition: { kind: 'missing', forMs: 90 * minuteMs } }],
  ['page view: nothing for 4 h', { condition: { kind: 'missing', forMs: 4 * hourMs } }],
  ['page view: nothing for 7 days', { condition: { kind: 'missing', forMs: 168 * hourMs } }],
  ['page view out of the band of 2 standard deviations in 1 min', { ...once, condition: band }],
  [
    'page view below the band of 1 standard deviation in 1 min',
    { ...once, condition: { ...band, direction: 'below', deviations: 1 } },
  ],
])('%s', (summary, more) => {
  expect(summaryOf({ ...alarm, ...more })).toBe(summary);
});
