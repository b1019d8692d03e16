import { expect, it } from 'vitest';
import { fault, hourMs, put, read, testServer, textsOf } from '../../../../test/kinesis-server.ts';

it('DecreaseStreamRetentionPeriod drops what lies beyond and refuses to lengthen', async () => {
  const { clock, kinesis } = await testServer();
  const decrease = (RetentionPeriodHours: number) =>
    kinesis.invoke('DecreaseStreamRetentionPeriod', { StreamName: 'web', RetentionPeriodHours });
  await kinesis.invoke('IncreaseStreamRetentionPeriod', { StreamName: 'web', RetentionPeriodHours: 48 });
  await put(kinesis, 'old');
  clock.advance(30 * hourMs);
  await put(kinesis, 'young');
  await decrease(24);
  expect(textsOf(await read(kinesis))).toEqual(['young']);
  await expect(decrease(25)).rejects.toMatchObject(fault('InvalidArgumentException', /Use IncreaseRetentionPeriod/));
  await expect(decrease(23)).rejects.toMatchObject(fault('InvalidArgumentException', /Minimum allowed/));
});
