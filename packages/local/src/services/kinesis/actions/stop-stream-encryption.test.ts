import { expect, it } from 'vitest';
import { testServer } from '../../../../test/kinesis-server.ts';

it('StopStreamEncryption takes it back', async () => {
  const { kinesis } = await testServer();
  const input = { StreamName: 'web', EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } as const;
  await kinesis.invoke('StartStreamEncryption', input);
  await kinesis.invoke('StopStreamEncryption', input);
  const { StreamDescription } = await kinesis.invoke('DescribeStream', { StreamName: 'web' });
  expect(StreamDescription.EncryptionType).toBe('NONE');
  expect(StreamDescription).not.toHaveProperty('KeyId');
});
