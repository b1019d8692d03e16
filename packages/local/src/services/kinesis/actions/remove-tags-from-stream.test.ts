import { expect, it } from 'vitest';
import { testServer } from '../../../../test/kinesis-server.ts';

it('RemoveTagsFromStream removes those it finds', async () => {
  const { kinesis } = await testServer();
  await kinesis.invoke('AddTagsToStream', { StreamName: 'web', Tags: { a: '1', b: '2' } });
  await kinesis.invoke('RemoveTagsFromStream', { StreamName: 'web', TagKeys: ['a', 'c'] });
  expect((await kinesis.invoke('ListTagsForStream', { StreamName: 'web' })).Tags).toEqual([{ Key: 'b', Value: '2' }]);
});
