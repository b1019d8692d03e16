import { expect, it } from 'vitest';
import { fault, testServer } from '../../../../test/kinesis-server.ts';

const ResourceARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/web';

it('TagResource tags a stream by its ARN', async () => {
  const { kinesis } = await testServer();
  await kinesis.invoke('TagResource', { ResourceARN, Tags: { a: '1' } });
  expect((await kinesis.invoke('ListTagsForStream', { StreamName: 'web' })).Tags).toEqual([{ Key: 'a', Value: '1' }]);
  await expect(
    kinesis.invoke('TagResource', { ResourceARN: `${ResourceARN}2`, Tags: { a: '1' } }),
  ).rejects.toMatchObject(fault('ResourceNotFoundException'));
});
