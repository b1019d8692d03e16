import { expect, it } from 'vitest';
import { fault, testServer } from '../../../../test/kinesis-server.ts';

it('StartStreamEncryption makes the stream say so', async () => {
  const { kinesis } = await testServer();
  const StreamName = 'web';
  await kinesis.invoke('StartStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
  const { StreamDescription } = await kinesis.invoke('DescribeStream', { StreamName });
  expect(StreamDescription).toMatchObject({ EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
  await expect(
    kinesis.invoke('StartStreamEncryption', { StreamName, EncryptionType: 'NONE' as 'KMS', KeyId: 'k' }),
  ).rejects.toMatchObject(fault('ValidationException', /\[KMS\]/));
});
