import { expect, it } from 'vitest';
import { fault, put, testServer } from '../../../../test/kinesis-server.ts';

it('DeleteStream removes the stream with its records', async () => {
  const { kinesis } = await testServer();
  await put(kinesis, 'x');
  await kinesis.invoke('DeleteStream', { StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/web' });
  await expect(put(kinesis, 'x')).rejects.toMatchObject(
    fault('ResourceNotFoundException', /^Stream web under account 000000000000 not found\.$/),
  );
  await expect(kinesis.invoke('DeleteStream', { StreamName: 'web' })).rejects.toMatchObject(
    fault('ResourceNotFoundException'),
  );
});

it('a stream made anew under the name gives greater numbers, even in the same moment', async () => {
  const { kinesis } = await testServer();
  const before = await put(kinesis, 'x');
  await kinesis.invoke('DeleteStream', { StreamName: 'web' });
  await kinesis.invoke('CreateStream', { StreamName: 'web', ShardCount: 1 });
  const after = await put(kinesis, 'x');
  expect(after.SequenceNumber > before.SequenceNumber).toBe(true);
});
