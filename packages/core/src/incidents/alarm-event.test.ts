import { expect, test } from 'vitest';
import { parseAlarmEvent } from './alarm-event.ts';

const reasonData = {
  ...{ version: '1.0', queryDate: '2026-11-02T09:01:00.000+0000', startDate: '2026-11-02T08:58:00.000+0000' },
  ...{ statistic: 'Sum', period: 60, recentDatapoints: [7, 4, 2], threshold: 5 },
  evaluatedDatapoints: [
    { timestamp: '2026-11-02T09:00:00.000+0000', sampleCount: 1, value: 2 },
    { timestamp: '2026-11-02T08:59:00.000+0000', sampleCount: 1, value: 4 },
  ],
};

function eventOf(state: object, previousState?: object) {
  const detail = { alarmName: 'shop-web-few', state, ...(previousState === undefined ? {} : { previousState }) };
  return { source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change', detail };
}

const state = { value: 'ALARM', reason: 'Threshold Crossed', timestamp: '2026-11-02T09:01:00.123+0000' };
const previous = { value: 'OK', reason: 'fine', timestamp: '2026-11-02T08:00:00.000+0000' };

test('a transition has its time, its reason, its threshold and the newest value', () => {
  const input = eventOf({ ...state, reasonData: JSON.stringify(reasonData) }, previous);
  expect(parseAlarmEvent(input)).toEqual({
    ok: true,
    event: {
      ...{ alarm: 'shop-web-few', state: 'ALARM', transitionMs: Date.parse('2026-11-02T09:01:00.123Z') },
      ...{ previous: 'OK', previousMs: Date.parse('2026-11-02T08:00:00Z') },
      ...{ reason: 'Threshold Crossed', threshold: 5, value: 2 },
    },
  });
});

const missing =
  '1 out of the last 3 datapoints was less than the threshold and 2 missing datapoints were treated as [Breaching]';
test.each([
  ['the newest period is there', missing, '09:01:30', { value: 2 }],
  ['it is not', missing, '09:02:00', {}],
  ['it is not, which is not why the alarm is on', 'Threshold Crossed', '09:02:00', { value: 2 }],
])('a value is how things are now: %s', (_what, reason, queried, measured) => {
  const data = JSON.stringify({ ...reasonData, queryDate: `2026-11-02T${queried}.000+0000` });
  const parsed = parseAlarmEvent(eventOf({ ...state, reason, reasonData: data }));
  const { threshold, value } = { value: undefined, ...(parsed.ok ? parsed.event : {}) };
  expect({ threshold, ...(value === undefined ? {} : { value }) }).toEqual({ threshold: 5, ...measured });
});

test.each([
  ['no data', undefined, {}],
  ['something that is no JSON', 'oops', {}],
  ['data of a composite alarm', '{"triggeringAlarms":[]}', {}],
  ['recent data points alone', '{"recentDatapoints":[7,null,3,null]}', { value: 3 }],
  [
    'periods without data',
    '{"threshold":5,"recentDatapoints":[],"evaluatedDatapoints":[{"timestamp":"2026-11-02T09:00:00.000+0000"}]}',
    { threshold: 5 },
  ],
  ['no threshold', '{"threshold":null,"recentDatapoints":[1]}', { value: 1 }],
])('with %s it is one all the same', (_what, data, measured) => {
  const input = eventOf(data === undefined ? state : { ...state, reasonData: data });
  expect(parseAlarmEvent(input)).toEqual({
    ok: true,
    event: {
      ...{ alarm: 'shop-web-few', state: 'ALARM', transitionMs: Date.parse('2026-11-02T09:01:00.123Z') },
      ...{ previous: 'INSUFFICIENT_DATA', reason: 'Threshold Crossed' },
      ...measured,
    },
  });
});

test('of a composite alarm the parts that are on are told', () => {
  const arn = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:';
  const of = (name: string, value: string) => ({ arn: arn + name, state: { value, timestamp: state.timestamp } });
  const partsOf = (...triggeringAlarms: object[]) => {
    const result = parseAlarmEvent(eventOf({ ...state, reasonData: JSON.stringify({ triggeringAlarms }) }));
    return result.ok ? result.event.partsOn : result.mistake;
  };
  const lag = of('shop_web-lag', 'ALARM');
  expect(partsOf(lag, of('shop_web-errors', 'ALARM'), lag)).toEqual(['shop_web-errors', 'shop_web-lag']);
  expect(partsOf(lag, of('shop_web-errors', 'OK'))).toEqual(['shop_web-lag']);
  expect(partsOf(of('shop_web: 5', 'ALARM'))).toEqual(['shop_web: 5']);
  expect(partsOf(of('shop_web-lag', 'OK'))).toBeUndefined();
});

test.each([
  ['another event', { ...eventOf(state), 'detail-type': 'CloudWatch Alarm Configuration Change' }, /^detail-type: /],
  ['another state', eventOf({ ...state, value: 'BROKEN' }), /^detail\.state\.value: /],
  ['no time', eventOf({ value: 'OK', reason: '' }), /^detail\.state\.timestamp: /],
  ['a time that is none', eventOf({ ...state, timestamp: 'soon' }), /^detail\.state\.timestamp: soon is not a time$/],
  ['nothing', null, /^event: /],
])('%s is refused by name', (_what, input, mistake) => {
  const result = parseAlarmEvent(input);
  expect(result.ok ? 'taken' : result.mistake).toMatch(mistake);
});
