import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { hourMs, minuteMs, startMs, topic, triedAlarms } from '../../../../test/tried-alarms.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('evaluation', () => {
  test('goes through its states, with an event and the actions of each transition', () => {
    const tried = triedAlarms();
    tried.put('a', {
      ...{ OKActions: [topic('ok')], AlarmActions: [topic('one'), topic('two')] },
      InsufficientDataActions: [topic('unknown')],
    });
    expect([tried.state('a'), tried.reason('a')]).toEqual(['INSUFFICIENT_DATA', 'Unchecked: Initial alarm creation']);
    tried.add(1, 11);
    tried.after(0);
    tried.after(0);
    tried.add(0, 10);
    tried.after(minuteMs);
    tried.after(3 * minuteMs);
    expect(tried.taken).toEqual(['ALARM: one', 'ALARM: two', 'OK: ok', 'INSUFFICIENT_DATA: unknown']);
    expect(tried.events.map(({ detail, timeMs }) => [detail.state, timeMs])).toMatchObject([
      [{ value: 'ALARM' }, startMs + 1],
      [{ value: 'OK' }, startMs + minuteMs],
      [{ value: 'INSUFFICIENT_DATA' }, startMs + 4 * minuteMs],
    ]);
  });

  test.each([
    ['SampleCount', 2, 'ALARM'],
    ['SampleCount', 1.5, 'OK'],
    ['Sum', 30, 'ALARM'],
    ['Average', 15, 'ALARM'],
    ['Minimum', 10, 'ALARM'],
    ['Maximum', 20, 'ALARM'],
    ['Maximum', 19, 'OK'],
  ])('the %s is compared, here with %d', (Statistic, Threshold, state) => {
    const tried = triedAlarms();
    tried.put('a', { Statistic, Threshold, ComparisonOperator: 'LessThanOrEqualToThreshold' });
    tried.add(1, 10);
    tried.add(1, 20);
    tried.after(0);
    expect(tried.state('a')).toBe(state);
  });

  test.each([
    ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
    ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
    ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
    ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
  ])('%s', (ComparisonOperator, states) => {
    const seen = [9, 10, 11].map((value) => {
      const tried = triedAlarms();
      tried.put('a', { ComparisonOperator });
      tried.add(1, value);
      tried.after(0);
      return tried.state('a');
    });
    expect(seen).toEqual(states);
  });

  test('the minute that runs does not count', () => {
    const tried = triedAlarms();
    tried.put('a');
    tried.add(0, 11);
    tried.after(59_999);
    expect(tried.state('a')).toBe('INSUFFICIENT_DATA');
    tried.after(1);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('longer periods end with the minute of the evaluation, not with the hour', () => {
    const tried = triedAlarms();
    tried.put('a', { Period: 300, Threshold: 2, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
    tried.add(-1, 1);
    tried.add(-3, 1);
    // 08:58 to 09:03, then 08:59 to 09:04: the second has both.
    tried.after(3 * minuteMs);
    expect(tried.state('a')).toBe('OK');
    tried.after(minuteMs);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('an alarm over more than a day looks as far as the hour', () => {
    const tried = triedAlarms();
    tried.put('a', { Period: 3_600, EvaluationPeriods: 25, DatapointsToAlarm: 1 });
    tried.add(-10, 11);
    tried.after(59 * minuteMs);
    expect(tried.state('a')).toBe('INSUFFICIENT_DATA');
    tried.after(minuteMs);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('datapoints of late minutes are seen at the next evaluation', () => {
    const tried = triedAlarms();
    tried.put('a', { EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'notBreaching' });
    tried.add(1, 11);
    tried.after(0);
    expect(tried.state('a')).toBe('OK');
    tried.add(2, 11);
    tried.after(0);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('metric math: a sum of those metrics that have a value', () => {
    const tried = triedAlarms();
    const stat = (Id: string) => ({
      ...{ Id, ReturnData: false },
      MetricStat: { Metric: { Namespace: 'N', MetricName: Id }, Period: 60, Stat: 'Sum' },
    });
    const without = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
    const math = (Expression: string) => ({
      ...without,
      Metrics: [{ Id: 'e', Expression, Label: 'All' }, stat('m1'), stat('m2'), stat('m3')],
    });
    tried.put('all', math('SUM(METRICS())'));
    tried.put('two', math('SUM([m1, m2])'));
    tried.put('none', math('SUM([m3])'));
    tried.add(1, 6, 'm1');
    tried.add(1, 3, 'm2');
    tried.after(0);
    expect(['all', 'two', 'none'].map(tried.state)).toEqual(['OK', 'OK', 'INSUFFICIENT_DATA']);
    tried.add(1, 2, 'm3');
    tried.after(0);
    expect(['all', 'two', 'none'].map(tried.state)).toEqual(['ALARM', 'OK', 'OK']);
  });

  test.each([
    ['SUM([m1, m2])', [3, undefined], 3],
    ['SUM([m1, m2])', [3, 4], 7],
    ['MAX([m1, m2])', [3, 4], 4],
    ['MAX([m1, m2])', [-3, undefined], -3],
    ['MIN([m1, m2])', [3, 4], 3],
    ['MIN([m1, m2])', [undefined, 4], 4],
    ['MAX(METRICS())', [3, undefined], 3],
    ['MIN(METRICS())', [undefined, undefined], undefined],
  ])('%s of %j is %d: a metric without a value counts for nothing', (Expression, values, expected) => {
    const tried = triedAlarms();
    const ids = ['m1', 'm2'];
    const stats = ids.map((Id) => ({
      ...{ Id, ReturnData: false },
      MetricStat: { Metric: { Namespace: 'N', MetricName: Id }, Period: 60, Stat: 'Sum' },
    }));
    const without = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
    const bound = (ComparisonOperator: string) => ({
      ...without,
      ...{ ComparisonOperator, Threshold: expected ?? 0, Metrics: [{ Id: 'e', Expression }, ...stats] },
    });
    tried.put('at least', bound('GreaterThanOrEqualToThreshold'));
    tried.put('at most', bound('LessThanOrEqualToThreshold'));
    for (const [index, value] of values.entries()) if (value !== undefined) tried.add(1, value, ids[index]);
    tried.after(0);
    const state = expected === undefined ? 'INSUFFICIENT_DATA' : 'ALARM';
    expect([tried.state('at least'), tried.state('at most')]).toEqual([state, state]);
  });

  test('an alarm on a metric of DynamoDB ignores missing data, whatever it says', () => {
    const tried = triedAlarms();
    tried.put('a', { Namespace: 'AWS/DynamoDB', TreatMissingData: 'breaching' });
    tried.put('b', { Namespace: 'AWS/Lambda', TreatMissingData: 'breaching' });
    tried.after(0);
    expect([tried.state('a'), tried.state('b')]).toEqual(['INSUFFICIENT_DATA', 'ALARM']);
  });

  test('nor does its reason say that they were treated as anything', () => {
    const tried = triedAlarms();
    tried.put('a', { Namespace: 'AWS/DynamoDB', TreatMissingData: 'notBreaching', EvaluationPeriods: 3 });
    tried.metrics.add([
      {
        ...{ metric: { namespace: 'AWS/DynamoDB', metricName: 'M', dimensions: [] }, atMs: startMs - minuteMs },
        ...{ sampleCount: 1, sum: 1, minimum: 1, maximum: 1 },
      },
    ]);
    tried.after(0);
    expect([tried.state('a'), tried.reason('a')]).toEqual([
      'OK',
      'Threshold Crossed: 1 datapoint [1.0 (02/11/26 08:59:00)] was not greater than the threshold (10.0).',
    ]);
  });

  test('reads a metric again only when something was put there', () => {
    const tried = triedAlarms();
    tried.put('a', { EvaluationPeriods: 5 });
    tried.add(1, 1);
    tried.after(0);
    const points = vi.spyOn(tried.metrics, 'points');
    for (let minute = 0; minute < 10; minute += 1) tried.after(minuteMs);
    expect([points.mock.calls.length, tried.state('a')]).toEqual([0, 'INSUFFICIENT_DATA']);
    tried.add(-9, 11);
    tried.after(0);
    expect([points.mock.calls.length, tried.state('a')]).toEqual([1, 'INSUFFICIENT_DATA']);
  });
});

describe('the clock', () => {
  test('evaluates half a minute after each minute, and nothing while there is no alarm', async () => {
    const tried = triedAlarms();
    await turn();
    expect(tried.clock.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    tried.put('a');
    tried.add(1, 11);
    await turn();
    expect(tried.clock.nextDueMs).toBe(startMs + 30_000);
    tried.clock.advance(29_999);
    await turn();
    expect(tried.state('a')).toBe('INSUFFICIENT_DATA');
    tried.clock.advance(1);
    await turn();
    expect([tried.state('a'), tried.clock.nextDueMs]).toEqual(['ALARM', startMs + 90_000]);
    tried.alarms.close();
    await turn();
    expect([tried.clock.nextDueMs, tried.errors]).toEqual([Number.POSITIVE_INFINITY, []]);
  });

  test('does nothing where alarms are to be evaluated on demand', async () => {
    const tried = triedAlarms({ byThemselves: false });
    tried.put('a');
    tried.add(1, 11);
    await turn();
    expect(tried.clock.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    tried.alarms.evaluate();
    expect(tried.state('a')).toBe('ALARM');
  });

  test('a leap is one evaluation, for where it ends', async () => {
    const tried = triedAlarms();
    tried.put('a');
    await turn();
    tried.add(-1, 11);
    tried.add(-59, 10);
    tried.clock.advance(hourMs);
    await turn();
    expect(tried.events.map(({ detail }) => detail.state)).toMatchObject([{ value: 'OK' }]);
    tried.alarms.close();
  });
});

describe('a state that was set', () => {
  test('lasts until the next evaluation, with the actions of both transitions', () => {
    const tried = triedAlarms();
    tried.put('a', { AlarmActions: [topic('on')], OKActions: [topic('off')], TreatMissingData: 'notBreaching' });
    tried.alarms.setState('a', { value: 'ALARM', reason: 'tried', reasonData: undefined });
    tried.alarms.setState('a', { value: 'ALARM', reason: 'tried again', reasonData: undefined });
    expect([tried.reason('a'), tried.events.length]).toEqual(['tried again', 1]);
    tried.after(0);
    expect(tried.taken).toEqual(['ALARM: on', 'OK: off']);
  });

  test('is left by an alarm that ignores missing data', () => {
    const tried = triedAlarms();
    tried.put('a', { TreatMissingData: 'ignore' });
    tried.alarms.setState('a', { value: 'ALARM', reason: 'tried', reasonData: undefined });
    tried.after(minuteMs);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('no two transitions have the same time, though the clock stands still', () => {
    const tried = triedAlarms();
    tried.put('a');
    for (const value of ['ALARM', 'OK', 'ALARM'] as const) {
      tried.alarms.setState('a', { value, reason: value, reasonData: undefined });
    }
    expect(tried.events.map(({ timeMs }) => timeMs - startMs)).toEqual([1, 2, 3]);
  });

  test('takes no action where actions are disabled', () => {
    const tried = triedAlarms();
    tried.put('a', { AlarmActions: [topic('on')], OKActions: [topic('off')], ActionsEnabled: false });
    tried.alarms.setState('a', { value: 'ALARM', reason: 'tried', reasonData: undefined });
    tried.alarms.setActionsEnabled('a', true);
    tried.alarms.setState('a', { value: 'OK', reason: 'tried', reasonData: undefined });
    expect([tried.taken, tried.events.length]).toEqual([['OK: off'], 2]);
  });
});

describe('composite alarms', () => {
  const set = (tried: ReturnType<typeof triedAlarms>, name: string, value: 'OK' | 'ALARM') =>
    tried.alarms.setState(name, { value, reason: 'set', reasonData: undefined });

  test('follow their children at once, whole chains of them', () => {
    const tried = triedAlarms();
    for (const name of ['a', 'b']) tried.put(name);
    tried.compose('both', 'ALARM(a) AND ALARM(b)', { AlarmActions: [topic('both')] });
    tried.compose('top', 'ALARM("both") OR INSUFFICIENT_DATA(a)');
    expect([tried.state('both'), tried.state('top')]).toEqual(['OK', 'ALARM']);
    expect(tried.reason('both')).toBe(
      'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:both was created and its alarm rule evaluates to OK',
    );
    set(tried, 'a', 'ALARM');
    expect(tried.state('top')).toBe('OK');
    set(tried, 'b', 'ALARM');
    expect([tried.state('both'), tried.state('top'), tried.taken]).toEqual(['ALARM', 'ALARM', ['ALARM: both']]);
    expect(tried.alarms.get('both')?.state).toMatchObject({
      reason:
        'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:b transitioned to ALARM at Monday 02 November, 2026 09:00:00 UTC',
      reasonData:
        '{"triggeringAlarms":[{"arn":"arn:aws:cloudwatch:eu-west-1:000000000000:alarm:b","state":{"value":"ALARM","timestamp":"2026-11-02T09:00:00.001+0000"}}]}',
    });
    set(tried, 'b', 'OK');
    expect([tried.state('both'), tried.state('top')]).toEqual(['OK', 'OK']);
  });

  test('stay where they are when their rule is put again, and follow it then', () => {
    const tried = triedAlarms();
    tried.put('a');
    tried.compose('c', 'ALARM(a)');
    tried.compose('c', 'NOT ALARM(a)');
    expect([tried.state('c'), tried.reason('c')]).toEqual([
      'ALARM',
      'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:c was updated and its alarm rule evaluates to ALARM',
    ]);
  });

  test('a state that was set stays until a child changes', () => {
    const tried = triedAlarms();
    tried.put('a');
    tried.compose('c', 'ALARM(a)');
    set(tried, 'c', 'ALARM');
    tried.after(minuteMs);
    expect(tried.state('c')).toBe('ALARM');
    set(tried, 'a', 'OK');
    expect(tried.state('c')).toBe('OK');
  });

  test('in a circle they are not evaluated', () => {
    const tried = triedAlarms();
    tried.put('a');
    tried.compose('x', 'ALARM(a)');
    tried.compose('y', 'ALARM(x)');
    tried.compose('x', 'ALARM(a) OR ALARM(y)');
    set(tried, 'a', 'ALARM');
    expect([tried.state('x'), tried.state('y')]).toEqual(['OK', 'OK']);
    expect(() => tried.alarms.delete(['x'])).toThrow(
      'Cannot delete x as there are composite alarm(s) depending on it.',
    );
    tried.compose('x', 'FALSE');
    tried.alarms.delete(['y']);
    tried.alarms.delete(['x', 'a']);
    expect(tried.alarms.list()).toEqual([]);
  });

  test('need their children, and keep them', () => {
    const tried = triedAlarms();
    expect(() => tried.compose('c', 'ALARM(a) OR OK("b")')).toThrow(
      'Could not save the composite alarm as alarms [a, b] in the alarm rule do not exist',
    );
    expect(() => tried.compose('c', 'TRUE OR ALARM(c)')).toThrow('alarms [c] in the alarm rule do not exist');
    tried.put('a');
    tried.compose('c', 'ALARM(a)');
    expect(() => tried.alarms.delete(['a'])).toThrow(
      'Cannot delete a as there are composite alarm(s) depending on it.',
    );
    expect(() => tried.put('c')).toThrow('c is the name of an alarm of another kind');
  });
});

describe('over a restart', () => {
  test('alarms go on in their states, and those of the template go with it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-alarms-'));
    try {
      const first = triedAlarms({ directory });
      first.put('of the template', {}, true);
      first.put('gone', {}, true);
      first.put('of the API');
      first.compose('composite', 'ALARM("of the API")');
      for (const name of ['of the template', 'of the API']) {
        first.alarms.setState(name, { value: 'ALARM', reason: 'set', reasonData: '{"a":1}' });
      }
      first.alarms.close();
      first.store.close();
      const second = triedAlarms({ directory, begin: false });
      second.put('of the template', { TreatMissingData: 'ignore' }, true);
      second.alarms.start();
      expect(second.alarms.list().map(({ alarm, state }) => [alarm.name, state.value])).toEqual([
        ['composite', 'ALARM'],
        ['of the API', 'ALARM'],
        ['of the template', 'ALARM'],
      ]);
      expect(second.alarms.get('of the API')?.state).toEqual(first.alarms.get('of the API')?.state);
      second.after(minuteMs);
      expect([second.state('of the template'), second.state('of the API'), second.state('composite')]).toEqual([
        'ALARM',
        'INSUFFICIENT_DATA',
        'OK',
      ]);
      second.alarms.close();
      second.store.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('an alarm that is put as it was is not updated', () => {
    const tried = triedAlarms();
    tried.put('a');
    tried.clock.advance(minuteMs);
    tried.put('a');
    expect(tried.alarms.get('a')?.alarm.updatedMs).toBe(startMs);
    tried.put('a', { Threshold: 11 });
    expect(tried.alarms.get('a')?.alarm.updatedMs).toBe(startMs + minuteMs);
  });

  test('alarms that are evaluated on demand alone change with a start and a restart in nothing, composite ones neither', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-alarms-'));
    try {
      const first = triedAlarms({ directory, begin: false, byThemselves: false });
      first.put('a', {}, true);
      first.compose('c', 'NOT ALARM(a)');
      first.alarms.start();
      expect([first.state('c'), first.events]).toEqual(['INSUFFICIENT_DATA', []]);
      first.alarms.evaluate();
      expect([first.state('c'), first.events.length]).toEqual(['ALARM', 1]);
      first.alarms.close();
      first.store.close();
      const second = triedAlarms({ directory, begin: false, byThemselves: false });
      second.put('a', {}, true);
      second.compose('c', 'ALARM(a)');
      second.alarms.start();
      expect([second.state('c'), second.events]).toEqual(['ALARM', []]);
      second.alarms.setState('a', { value: 'OK', reason: 'set', reasonData: undefined });
      expect(second.state('c')).toBe('OK');
      second.alarms.close();
      second.store.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('a rule that nobody has looked at before the engine ended is looked at by the next', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-alarms-'));
    try {
      const first = triedAlarms({ directory, begin: false });
      first.put('a', {}, true);
      first.compose('c', 'NOT ALARM(a)');
      first.store.close();
      const second = triedAlarms({ directory, begin: false });
      second.put('a', {}, true);
      second.compose('c', 'NOT ALARM(a)');
      expect(second.state('c')).toBe('INSUFFICIENT_DATA');
      second.alarms.start();
      expect([second.state('c'), second.events.length]).toEqual(['ALARM', 1]);
      second.alarms.close();
      second.store.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('what the template says is seen when all of it stands', () => {
    const tried = triedAlarms({ begin: false });
    tried.put('a', {}, true);
    tried.compose('c', 'NOT ALARM(a)');
    expect([tried.state('c'), tried.events]).toEqual(['INSUFFICIENT_DATA', []]);
    tried.alarms.start();
    expect(tried.state('c')).toBe('ALARM');
    tried.alarms.close();
  });
});
