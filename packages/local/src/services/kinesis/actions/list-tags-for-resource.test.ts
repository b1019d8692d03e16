import { expect, it } from 'vitest';
import { testServer } from '../../../../test/kinesis-server.ts';

it('ListTagsForResource lists by the ARN of the stream', async () => {
  const { kinesis } = await testServer();
  await kinesis.invoke('AddTagsToStream', { StreamName: 'web', Tags: { b: '2', a: '1' } });
  const ResourceARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/web';
  expect(await kinesis.invoke('ListTagsForResource', { ResourceARN })).toEqual({
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ],
  });
});
