import { expect, test } from 'vitest';
import { LogStore } from './log-store.ts';
import { logsService } from './service.ts';

const store = new LogStore();
const service = logsService(store, { region: 'us-east-1', account: '000000000000' });

function write(text: string, timestampMs: number) {
  store.add({ functionName: 'f', logGroupName: '/small/f', logStreamName: 's', timestampMs, text });
}

async function call(operation: string, input: object) {
  const { status, body } = await service.handle({
    ...{
      service: 'logs',
      operation,
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      accessKeyId: '',
      region: '',
    },
    ...{ headers: { 'x-amz-target': `Logs_20140328.${operation}` }, body: Buffer.from(JSON.stringify(input)) },
  });
  return { status, output: JSON.parse(body.toString()) };
}

test('groups exist from the start, and their lines are found by time and by words, in pages', async () => {
  store.open('/small/f');
  store.open('/other');
  expect((await call('FilterLogEvents', { logGroupName: '/small/f' })).output.events).toEqual([]);
  for (const [index, text] of ['one bird', 'two birds', 'two stones'].entries()) write(text, index * 1_000);
  const groups = await call('DescribeLogGroups', { logGroupNamePrefix: '/small' });
  expect(groups.output.logGroups.map(({ logGroupName }: { logGroupName: string }) => logGroupName)).toEqual([
    '/small/f',
  ]);
  const messages = async (input: object) => {
    const { output } = await call('FilterLogEvents', { logGroupName: '/small/f', ...input });
    return [output.events.map(({ message }: { message: string }) => message), output.nextToken];
  };
  expect(await messages({ startTime: 1_000 })).toEqual([['two birds', 'two stones'], undefined]);
  expect(await messages({ filterPattern: 'two birds' })).toEqual([['two birds'], undefined]);
  expect(await messages({ limit: 2 })).toEqual([['one bird', 'two birds'], '2']);
  expect(await messages({ limit: 2, nextToken: '2' })).toEqual([['two stones'], undefined]);
});

test('patterns that the engine does not read are refused', async () => {
  const { status, output } = await call('FilterLogEvents', {
    logGroupName: '/small/f',
    filterPattern: '{ $.level = "ERROR" }',
  });
  expect([status, output.message]).toEqual([400, expect.stringContaining('does not support the filter pattern')]);
  expect(await call('FilterLogEvents', { logGroupName: '/absent' })).toMatchObject({ status: 400 });
});

test('the newest lines are kept', () => {
  for (let index = 0; index < 12_000; index += 1) write(`line ${index}`, index);
  const lines = store.lines('/small/f') ?? [];
  expect(lines.length).toBeLessThanOrEqual(10_000);
  expect(lines.at(-1)?.text).toBe('line 11999');
});
