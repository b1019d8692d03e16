import { expect, test } from 'vitest';
import { memberName } from './shape.ts';

test("Step Functions' own integrations have the service's names", () => {
  expect(['MD5OfMessageBody', 'messageId', 'BOOL'].map((name) => memberName(name, 'optimized'))).toEqual([
    ...['MD5OfMessageBody', 'MessageId', 'BOOL'],
  ]);
});

test.each([
  ['Name', 'Name'],
  ['functionName', 'FunctionName'],
  ['UUID', 'Uuid'],
  ['DBClusterIdentifier', 'DbClusterIdentifier'],
  ['SSEDescription', 'SseDescription'],
  ['MD5OfMessageBody', 'Md5OfMessageBody'],
  ['ETag', 'ETag'],
  ['StreamARN', 'StreamARN'],
  ['S', 'S'],
  ['SS', 'Ss'],
  ['BOOL', 'Bool'],
  ['NULL', 'Nul'],
])('the member %s is %s to a task', (name, expected) => {
  expect(memberName(name, 'sdk')).toBe(expected);
});
