import { describe, expect, test } from 'vitest';
import type { StateValue } from './alarm.ts';
import { childrenOf, holds, parseAlarmRule } from './alarm-rule.ts';

const states: Readonly<Record<string, StateValue>> = {
  a: 'ALARM',
  b: 'OK',
  c: 'INSUFFICIENT_DATA',
  'with space': 'OK',
};

function parsed(text: string) {
  const result = parseAlarmRule(text);
  if (!result.ok) throw new Error(result.mistake);
  return result.rule;
}

test.each([
  ['TRUE', true],
  ['false', false],
  ['ALARM(a)', true],
  ['OK("a")', false],
  ['INSUFFICIENT_DATA(c)', true],
  ['OK("with space")', true],
  ['ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:a)', true],
  ['OK(absent)', false],
  ['NOT ALARM(absent)', true],
  ['ALARM(a) AND ALARM(b)', false],
  ['ALARM(a) AND NOT ALARM(b)', true],
  ['ALARM(b) OR ALARM(a) AND OK(b)', true],
  ['ALARM(a) OR ALARM(b) AND FALSE', true],
  ['(ALARM(a) OR ALARM(b)) AND FALSE', false],
  ['NOT (ALARM(a) AND OK(b))', false],
  ['(ALARM(a) OR\n  ALARM("b")) AND OK("b")', true],
  ['NOT NOT ALARM(a)', true],
])('%s', (text, expected) => {
  expect(holds(parsed(text), (name) => states[name])).toBe(expected);
});

test('names each child once', () => {
  expect(childrenOf(parsed('ALARM(a) OR (OK(a) AND NOT ALARM("b"))'))).toEqual(['a', 'b']);
});

describe('refused', () => {
  test.each([
    ['', /must not contain leading or trailing whitespace or be null/],
    [' ALARM(a)', /must not contain leading or trailing whitespace/],
    ['ALARM(a) AND', /it ends where a function, TRUE or FALSE was expected/],
    ['ALARM(a', /it ends where \) was expected/],
    ['ALARM()', /\) where the name of an alarm was expected/],
    ['ALARM(a b)', /b where \) was expected/],
    ['ALARM(a) ALARM(b)', /ALARM is not expected here/],
    ['ALARM("a)', /it cannot be read from "\\"a\)" on/],
    ['AT_LEAST(1, ALARM, (a, b))', /the local engine does not know AT_LEAST; it knows ALARM, OK/],
    [Array.from({ length: 101 }, (_, index) => `ALARM(a${index})`).join(' OR '), /not reference more than 100 alarms/],
    [Array(501).fill('TRUE').join(' OR '), /not have more than 500 elements/],
  ])('%s', (text, mistake) => {
    expect(parseAlarmRule(text)).toMatchObject({ ok: false, mistake: expect.stringMatching(mistake) });
  });
});
