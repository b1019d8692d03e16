import assert from 'node:assert/strict';
import {
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  type Shard,
  SplitShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import {
  assertGrowing,
  assertRefused,
  badInput,
  type ConformanceCase,
  type ConformanceContext,
  textsOf,
} from './case.ts';

const [first, second, third] = ['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000002'] as const;
const half = '170141183460469231731687303715884105728';

async function putLow({ client }: ConformanceContext, StreamName: string, text: string) {
  return client.send(
    new PutRecordCommand({ StreamName, PartitionKey: 'a', ExplicitHashKey: '0', Data: Buffer.from(text) }),
  );
}

async function shardsOf({ client }: ConformanceContext, StreamName: string): Promise<Shard[]> {
  return (await client.send(new ListShardsCommand({ StreamName }))).Shards ?? [];
}

async function split(context: ConformanceContext, StreamName: string): Promise<void> {
  await context.client.send(new SplitShardCommand({ StreamName, ShardToSplit: first, NewStartingHashKey: half }));
  await context.waitUntilActive(StreamName);
}

async function merge(context: ConformanceContext, StreamName: string): Promise<void> {
  await context.client.send(new MergeShardsCommand({ StreamName, ShardToMerge: first, AdjacentShardToMerge: second }));
  await context.waitUntilActive(StreamName);
}

export const reshardCases: readonly ConformanceCase[] = [
  {
    name: 'a split closes the shard, ends its reading with the children, and they go on',
    async run(context) {
      const StreamName = await context.createStream(1);
      const before = await putLow(context, StreamName, 'before');
      await split(context, StreamName);
      const after = await putLow(context, StreamName, 'after');
      const [parent, low, high] = await shardsOf(context, StreamName);
      assert.ok(parent?.SequenceNumberRange?.EndingSequenceNumber);
      assert.deepEqual(
        [low, high].map((child) => [child?.ParentShardId, child?.AdjacentParentShardId]),
        [
          [first, undefined],
          [first, undefined],
        ],
      );
      assert.equal(low?.HashKeyRange?.EndingHashKey, String(BigInt(half) - 1n));
      assert.equal(high?.HashKeyRange?.StartingHashKey, half);
      assert.equal(after.ShardId, low?.ShardId);
      assertGrowing([before.SequenceNumber, after.SequenceNumber]);
      const place = { StreamName, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { records, last } = await context.readToEnd({ ...place, ShardId: first });
      assert.deepEqual(textsOf(records), ['before']);
      assert.deepEqual(last.ChildShards?.map(({ ShardId, ParentShards }) => [ShardId, ParentShards]).sort(), [
        [second, [first]],
        [third, [first]],
      ]);
      assert.deepEqual(textsOf((await context.read({ ...place, ShardId: second }, 1)).records), ['after']);
    },
  },
  {
    name: "a closed shard's last number lies above its records' and below its children's",
    async run(context) {
      const StreamName = await context.createStream(1);
      const { SequenceNumber } = await putLow(context, StreamName, 'before');
      await split(context, StreamName);
      const [parent, ...children] = (await shardsOf(context, StreamName)).map((shard) => shard.SequenceNumberRange);
      for (const child of children) {
        assertGrowing([
          parent?.StartingSequenceNumber,
          SequenceNumber,
          parent?.EndingSequenceNumber,
          child?.StartingSequenceNumber,
        ]);
      }
    },
  },
  {
    name: 'a closed shard ends at once for who starts at its tip or behind its last record',
    async run(context) {
      const StreamName = await context.createStream(1);
      const put = await putLow(context, StreamName, 'only');
      await split(context, StreamName);
      const place = { StreamName, ShardId: first };
      for (const from of [
        { ...place, ShardIteratorType: 'LATEST' },
        { ...place, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: put.SequenceNumber },
      ] as const) {
        const { records, last } = await context.readToEnd(from);
        assert.deepEqual(records, []);
        assert.equal(last.ChildShards?.length, 2);
      }
    },
  },
  {
    name: 'a merge closes both shards and names both as parents',
    async run(context) {
      const StreamName = await context.createStream(2);
      await putLow(context, StreamName, 'before');
      await merge(context, StreamName);
      const after = await putLow(context, StreamName, 'after');
      assert.equal(after.ShardId, third);
      const child = (await shardsOf(context, StreamName)).find(({ ShardId }) => ShardId === third);
      assert.deepEqual([child?.ParentShardId, child?.AdjacentParentShardId], [first, second]);
      for (const ShardId of [first, second]) {
        const { last } = await context.readToEnd({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
        assert.deepEqual(
          last.ChildShards?.map((shard) => [shard.ShardId, shard.ParentShards?.toSorted()]),
          [[third, [first, second]]],
        );
      }
    },
  },
  {
    name: "a merged shard's numbers lie above both parents'",
    async run(context) {
      const StreamName = await context.createStream(2);
      const before = await putLow(context, StreamName, 'before');
      await merge(context, StreamName);
      const after = await putLow(context, StreamName, 'after');
      const child = (await shardsOf(context, StreamName)).find(({ ShardId }) => ShardId === third);
      assertGrowing([before.SequenceNumber, child?.SequenceNumberRange?.StartingSequenceNumber, after.SequenceNumber]);
    },
  },
  {
    name: 'shards that are not neighbours in order are not merged',
    async run(context) {
      const StreamName = await context.createStream(3);
      for (const [ShardToMerge, AdjacentShardToMerge] of [
        [first, third],
        [second, first],
      ]) {
        const call = new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge });
        await assertRefused(context.client.send(call), badInput);
      }
    },
  },
  {
    name: 'a split outside the shard is refused',
    async run(context) {
      const StreamName = await context.createStream(2);
      const call = new SplitShardCommand({ StreamName, ShardToSplit: second, NewStartingHashKey: '5' });
      await assertRefused(context.client.send(call), badInput);
    },
  },
  {
    name: 'shards are listed by filter and page by page',
    async run(context) {
      const { client } = context;
      const StreamName = await context.createStream(1);
      await split(context, StreamName);
      const listed = async (input: object) =>
        ((await client.send(new ListShardsCommand({ StreamName, ...input }))).Shards ?? []).map(
          ({ ShardId }) => ShardId,
        );
      assert.deepEqual(await listed({}), [first, second, third]);
      assert.deepEqual(await listed({ ShardFilter: { Type: 'FROM_TRIM_HORIZON' } }), [first, second, third]);
      assert.deepEqual(await listed({ ShardFilter: { Type: 'AT_LATEST' } }), [second, third]);
      assert.deepEqual(await listed({ ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: second } }), [third]);
      assert.deepEqual(await listed({ ExclusiveStartShardId: first }), [second, third]);
      const page = await client.send(new ListShardsCommand({ StreamName, MaxResults: 2 }));
      assert.equal(page.Shards?.length, 2);
      const rest = await client.send(new ListShardsCommand({ NextToken: page.NextToken }));
      assert.deepEqual(
        rest.Shards?.map(({ ShardId }) => ShardId),
        [third],
      );
      assert.equal(rest.NextToken, undefined);
    },
  },
  {
    name: 'a changed shard count leaves open shards of one width',
    async run(context) {
      const { client } = context;
      const StreamName = await context.createStream(2);
      await client.send(
        new UpdateShardCountCommand({ StreamName, TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' }),
      );
      await context.waitUntilActive(StreamName);
      const open = (await shardsOf(context, StreamName)).filter(
        ({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined,
      );
      const starts = open.map(({ HashKeyRange }) => BigInt(HashKeyRange?.StartingHashKey ?? -1));
      starts.sort((a, b) => (a < b ? -1 : 1));
      assert.equal(starts.length, 4);
      starts.forEach((start, quarter) => {
        const offset = start - BigInt(quarter) * 2n ** 126n;
        assert.ok(offset >= -4n && offset <= 4n, `shard ${quarter} starts at ${start}`);
      });
    },
  },
];
