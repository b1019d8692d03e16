import { expect, it } from 'vitest';
import { fault, put, read, testServer } from '../../../../test/kinesis-server.ts';

it('UpdateMaxRecordSize lets larger records in', async () => {
  const { kinesis } = await testServer();
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/web';
  const text = 'x'.repeat(2 * 1024 * 1024);
  await expect(put(kinesis, text)).rejects.toMatchObject(fault('InvalidArgumentException'));
  await kinesis.invoke('UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: 2_049 });
  await put(kinesis, text);
  expect((await read(kinesis)).Records[0]?.Data.length).toBe(text.length);
  await expect(kinesis.invoke('UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: 10_241 })).rejects.toMatchObject(
    fault('ValidationException', /10240/),
  );
});
