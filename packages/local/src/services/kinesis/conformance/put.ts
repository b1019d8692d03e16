import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { assertGrowing, assertRefused, badInput, type ConformanceCase } from './case.ts';

const keySpace = 2n ** 128n;
const [first, second] = ['shardId-000000000000', 'shardId-000000000001'] as const;
/** Both shards of the shared stream, by an explicit key. */
const low = '0';
const high = String(keySpace - 1n);

export const putCases: readonly ConformanceCase[] = [
  {
    name: 'a partition key goes where its MD5 points',
    async run({ client, streamName: StreamName }) {
      for (const PartitionKey of ['a', 'b', 'page view', 'ключ', '🦄', 'x'.repeat(256)]) {
        const md5 = BigInt(`0x${createHash('md5').update(PartitionKey).digest('hex')}`);
        const { ShardId } = await client.send(
          new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from('x') }),
        );
        assert.equal(ShardId, md5 < keySpace / 2n ? first : second, PartitionKey);
      }
    },
  },
  {
    name: 'an explicit hash key goes before the partition key',
    async run({ client, streamName: StreamName }) {
      const Records = [low, String(keySpace / 4n), String((keySpace / 4n) * 3n), high].map((ExplicitHashKey) => ({
        PartitionKey: 'a',
        ExplicitHashKey,
        Data: Buffer.from('x'),
      }));
      const put = await client.send(new PutRecordsCommand({ StreamName, Records }));
      assert.deepEqual(
        put.Records?.map(({ ShardId }) => ShardId),
        [first, first, second, second],
      );
      for (const ExplicitHashKey of [String(keySpace), '-1', '01']) {
        const call = new PutRecordCommand({ StreamName, PartitionKey: 'a', ExplicitHashKey, Data: Buffer.from('x') });
        await assertRefused(client.send(call), badInput);
      }
    },
  },
  {
    name: 'sequence numbers have 56 digits and grow within a shard, over calls of both kinds',
    async run({ client, streamName: StreamName }) {
      const numbers: (string | undefined)[] = [];
      const entry = { PartitionKey: 'a', ExplicitHashKey: low, Data: Buffer.from('x') };
      for (let round = 0; round < 3; round += 1) {
        numbers.push((await client.send(new PutRecordCommand({ StreamName, ...entry }))).SequenceNumber);
        const put = await client.send(new PutRecordsCommand({ StreamName, Records: Array(20).fill(entry) }));
        numbers.push(...(put.Records ?? []).map(({ SequenceNumber }) => SequenceNumber).sort());
      }
      assert.equal(new Set(numbers).size, 63);
      assertGrowing(numbers);
    },
  },
  {
    name: 'the number of another record can be given for ordering',
    async run({ client, streamName: StreamName }) {
      const entry = { StreamName, PartitionKey: 'a', Data: Buffer.from('x') };
      const before = await client.send(new PutRecordCommand(entry));
      const after = await client.send(
        new PutRecordCommand({ ...entry, SequenceNumberForOrdering: before.SequenceNumber }),
      );
      assertGrowing([before.SequenceNumber, after.SequenceNumber]);
    },
  },
  {
    name: 'a request has 1 to 500 records',
    async run({ client, streamName: StreamName }) {
      const put = (count: number) => {
        const Records = Array.from({ length: count }, (_, index) => ({
          PartitionKey: String(index),
          Data: Buffer.from('x'),
        }));
        return client.send(new PutRecordsCommand({ StreamName, Records }));
      };
      const { FailedRecordCount, Records } = await put(500);
      assert.equal(FailedRecordCount, 0);
      assert.equal(Records?.length, 500);
      await assertRefused(put(501), badInput);
      await assertRefused(put(0), badInput);
    },
  },
  {
    name: 'partition keys have 1 to 256 characters',
    async run({ client, streamName: StreamName }) {
      for (const PartitionKey of ['', 'x'.repeat(257)]) {
        const call = new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from('x') });
        await assertRefused(client.send(call), badInput);
      }
    },
  },
  {
    name: 'a record above 1 MiB is refused where the stream does not allow more',
    async run({ client, streamName: StreamName }) {
      const call = (bytes: number) =>
        client.send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.alloc(bytes) }));
      await call(1024 * 1024 - 1);
      await assertRefused(call(1024 * 1024 + 1), badInput);
    },
  },
  {
    name: 'a request above 10 MiB is refused',
    async run({ client, streamName: StreamName }) {
      const Records = Array.from({ length: 11 }, () => ({ PartitionKey: 'a', Data: Buffer.alloc(1024 * 1024 - 1) }));
      await assertRefused(client.send(new PutRecordsCommand({ StreamName, Records })), badInput);
    },
  },
];
