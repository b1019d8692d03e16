import { describe, expect, it } from 'vitest';
import { fault, read, testServer, textsOf } from '../../../../test/kinesis-server.ts';

const entry = (text: string, PartitionKey = 'a') => ({ Data: Buffer.from(text), PartitionKey });

describe('PutRecords', () => {
  it('keeps the order of the request within a shard', async () => {
    const { kinesis } = await testServer({ shardCount: 2 });
    const Records = Array.from({ length: 100 }, (_, index) => entry(String(index), `key ${index}`));
    const put = await kinesis.invoke('PutRecords', { StreamName: 'web', Records });
    expect(put.FailedRecordCount).toBe(0);
    expect(new Set(put.Records.map(({ ShardId }) => ShardId)).size).toBe(2);
    const texts: string[] = [];
    for (const ShardId of ['shardId-000000000000', 'shardId-000000000001']) {
      const page = await read(kinesis, { ShardId, ShardIteratorType: 'TRIM_HORIZON' });
      const expected = put.Records.flatMap((record, index) => (record.ShardId === ShardId ? [String(index)] : []));
      expect(textsOf(page)).toEqual(expected);
      texts.push(...textsOf(page));
    }
    expect(texts).toHaveLength(100);
  });

  it('takes 500 records and no more, and at least one', async () => {
    const { kinesis } = await testServer();
    const of = (count: number) =>
      kinesis.invoke('PutRecords', { StreamName: 'web', Records: Array.from({ length: count }, () => entry('x')) });
    expect((await of(500)).Records).toHaveLength(500);
    await expect(of(501)).rejects.toMatchObject(
      fault('ValidationException', /at 'records'.*less than or equal to 500/),
    );
    await expect(of(0)).rejects.toMatchObject(fault('ValidationException', /greater than or equal to 1/));
  });

  it('takes 10 MiB with the keys and no more', async () => {
    const { kinesis } = await testServer();
    const of = (lastBytes: number) => {
      const mebibyte = { Data: Buffer.alloc(1024 * 1024 - 1), PartitionKey: 'a' };
      const last = { Data: Buffer.alloc(lastBytes), PartitionKey: 'a' };
      return kinesis.invoke('PutRecords', { StreamName: 'web', Records: [...Array(9).fill(mebibyte), last] });
    };
    await of(1024 * 1024 - 1);
    const ten = Array.from({ length: 10 }, () => ({ Data: Buffer.alloc(1024 * 1024 - 1), PartitionKey: 'a' }));
    await expect(
      kinesis.invoke('PutRecords', { StreamName: 'web', Records: [...ten, entry('')] }),
    ).rejects.toMatchObject(fault('InvalidArgumentException', /10 MB/));
  });

  it('puts nothing of a request with one bad record', async () => {
    const { kinesis } = await testServer();
    const bad = { ...entry('x'), ExplicitHashKey: '999999999999999999999999999999999999999' };
    await expect(
      kinesis.invoke('PutRecords', { StreamName: 'web', Records: [entry('good'), bad] }),
    ).rejects.toMatchObject(fault('InvalidArgumentException'));
    expect(textsOf(await read(kinesis))).toEqual([]);
  });

  it('fails the records that a shard is too busy for, alone, where that is asked for', async () => {
    const { clock, kinesis } = await testServer({ shardCount: 2, enforceShardLimits: true });
    // Explicit keys put all of these on the first shard.
    const low = (text: string) => ({ ...entry(text), ExplicitHashKey: '0' });
    const high = { ...entry('high'), ExplicitHashKey: '340282366920938463463374607431768211455' };
    const half = Array.from({ length: 499 }, (_, index) => low(String(index)));
    await kinesis.invoke('PutRecords', { StreamName: 'web', Records: half });
    await kinesis.invoke('PutRecords', { StreamName: 'web', Records: half });
    const { FailedRecordCount, Records } = await kinesis.invoke('PutRecords', {
      StreamName: 'web',
      Records: [low('999th'), low('1000th'), low('1001st'), high],
    });
    expect(FailedRecordCount).toBe(1);
    expect(Records[2]).toEqual({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: 'Rate exceeded for shard shardId-000000000000 in stream web under account 000000000000.',
    });
    expect(Records[3]).toMatchObject({ ShardId: 'shardId-000000000001' });
    clock.advance(1_000);
    const again = await kinesis.invoke('PutRecords', { StreamName: 'web', Records: [low('1001st')] });
    expect(again.FailedRecordCount).toBe(0);
    const page = await read(kinesis);
    expect(page.Records).toHaveLength(1_001);
    expect(textsOf(page).slice(-3)).toEqual(['999th', '1000th', '1001st']);
  });

  it('says which record of the list is wrong', async () => {
    const { kinesis } = await testServer();
    await expect(
      kinesis.invoke('PutRecords', { StreamName: 'web', Records: [entry('x'), entry('y', 'k'.repeat(257))] }),
    ).rejects.toMatchObject(fault('ValidationException', /at 'records\.2\.member\.partitionKey'/));
  });
});
