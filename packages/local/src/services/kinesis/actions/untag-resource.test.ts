import { expect, it } from 'vitest';
import { testServer } from '../../../../test/kinesis-server.ts';

const ResourceARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/web';

it('UntagResource removes tags by the ARN of the stream', async () => {
  const { kinesis } = await testServer();
  await kinesis.invoke('TagResource', { ResourceARN, Tags: { a: '1', b: '2' } });
  await kinesis.invoke('UntagResource', { ResourceARN, TagKeys: ['b'] });
  expect((await kinesis.invoke('ListTagsForStream', { StreamName: 'web' })).Tags).toEqual([{ Key: 'a', Value: '1' }]);
});
