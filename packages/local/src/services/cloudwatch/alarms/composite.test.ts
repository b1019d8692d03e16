import { describe, expect, test } from 'vitest';
import { minuteMs, topic, triedAlarms } from '../../../../test/tried-alarms.ts';

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
