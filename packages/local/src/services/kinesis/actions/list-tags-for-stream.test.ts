import { expect, it } from 'vitest';
import { testServer } from '../../../../test/kinesis-server.ts';

it('ListTagsForStream pages by key', async () => {
  const { kinesis } = await testServer();
  await kinesis.invoke('AddTagsToStream', { StreamName: 'web', Tags: { b: '2', a: '1', c: '3' } });
  const first = await kinesis.invoke('ListTagsForStream', { StreamName: 'web', Limit: 2 });
  expect(first).toEqual({
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ],
    HasMoreTags: true,
  });
  expect(await kinesis.invoke('ListTagsForStream', { StreamName: 'web', ExclusiveStartTagKey: 'b' })).toEqual({
    Tags: [{ Key: 'c', Value: '3' }],
    HasMoreTags: false,
  });
});
