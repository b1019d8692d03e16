import { expect, test } from 'vitest';
import { csvLines, csvName } from './csv.ts';

test.each([
  ['page view', 'page view'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\r\nlines', '"two\r\nlines"'],
  [' led by a space', '" led by a space"'],
  ['=1+1', "'=1+1"],
  ['@SUM(A1,"x")', '"\'@SUM(A1,""x"")"'],
  ['-5', "'-5"],
  ['+5', "'+5"],
  ['\tx', "'\tx"],
  ['a=b', 'a=b'],
  ['$other', '$other'],
])('writes the name %j as %s', (name, field) => {
  expect(csvName(name)).toBe(field);
});

test('names the column of hours EventHour and every other EventBucket', () => {
  const startMs = Date.parse('2026-11-02T09:00:00Z');
  expect([...csvLines([{ name: 'a', size: '1h', startMs, count: 3 }], '1h')].join('')).toBe(
    'EventName,EventHour,EventCount\r\na,2026-11-02T09:00:00Z,3\r\n',
  );
  expect([...csvLines([], '1m')]).toEqual(['EventName,EventBucket,EventCount\r\n']);
});
