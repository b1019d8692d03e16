import { expect, it } from 'vitest';
import { fault, hourMs, put, read, testServer, textsOf } from '../../../../test/kinesis-server.ts';

it('IncreaseStreamRetentionPeriod keeps records longer and refuses to shorten', async () => {
  const { clock, kinesis } = await testServer();
  const increase = (RetentionPeriodHours: number) =>
    kinesis.invoke('IncreaseStreamRetentionPeriod', { StreamName: 'web', RetentionPeriodHours });
  await put(kinesis, 'old');
  await increase(48);
  clock.advance(47 * hourMs);
  expect(textsOf(await read(kinesis))).toEqual(['old']);
  await increase(48);
  await expect(increase(47)).rejects.toMatchObject(fault('InvalidArgumentException', /Use DecreaseRetentionPeriod/));
  await expect(increase(23)).rejects.toMatchObject(fault('InvalidArgumentException', /Minimum allowed/));
  await expect(increase(8_761)).rejects.toMatchObject(fault('ValidationException', /8760/));
});
