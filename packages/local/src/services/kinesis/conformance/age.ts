import assert from 'node:assert/strict';
import { GetRecordsCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { assertRefused, type ConformanceCase, textsOf } from './case.ts';

const ShardId = 'shardId-000000000000';
const minuteMs = 60_000;

/** Cases in which time must pass. They come last: a clock that was moved on disturbs the others. */
export const ageCases: readonly ConformanceCase[] = [
  {
    name: 'an iterator lives for five minutes',
    async run(context) {
      const { client, streamName: StreamName } = context;
      const ShardIterator = await context.iterator({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
      await client.send(new GetRecordsCommand({ ShardIterator }));
      await context.pass(5 * minuteMs + 5_000);
      await assertRefused(client.send(new GetRecordsCommand({ ShardIterator })), ['ExpiredIteratorException']);
    },
  },
  {
    name: 'records are kept for the retention and not longer',
    async run(context) {
      const { client } = context;
      const StreamName = await context.createStream(1);
      const put = (text: string) =>
        client.send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.from(text) }));
      await put('old');
      await context.pass(23 * 60 * minuteMs);
      await put('young');
      const place = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      assert.deepEqual(textsOf((await context.read(place, 2)).records), ['old', 'young']);
      await context.pass(90 * minuteMs);
      assert.deepEqual(textsOf((await context.read(place, 1)).records), ['young']);
    },
  },
];
