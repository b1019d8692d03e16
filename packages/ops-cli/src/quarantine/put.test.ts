import { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, expect, test } from 'vitest';
import { HoldOver, putOnce } from './put.ts';

// Nothing listens there: a call that is sent does not come back with an answer.
const client = new KinesisClient({
  endpoint: 'http://127.0.0.1:9',
  region: 'us-east-1',
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  maxAttempts: 1,
});
afterAll(() => client.destroy());

const records = [
  { data: Buffer.from('one'), partitionKey: 'one' },
  { data: Buffer.from('two'), partitionKey: 'two' },
];

test('nothing is sent once the time to put is over, as the clock says when the call is signed', async () => {
  // The clock is asked once: at the last moment.
  const clock = [1001, 0].values();
  await expect(putOnce(client, 'stream', records, 1000, async () => clock.next().value ?? 0)).rejects.toThrow(HoldOver);
});

test('of what was sent and not answered nothing is known', async () => {
  const answers = await putOnce(client, 'stream', records, 1000, async () => 1000);
  expect(answers).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }]);
});

test('what was never sent is no unknown put', async () => {
  const lost = new KinesisClient({
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    credentials: async () => {
      throw new Error('no credentials');
    },
    maxAttempts: 1,
  });
  await expect(putOnce(lost, 'stream', records, 1000, async () => 0)).rejects.toThrow('no credentials');
  lost.destroy();
});
