import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { alarms } from './alarms.ts';
import type { WatchedSource } from './alarms-of.ts';
import { alarmFaults, alarmsOf } from './alarms-of.ts';

const web: WatchedSource = { buckets: ['1m', '1h'], measures: [] };
const coarse: WatchedSource = { buckets: ['5m'], measures: [] };
const rides: WatchedSource = { buckets: [], windowSeconds: 60, measures: ['distance', 'health'] };

const resolved = (written: object, source = web) => alarmsOf(v.parse(alarms, [written]), source)[0];
const faults = (written: readonly object[], source = web) =>
  alarmFaults(v.parse(alarms, written), source).map(
    ({ message, path }) => `${path.map(({ key }) => key).join('.')}: ${message}`,
  );

describe('an alarm of a source', () => {
  it.each([
    [
      'low counts',
      { series: 'page view', below: 5, per: '1m', for: 3, severity: 'critical' },
      web,
      {
        ...{ name: 'page view below 5', severity: 'critical', series: 'page view', statistic: 'Sum' },
        ...{
          condition: { kind: 'below', threshold: 5 },
          periodSeconds: 60,
          datapoints: 3,
          of: 3,
          missingData: 'breaching',
        },
      },
    ],
    [
      'high counts',
      { series: 'été', above: 9, for: { datapoints: 2, of: 3 } },
      coarse,
      {
        ...{ name: '-t- above 9', severity: 'high', series: 'été', statistic: 'Sum' },
        ...{
          condition: { kind: 'above', threshold: 9 },
          periodSeconds: 300,
          datapoints: 2,
          of: 3,
          missingData: 'notBreaching',
        },
      },
    ],
    [
      'readings',
      { series: 'Shadowfax', below: 5 },
      rides,
      {
        ...{
          name: 'Shadowfax below 5',
          severity: 'high',
          series: 'Shadowfax',
          measure: 'distance',
          statistic: 'SampleCount',
        },
        ...{
          condition: { kind: 'below', threshold: 5 },
          periodSeconds: 60,
          datapoints: 1,
          of: 1,
          missingData: 'breaching',
        },
      },
    ],
    [
      'a measure',
      { series: 'Shadowfax', measure: 'health', statistic: 'average', above: 5, name: 'too well' },
      rides,
      {
        ...{ name: 'too well', severity: 'high', series: 'Shadowfax', measure: 'health', statistic: 'Average' },
        ...{
          condition: { kind: 'above', threshold: 5 },
          periodSeconds: 60,
          datapoints: 1,
          of: 1,
          missingData: 'notBreaching',
        },
      },
    ],
    [
      'a band',
      { series: 'a', anomalous: 2, direction: 'above', per: '5m', for: 3 },
      web,
      {
        ...{ name: 'a anomalous above', severity: 'high', series: 'a', statistic: 'Sum' },
        condition: { kind: 'anomalous', deviations: 2, direction: 'above' },
        ...{ periodSeconds: 300, datapoints: 3, of: 3, missingData: 'notBreaching' },
      },
    ],
  ])('on %s', (_what, written, source, expected) => {
    expect(faults([written], source)).toEqual([]);
    expect(resolved(written, source)).toEqual(expected);
  });

  it.each([
    ['1m', web, 60, 1],
    ['2m', web, 60, 2],
    ['15m', web, 300, 3],
    ['15m', coarse, 300, 3],
    ['10m', coarse, 300, 2],
    ['4h', web, 3_600, 4],
    ['1d', web, 21_600, 4],
    ['2d', web, 21_600, 8],
    ['25h', web, 3_600, 25],
  ])('on what is missing for %s', (missing, source, periodSeconds, of) => {
    expect(faults([{ series: 'a', missing }], source)).toEqual([]);
    expect(resolved({ series: 'a', missing }, source)).toMatchObject({
      ...{ name: `a missing ${missing}`, periodSeconds, of, datapoints: of, missingData: 'breaching' },
    });
  });
});

// biome-ignore format: one row a mistake
const mistakes: readonly (readonly [mistake: string, written: object, source: WatchedSource, message: string])[] = [
  ['a period shorter than a bucket', { series: 'a', below: 1, per: '1m' }, coarse, 'alarms.0.per: "1m" is no multiple of the 5m that are published; expected one of 5m, 15m, 1h, 6h, 1d'],
  ['a window of an odd length', { series: 'a', below: 1 }, { ...rides, windowSeconds: 7 }, "alarms.0: cannot be: no period of CloudWatch's is a multiple of the window's 7 seconds"],
  ['more than a day of minutes', { series: 'a', below: 1, for: 1_441 }, web, 'alarms.0.for: 1441 periods of 1m are more than CloudWatch looks back on; expected 1440 at most'],
  ['more than a week of hours', { series: 'a', below: 1, per: '6h', for: 29 }, web, 'alarms.0.for: 29 periods of 6h are more than CloudWatch looks back on; expected 28 at most'],
  ['missing for parts of a bucket', { series: 'a', missing: '7m' }, coarse, 'alarms.0.missing: "7m" cannot be: no period that is a multiple of the 5m that are published goes into it'],
  ['missing for a day and some', { series: 'a', missing: '1450m' }, web, 'alarms.0.missing: "1450m" is more than a day; expected whole hours, which CloudWatch looks back on for 7 days'],
  ['fewer than none', { series: 'a', below: 0 }, web, 'alarms.0.below: 0 is below every count; expected a number above 0'],
  ['a measure without a window', { series: 'a', measure: 'distance', above: 1 }, web, 'alarms.0.measure: "distance" is of no window: the source has none'],
  ['a slip in a measure', { series: 'a', measure: 'distanse', above: 1 }, rides, 'alarms.0.measure: "distanse" is not a measure of the window; did you mean distance?'],
  ['another measure', { series: 'a', measure: 'magic', above: 1 }, rides, 'alarms.0.measure: "magic" is not a measure of the window; expected one of distance, health'],
];

describe('a mistake that only the source shows', () => {
  it.each(mistakes)('%s', (_mistake, written, source, message) => {
    expect(faults([written], source)).toEqual([message]);
  });

  it('two of one name', () => {
    const [one, other] = [
      { series: 'a', above: 1 },
      { series: 'b', above: 1, name: 'a above 1' },
    ];
    expect(faults([one, one])).toEqual(['alarms.1: is called "a above 1", as alarms[0] is; expected another name']);
    expect(faults([one, other])).toEqual([
      'alarms.1.name: is called "a above 1", as alarms[0] is; expected another name',
    ]);
  });
});
