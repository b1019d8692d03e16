import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { alarms } from './alarms.ts';

function problemsOf(written: object): string[] {
  const result = v.safeParse(alarms, [written]);
  return result.success ? [] : result.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`);
}

describe('alarms of a source', () => {
  it.each([
    [{ series: 'page view', below: 5, per: '1m', for: 3, severity: 'critical', name: 'few page views' }],
    [{ series: 'page view', above: 1000, per: '5m', for: { datapoints: 2, of: 3 } }],
    [{ series: 'order', missing: '15m' }],
    [{ series: 'page view', anomalous: 2, direction: 'below', per: '5m', for: 3 }],
    [{ series: 'Shadowfax', measure: 'distance', statistic: 'average', below: -10, per: '1m' }],
  ])('may be %j', (written) => {
    expect(problemsOf(written)).toEqual([]);
  });

  it('are grave, and as many periods as are asked for', () => {
    expect(v.parse(alarms, [{ series: 'a', above: 1, for: 3 }])).toEqual([
      { series: 'a', above: 1, for: { datapoints: 3, of: 3 }, severity: 'high' },
    ]);
  });
});

// biome-ignore format: one row a mistake
const mistakes: readonly (readonly [mistake: string, written: object, message: string])[] = [
  ['no condition', { series: 'a' }, '0: says of no condition when it turns on; expected one of above, below, missing, anomalous'],
  ['two conditions', { series: 'a', above: 1, below: 0.5 }, '0: has above and below; expected one of above, below, missing, anomalous'],
  ['a slip', { series: 'a', belw: 5 }, '0.belw: is not a known key; did you mean below?'],
  ['no series', { below: 5 }, '0.series: is missing; expected the name of its events, 256 bytes at most'],
  ['a series without a name', { series: '', below: 5 }, '0.series: "" is not the name of a series; expected the name of its events, 256 bytes at most'],
  ['a threshold in words', { series: 'a', below: '5' }, '0.below: "5" is not a threshold; expected a number'],
  ['a period of no alarm', { series: 'a', below: 5, per: '2m' }, '0.per: "2m" is not a period; expected one of 1m, 5m, 15m, 1h, 6h, 1d'],
  ['more of fewer', { series: 'a', below: 5, for: { datapoints: 3, of: 2 } }, '0.for: asks for 3 of 2 periods; expected as many or fewer'],
  ['no periods', { series: 'a', below: 5, for: 0 }, '0.for: 0 is not a number of periods; expected a whole number from 1 to 10,080'],
  ['a period of what is missing', { series: 'a', missing: '15m', per: '1m' }, '0.per: cannot stand here: missing says for how long nothing comes'],
  ['a direction of a threshold', { series: 'a', above: 5, direction: 'both' }, '0.direction: cannot stand here: only what is anomalous has one'],
  ['a statistic of events', { series: 'a', above: 5, statistic: 'sum' }, '0.statistic: cannot stand here: events are counted; it is of a measure'],
  ['a band of no width', { series: 'a', anomalous: 0 }, '0.anomalous: 0 is not a number of standard deviations; expected a number above 0, 10 at most'],
  ['another severity', { series: 'a', above: 5, severity: 'urgent' }, '0.severity: "urgent" is not a severity; expected one of critical, high, low'],
  ['a name that links cannot have', { series: 'a', above: 5, name: 'a/b' }, '0.name: "a/b" is not a name of an alarm; expected letters, digits, spaces and . _ -, 100 characters at most: the alarm is called by it'],
];

describe('a mistake in an alarm', () => {
  it.each(mistakes)('%s', (_mistake, written, message) => {
    expect(problemsOf(written)).toEqual([message]);
  });
});
