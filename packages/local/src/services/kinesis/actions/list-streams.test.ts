import { expect, it } from 'vitest';
import { testServer } from '../../../../test/kinesis-server.ts';

it('ListStreams pages by name, by token or by the last name', async () => {
  const { kinesis } = await testServer();
  for (const StreamName of ['b', 'c', 'a']) await kinesis.invoke('CreateStream', { StreamName, ShardCount: 1 });
  const first = await kinesis.invoke('ListStreams', { Limit: 2 });
  expect(first.StreamNames).toEqual(['a', 'b']);
  expect(first.HasMoreStreams).toBe(true);
  expect(first.StreamSummaries[0]).toMatchObject({
    StreamName: 'a',
    StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/a',
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
  });
  const rest = await kinesis.invoke('ListStreams', { NextToken: first.NextToken });
  expect(rest).toMatchObject({ StreamNames: ['c', 'web'], HasMoreStreams: false });
  expect(rest).not.toHaveProperty('NextToken');
  expect((await kinesis.invoke('ListStreams', { ExclusiveStartStreamName: 'c' })).StreamNames).toEqual(['web']);
});
