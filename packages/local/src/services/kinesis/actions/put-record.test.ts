import { describe, expect, it } from 'vitest';
import { fault, put, read, startMs, testServer, textsOf } from '../../../../test/kinesis-server.ts';

describe('PutRecord', () => {
  it('keeps the bytes, the key and the arrival in engine time', async () => {
    const { clock, kinesis } = await testServer();
    const { ShardId, SequenceNumber } = await put(kinesis, 'hello', 'key');
    clock.advance(7);
    await put(kinesis, '', 'key');
    expect(ShardId).toBe('shardId-000000000000');
    const { Records } = await read(kinesis);
    expect(Records).toEqual([
      {
        SequenceNumber,
        PartitionKey: 'key',
        Data: Buffer.from('hello'),
        ApproximateArrivalTimestamp: new Date(startMs),
      },
      {
        SequenceNumber: expect.stringMatching(/^\d{56}$/),
        PartitionKey: 'key',
        Data: Buffer.alloc(0),
        ApproximateArrivalTimestamp: new Date(startMs + 7),
      },
    ]);
  });

  it('does not keep the buffer of a caller in process', async () => {
    const { kinesis } = await testServer();
    const data = Buffer.from('before');
    await kinesis.invoke('PutRecord', { StreamName: 'web', Data: data, PartitionKey: 'a' });
    data.write('after!');
    expect(textsOf(await read(kinesis))).toEqual(['before']);
  });

  it('gives numbers that grow even when the clock is set back', async () => {
    const { clock, kinesis } = await testServer();
    const first = await put(kinesis, '1');
    clock.set(0);
    const second = await put(kinesis, '2');
    expect(second.SequenceNumber > first.SequenceNumber).toBe(true);
    expect(BigInt(second.SequenceNumber)).toBeGreaterThan(BigInt(first.SequenceNumber));
  });

  it('takes the explicit hash key before the partition key', async () => {
    const { kinesis } = await testServer({ shardCount: 2 });
    const at = async (ExplicitHashKey: string) => {
      const input = { StreamName: 'web', Data: Buffer.from('x'), PartitionKey: 'a', ExplicitHashKey };
      return (await kinesis.invoke('PutRecord', input)).ShardId;
    };
    expect(await at('0')).toBe('shardId-000000000000');
    expect(await at('170141183460469231731687303715884105727')).toBe('shardId-000000000000');
    expect(await at('170141183460469231731687303715884105728')).toBe('shardId-000000000001');
    expect(await at('340282366920938463463374607431768211455')).toBe('shardId-000000000001');
    await expect(at('340282366920938463463374607431768211456')).rejects.toMatchObject(
      fault('InvalidArgumentException', /ExplicitHashKey must be in the range/),
    );
  });

  it('takes a record of the largest size with its key, and none above', async () => {
    const { kinesis } = await testServer();
    const of = (bytes: number) =>
      kinesis.invoke('PutRecord', { StreamName: 'web', Data: Buffer.alloc(bytes), PartitionKey: 'äb' });
    await of(1024 * 1024 - 3);
    await expect(of(1024 * 1024 - 2)).rejects.toMatchObject(fault('InvalidArgumentException', /1048576 bytes/));
    await expect(of(10 * 1024 * 1024 + 1)).rejects.toMatchObject(fault('ValidationException', /at 'data'/));
  });

  it('takes the number of another record for ordering, and no other number', async () => {
    const { kinesis } = await testServer();
    const { SequenceNumber } = await put(kinesis, '1');
    const after = (SequenceNumberForOrdering: string) =>
      kinesis.invoke('PutRecord', {
        StreamName: 'web',
        Data: Buffer.from('2'),
        PartitionKey: 'a',
        SequenceNumberForOrdering,
      });
    expect((await after(SequenceNumber)).SequenceNumber > SequenceNumber).toBe(true);
    await expect(after('17')).rejects.toMatchObject(fault('InvalidArgumentException'));
  });

  it('names everything that is wrong with the input', async () => {
    const { kinesis } = await testServer();
    const input = { StreamName: 'a b', Data: Buffer.alloc(0), PartitionKey: '', ExplicitHashKey: '01' };
    await expect(kinesis.invoke('PutRecord', input)).rejects.toMatchObject({
      type: 'ValidationException',
      message:
        "3 validation errors detected: Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; " +
        "Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
        "Value '01' at 'explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})",
    });
  });

  it('refuses what a shard cannot take in a second, where that is asked for', async () => {
    const { clock, kinesis } = await testServer({ enforceShardLimits: true });
    const large = { StreamName: 'web', Data: Buffer.alloc(600 * 1024), PartitionKey: 'a' };
    await kinesis.invoke('PutRecord', large);
    await expect(kinesis.invoke('PutRecord', large)).rejects.toMatchObject(
      fault('ProvisionedThroughputExceededException', /^Rate exceeded for shard shardId-000000000000 in stream web/),
    );
    clock.advance(1_000);
    await kinesis.invoke('PutRecord', large);
  });

  it('refuses a dry run, which it would otherwise have to be', async () => {
    const { kinesis } = await testServer();
    const input = { StreamName: 'web', Data: Buffer.alloc(1), PartitionKey: 'a', DryRun: true as false };
    await expect(kinesis.invoke('PutRecord', input)).rejects.toMatchObject(fault('ValidationException', /dryRun/));
  });
});
