import { expect, it } from 'vitest';
import { type Answer, type Call, cut } from '../gateway/intercept.ts';
import { wakeReaders } from './wake.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/T';
const stream = 'arn:aws:kinesis:us-east-1:000000000000:stream/S';

it.each<[string, string, string | undefined, Answer | number, readonly string[]]>([
  ['dynamodb', 'PutItem', 'T', 200, [table]],
  ['dynamodb', 'UpdateItem', 'T', 200, [table]],
  ['dynamodb', 'UpdateItem', 'T', 400, []],
  ['dynamodb', 'UpdateItem', 'T', cut, []],
  ['dynamodb', 'GetItem', 'T', 200, []],
  ['dynamodb', 'BatchWriteItem', 'T', 200, ['every table']],
  ['dynamodb', 'TransactWriteItems', 'T', 200, ['every table']],
  ['dynamodb', 'ExecuteStatement', undefined, 200, ['every table']],
  ['kinesis', 'PutRecords', 'S', 200, [stream]],
  ['kinesis', 'SplitShard', 'S', 200, [stream]],
  ['kinesis', 'GetRecords', 'S', 200, []],
])('%s %s of %s, answered with %s, wakes %j', async (service, operation, resource, answer, expected) => {
  const woken: string[] = [];
  const wake = wakeReaders(
    [{ wake: (arn) => void woken.push(arn), wakeTables: () => void woken.push('every table') }],
    { region: 'us-east-1', account: '000000000000' },
  );
  const request = {
    ...{ service, operation, method: 'POST', path: '/', region: 'us-east-1', accessKeyId: '' },
    ...{ query: new URLSearchParams(), headers: {}, body: Buffer.alloc(0) },
  };
  const call: Call = {
    number: 1,
    request,
    caller: { accessKeyId: '', sessionToken: '' },
    ...(resource === undefined ? {} : { resource }),
  };
  const given = typeof answer === 'number' ? { status: answer, headers: {}, body: '' } : answer;
  expect(await wake(call, async () => given)).toBe(given);
  expect(woken).toEqual(expected);
});
