import assert from 'node:assert/strict';
import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListShardsCommand,
  ListStreamsCommand,
  ListTagsForStreamCommand,
  PutRecordCommand,
  RemoveTagsFromStreamCommand,
} from '@aws-sdk/client-kinesis';
import { assertRefused, badInput, type ConformanceCase } from './case.ts';

const keySpaceEnd = '340282366920938463463374607431768211455';
const half = '170141183460469231731687303715884105728';

export const streamCases: readonly ConformanceCase[] = [
  {
    name: 'a stream is described with its shards over the whole key space',
    async run({ client, streamName: StreamName }) {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }));
      assert.equal(StreamDescription?.StreamStatus, 'ACTIVE');
      assert.equal(StreamDescription.RetentionPeriodHours, 24);
      assert.equal(StreamDescription.HasMoreShards, false);
      assert.match(StreamDescription.StreamARN ?? '', new RegExp(`^arn:aws:kinesis:.*:\\d{12}:stream/${StreamName}$`));
      const shards = StreamDescription.Shards ?? [];
      assert.deepEqual(
        shards.map(({ ShardId, HashKeyRange: range }) => [ShardId, range?.StartingHashKey, range?.EndingHashKey]),
        [
          ['shardId-000000000000', '0', String(BigInt(half) - 1n)],
          ['shardId-000000000001', half, keySpaceEnd],
        ],
      );
      for (const { SequenceNumberRange } of shards) {
        assert.match(SequenceNumberRange?.StartingSequenceNumber ?? '', /^\d{56}$/);
        assert.equal(SequenceNumberRange?.EndingSequenceNumber, undefined);
      }
    },
  },
  {
    name: 'a summary tells mode, retention and open shards',
    async run({ client, streamName: StreamName }) {
      const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
      assert.equal(StreamDescriptionSummary?.OpenShardCount, 2);
      assert.equal(StreamDescriptionSummary.RetentionPeriodHours, 24);
      assert.equal(StreamDescriptionSummary.StreamModeDetails?.StreamMode, 'PROVISIONED');
    },
  },
  {
    name: 'a stream can be named by its ARN',
    async run(context) {
      const { client, streamName } = context;
      const StreamARN = await context.arnOf(streamName);
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamARN }));
      assert.equal(StreamDescription?.StreamName, streamName);
      assert.equal((await client.send(new ListShardsCommand({ StreamARN }))).Shards?.length, 2);
      const put = await client.send(new PutRecordCommand({ StreamARN, Data: Buffer.from('x'), PartitionKey: 'a' }));
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamARN, ShardId: put.ShardId, ShardIteratorType: 'LATEST' }),
      );
      assert.ok(ShardIterator);
    },
  },
  {
    name: 'streams are listed',
    async run({ client, streamName }) {
      const { StreamNames, StreamSummaries } = await client.send(
        new ListStreamsCommand({ ExclusiveStartStreamName: streamName.slice(0, -1) }),
      );
      assert.ok(StreamNames?.includes(streamName));
      assert.equal(StreamSummaries?.find((summary) => summary.StreamName === streamName)?.StreamStatus, 'ACTIVE');
    },
  },
  {
    name: 'a stream that exists cannot be created',
    run: ({ client, streamName }) =>
      assertRefused(client.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 1 })), [
        'ResourceInUseException',
      ]),
  },
  {
    name: 'a stream that does not exist is not found',
    async run({ client }) {
      const StreamName = 'tidemark-conformance-none';
      const calls = [
        client.send(new DescribeStreamCommand({ StreamName })),
        client.send(new PutRecordCommand({ StreamName, Data: Buffer.from('x'), PartitionKey: 'a' })),
        client.send(new ListShardsCommand({ StreamName })),
        client.send(
          new GetShardIteratorCommand({ StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'LATEST' }),
        ),
      ];
      for (const call of calls) await assertRefused(call, ['ResourceNotFoundException']);
    },
  },
  {
    name: 'tags are added, listed and removed',
    async run({ client, streamName: StreamName }) {
      await client.send(new AddTagsToStreamCommand({ StreamName, Tags: { one: '1', two: '2' } }));
      await client.send(new AddTagsToStreamCommand({ StreamName, Tags: { two: 'II' } }));
      await client.send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ['one'] }));
      const { Tags, HasMoreTags } = await client.send(new ListTagsForStreamCommand({ StreamName }));
      assert.deepEqual(Tags, [{ Key: 'two', Value: 'II' }]);
      assert.equal(HasMoreTags, false);
    },
  },
  {
    name: 'retention grows and shrinks by the call for it, and not below a day',
    async run(context) {
      const { client } = context;
      const StreamName = await context.createStream(1);
      const increase = (RetentionPeriodHours: number) =>
        client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
      const decrease = (RetentionPeriodHours: number) =>
        client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
      await increase(48);
      await context.waitUntilActive(StreamName);
      await assertRefused(increase(36), badInput);
      await assertRefused(decrease(72), badInput);
      await assertRefused(decrease(23), badInput);
      await decrease(24);
      await context.waitUntilActive(StreamName);
      const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
      assert.equal(StreamDescriptionSummary?.RetentionPeriodHours, 24);
    },
  },
];
