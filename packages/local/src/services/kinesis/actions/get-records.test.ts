import { describe, expect, it } from 'vitest';
import { fault, hourMs, iteratorOf, put, read, testServer, textsOf } from '../../../../test/kinesis-server.ts';

const shard = 'shardId-000000000000';

describe('GetRecords', () => {
  it('pages by limit and tells how far behind the page is', async () => {
    const { clock, kinesis } = await testServer();
    for (const text of ['1', '2', '3']) {
      await put(kinesis, text);
      clock.advance(100);
    }
    const first = await read(kinesis, { ShardIteratorType: 'TRIM_HORIZON' }, 2);
    expect(textsOf(first)).toEqual(['1', '2']);
    expect(first.MillisBehindLatest).toBe(200);
    const second = await kinesis.invoke('GetRecords', { ShardIterator: first.NextShardIterator ?? '' });
    expect(textsOf(second)).toEqual(['3']);
    expect(second.MillisBehindLatest).toBe(0);
    const third = await kinesis.invoke('GetRecords', { ShardIterator: second.NextShardIterator ?? '' });
    expect(third.Records).toEqual([]);
    await put(kinesis, '4');
    const fourth = await kinesis.invoke('GetRecords', { ShardIterator: third.NextShardIterator ?? '' });
    expect(textsOf(fourth)).toEqual(['4']);
  });

  it('stops at 10 MiB but always gives one record', async () => {
    const { kinesis } = await testServer();
    await kinesis.invoke('UpdateMaxRecordSize', {
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
      MaxRecordSizeInKiB: 10_240,
    });
    const large = Buffer.alloc(10 * 1024 * 1024 - 1);
    for (const Data of [large, Buffer.from('small'), large]) {
      await kinesis.invoke('PutRecord', { StreamName: 'web', Data, PartitionKey: 'a' });
    }
    const first = await read(kinesis);
    expect(first.Records).toHaveLength(1);
    const second = await kinesis.invoke('GetRecords', { ShardIterator: first.NextShardIterator ?? '' });
    expect(textsOf(second)).toEqual(['small']);
  });

  it('gives 10,000 records and no more', async () => {
    const { kinesis } = await testServer();
    const Records = Array.from({ length: 500 }, () => ({ Data: Buffer.from('x'), PartitionKey: 'a' }));
    for (let call = 0; call < 21; call += 1) await kinesis.invoke('PutRecords', { StreamName: 'web', Records });
    expect((await read(kinesis)).Records).toHaveLength(10_000);
  });

  it('ends a closed shard with its last records and names the children', async () => {
    const { kinesis } = await testServer();
    await put(kinesis, '1');
    await put(kinesis, '2');
    await kinesis.invoke('SplitShard', { StreamName: 'web', ShardToSplit: shard, NewStartingHashKey: '1000' });
    const first = await read(kinesis, { ShardIteratorType: 'TRIM_HORIZON' }, 1);
    expect(first.NextShardIterator).toBeDefined();
    expect(first).not.toHaveProperty('ChildShards');
    const last = await kinesis.invoke('GetRecords', { ShardIterator: first.NextShardIterator ?? '' });
    expect(textsOf(last)).toEqual(['2']);
    expect(last).not.toHaveProperty('NextShardIterator');
    expect(last.ChildShards).toEqual([
      {
        ShardId: 'shardId-000000000001',
        ParentShards: [shard],
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: '999' },
      },
      {
        ShardId: 'shardId-000000000002',
        ParentShards: [shard],
        HashKeyRange: { StartingHashKey: '1000', EndingHashKey: '340282366920938463463374607431768211455' },
      },
    ]);
  });

  it('names both parents of a merged shard to both', async () => {
    const { kinesis } = await testServer({ shardCount: 2 });
    const other = 'shardId-000000000001';
    await kinesis.invoke('MergeShards', { StreamName: 'web', ShardToMerge: shard, AdjacentShardToMerge: other });
    for (const ShardId of [shard, other]) {
      const end = await read(kinesis, { ShardId, ShardIteratorType: 'LATEST' });
      expect(end.ChildShards).toMatchObject([{ ShardId: 'shardId-000000000002', ParentShards: [shard, other] }]);
    }
  });

  it('drops records at the end of the retention, by engine time', async () => {
    const { clock, kinesis } = await testServer();
    await put(kinesis, 'old');
    clock.advance(hourMs);
    await put(kinesis, 'young');
    const iterator = async () => iteratorOf(kinesis, { ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' });
    clock.advance(23 * hourMs - 1);
    expect(textsOf(await kinesis.invoke('GetRecords', { ShardIterator: await iterator() }))).toEqual(['old', 'young']);
    const before = await iterator();
    clock.advance(1);
    expect(textsOf(await kinesis.invoke('GetRecords', { ShardIterator: before }))).toEqual(['young']);
    clock.advance(hourMs);
    expect((await read(kinesis)).Records).toEqual([]);
  });

  it('refuses an iterator after five minutes of engine time, and what is none', async () => {
    const { clock, kinesis } = await testServer();
    const ShardIterator = await iteratorOf(kinesis, { ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' });
    clock.advance(300_000);
    await kinesis.invoke('GetRecords', { ShardIterator });
    clock.advance(1);
    await expect(kinesis.invoke('GetRecords', { ShardIterator })).rejects.toMatchObject(
      fault(
        'ExpiredIteratorException',
        /created at time Mon Nov 02 09:00:00 UTC 2026 while right now it is Mon Nov 02 09:05:00 UTC 2026/,
      ),
    );
    for (const nonsense of ['x', 'bnVsbA==', Buffer.from('["web",1,2]').toString('base64')]) {
      await expect(kinesis.invoke('GetRecords', { ShardIterator: nonsense })).rejects.toMatchObject(
        fault('InvalidArgumentException', /^Invalid ShardIterator\.$/),
      );
    }
  });

  it('refuses an iterator into a stream that is gone, and starts anew in one of the same name', async () => {
    const { clock, kinesis } = await testServer();
    await put(kinesis, 'old');
    const ShardIterator = await iteratorOf(kinesis, { ShardId: shard, ShardIteratorType: 'LATEST' });
    await kinesis.invoke('DeleteStream', { StreamName: 'web' });
    await expect(kinesis.invoke('GetRecords', { ShardIterator })).rejects.toMatchObject(
      fault('ResourceNotFoundException'),
    );
    clock.advance(1_000);
    await kinesis.invoke('CreateStream', { StreamName: 'web', ShardCount: 1 });
    await put(kinesis, 'new');
    expect(textsOf(await kinesis.invoke('GetRecords', { ShardIterator }))).toEqual(['new']);
  });

  it('is throttled where limits are enforced: five reads a second, and 2 MiB', async () => {
    const { clock, kinesis } = await testServer({ enforceShardLimits: true });
    for (let nth = 1; nth <= 5; nth += 1) await read(kinesis);
    const throttled = fault(
      'ProvisionedThroughputExceededException',
      /^Rate exceeded for shard shardId-000000000000 in/,
    );
    await expect(read(kinesis)).rejects.toMatchObject(throttled);
    for (let second = 0; second < 3; second += 1) {
      clock.advance(1_000);
      await kinesis.invoke('PutRecord', { StreamName: 'web', PartitionKey: 'a', Data: Buffer.alloc(1_000_000) });
    }
    clock.advance(1_000);
    await read(kinesis);
    await expect(read(kinesis)).rejects.toMatchObject(throttled);
    clock.advance(1_000);
    await read(kinesis);
  });

  it('says that records are encrypted where the stream says so', async () => {
    const { kinesis } = await testServer();
    await kinesis.invoke('StartStreamEncryption', {
      StreamName: 'web',
      EncryptionType: 'KMS',
      KeyId: 'alias/aws/kinesis',
    });
    expect(await put(kinesis, '1')).toMatchObject({ EncryptionType: 'KMS' });
    expect((await read(kinesis)).Records).toMatchObject([{ EncryptionType: 'KMS' }]);
  });
});
