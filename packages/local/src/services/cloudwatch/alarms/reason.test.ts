import { describe, expect, test } from 'vitest';
import { minuteMs, triedAlarms } from '../../../../test/tried-alarms.ts';

type Values = readonly (number | undefined)[];

/** An alarm at half past nine, after so many values by the minute, the newest last; and once more with `then`. */
function told(more: object, values: Values, then?: Values) {
  const tried = triedAlarms();
  tried.put('a', more);
  for (const each of then === undefined ? [values] : [values, then]) {
    tried.clock.advance(15 * minuteMs);
    const minutesAgo = -(tried.clock.now() / minuteMs) + Date.parse('2026-11-02T09:00:00Z') / minuteMs;
    each.forEach((value, index) => {
      if (value !== undefined) tried.add(minutesAgo + each.length - index, value);
    });
    tried.after(0);
  }
  const state = tried.alarms.get('a')?.state;
  return { value: state?.value, reason: state?.reason, data: state?.reasonData };
}

const three = { EvaluationPeriods: 3 };
const twoOfThree = { EvaluationPeriods: 3, DatapointsToAlarm: 2 };
const none = undefined;

describe('reasons, as CloudWatch words them', () => {
  test.each<[string, object, Values, string]>([
    [
      'one',
      {},
      [11],
      'Threshold Crossed: 1 datapoint [11.0 (02/11/26 09:14:00)] was greater than the threshold (10.0).',
    ],
    [
      'all of several, the newest first',
      { ...three, ComparisonOperator: 'LessThanOrEqualToThreshold' },
      [1, 2.5, 3],
      'Threshold Crossed: 3 datapoints [3.0 (02/11/26 09:14:00), 2.5 (02/11/26 09:13:00), 1.0 (02/11/26 09:12:00)] were less than or equal to the threshold (10.0).',
    ],
    [
      'those that are not',
      three,
      [11, 1, 11],
      'Threshold Crossed: 1 datapoint [1.0 (02/11/26 09:13:00)] was not greater than the threshold (10.0).',
    ],
    [
      'M out of N',
      twoOfThree,
      [11, 1, 12],
      'Threshold Crossed: 2 out of the last 3 datapoints [12.0 (02/11/26 09:14:00), 11.0 (02/11/26 09:12:00)] were greater than the threshold (10.0) (minimum 2 datapoints for OK -> ALARM transition).',
    ],
    [
      'M out of N, and back',
      { EvaluationPeriods: 3, DatapointsToAlarm: 3 },
      [1, 2, 11],
      'Threshold Crossed: 2 out of the last 3 datapoints [2.0 (02/11/26 09:13:00), 1.0 (02/11/26 09:12:00)] were not greater than the threshold (10.0) (minimum 1 datapoint for ALARM -> OK transition).',
    ],
    [
      'nothing received, treated as breaching',
      { ...three, TreatMissingData: 'breaching' },
      [],
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].',
    ],
    [
      'nothing received in one period',
      { TreatMissingData: 'notBreaching' },
      [],
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
    [
      'some received, some missing',
      { EvaluationPeriods: 5, DatapointsToAlarm: 1, TreatMissingData: 'notBreaching' },
      [11, none],
      'Threshold Crossed: 1 out of the last 5 datapoints [11.0 (02/11/26 09:13:00)] was greater than the threshold (10.0) and 4 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).',
    ],
    [
      'four are listed',
      { EvaluationPeriods: 4 },
      [11, 12, 13, 14],
      'Threshold Crossed: 4 datapoints [14.0 (02/11/26 09:14:00), 13.0 (02/11/26 09:13:00), 12.0 (02/11/26 09:12:00), 11.0 (02/11/26 09:11:00)] were greater than the threshold (10.0).',
    ],
    [
      'of five and more the newest',
      { EvaluationPeriods: 6 },
      [11, 12, 13, 14, 15, 16],
      'Threshold Crossed: 6 datapoints were greater than the threshold (10.0). The most recent datapoints which crossed the threshold: [16.0 (02/11/26 09:14:00), 15.0 (02/11/26 09:13:00), 14.0 (02/11/26 09:12:00), 13.0 (02/11/26 09:11:00), 12.0 (02/11/26 09:10:00)].',
    ],
    [
      'five, M out of N',
      { EvaluationPeriods: 5, DatapointsToAlarm: 5 },
      [11, 12, 13, 14, 15],
      'Threshold Crossed: 5 out of the last 5 datapoints were greater than the threshold (10.0). The most recent datapoints which crossed the threshold: [15.0 (02/11/26 09:14:00), 14.0 (02/11/26 09:13:00), 13.0 (02/11/26 09:12:00), 12.0 (02/11/26 09:11:00), 11.0 (02/11/26 09:10:00)] (minimum 5 datapoints for OK -> ALARM transition).',
    ],
    [
      'five, and back',
      { EvaluationPeriods: 5 },
      [1, 2, 3, 4, 5],
      'Threshold Crossed: 5 datapoints were not greater than the threshold (10.0). The most recent datapoints: [5.0 (02/11/26 09:14:00), 4.0 (02/11/26 09:13:00), 3.0 (02/11/26 09:12:00), 2.0 (02/11/26 09:11:00), 1.0 (02/11/26 09:10:00)].',
    ],
    [
      'missing ones alone made it',
      { ...twoOfThree, TreatMissingData: 'breaching' },
      [1, none, none],
      'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
    ],
  ])('%s', (_, more, values, reason) => {
    expect(told(more, values).reason).toBe(reason);
  });

  test('insufficient data', () => {
    expect(told(three, [1, 1, 1], [])).toMatchObject({
      value: 'INSUFFICIENT_DATA',
      reason: 'Insufficient Data: 3 datapoints were unknown.',
      data: '{"version":"1.0","queryDate":"2026-11-02T09:30:00.000+0000","statistic":"Sum","period":60,"recentDatapoints":[],"threshold":10.0,"evaluatedDatapoints":[{"timestamp":"2026-11-02T09:29:00.000+0000"},{"timestamp":"2026-11-02T09:28:00.000+0000"},{"timestamp":"2026-11-02T09:27:00.000+0000"}]}',
    });
  });
});

describe('the data of a reason', () => {
  test('all datapoints, the oldest first, and as many of the deciding ones as it takes', () => {
    expect(told(twoOfThree, [12, 11, 13]).data).toBe(
      '{"version":"1.0","queryDate":"2026-11-02T09:15:00.000+0000","startDate":"2026-11-02T09:12:00.000+0000","statistic":"Sum","period":60,"recentDatapoints":[12.0,11.0,13.0],"threshold":10.0,"evaluatedDatapoints":[{"timestamp":"2026-11-02T09:14:00.000+0000","sampleCount":1.0,"value":13.0},{"timestamp":"2026-11-02T09:13:00.000+0000","sampleCount":1.0,"value":11.0}]}',
    );
  });

  test('periods without a datapoint have their times', () => {
    const { data = '' } = told({ ...three, TreatMissingData: 'breaching' }, [11, none]);
    expect(JSON.parse(data)).toMatchObject({
      startDate: '2026-11-02T09:13:00.000+0000',
      recentDatapoints: [11],
      evaluatedDatapoints: [
        { timestamp: '2026-11-02T09:14:00.000+0000' },
        { timestamp: '2026-11-02T09:13:00.000+0000', value: 11 },
        { timestamp: '2026-11-02T09:12:00.000+0000' },
      ],
    });
  });
});
