import assert from 'node:assert/strict';
import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  PutRecordCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import {
  assertGrowing,
  assertRefused,
  badInput,
  type ConformanceCase,
  type ConformanceContext,
  textsOf,
} from './case.ts';

const ShardId = 'shardId-000000000000';
/** What a clock may be off. */
const skewMs = 300_000;

/** Puts texts on the shared stream's first shard, one call each, and gives their sequence numbers. */
async function putTexts({ client, streamName: StreamName }: ConformanceContext, texts: readonly string[]) {
  const numbers: string[] = [];
  for (const text of texts) {
    const put = await client.send(
      new PutRecordCommand({ StreamName, PartitionKey: text, ExplicitHashKey: '0', Data: Buffer.from(text) }),
    );
    numbers.push(put.SequenceNumber ?? '');
  }
  return numbers;
}

export const readCases: readonly ConformanceCase[] = [
  {
    name: 'records come back in order, byte for byte, with key, number and arrival in milliseconds',
    async run(context) {
      const { client, streamName: StreamName } = context;
      const [before = ''] = await putTexts(context, ['before']);
      const Records = Array.from({ length: 100 }, (_, index) => ({
        Data: Buffer.from(Array.from({ length: index }, (_unused, byte) => (byte * 37 + index) % 256)),
        PartitionKey: `ключ ${index}`,
        ExplicitHashKey: '0',
      }));
      const fromMs = Date.now();
      const put = await client.send(new PutRecordsCommand({ StreamName, Records }));
      const place = { StreamName, ShardId, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' } as const;
      const { records } = await context.read({ ...place, StartingSequenceNumber: before }, 100);
      assert.deepEqual(
        records.map(({ Data, PartitionKey }) => ({
          Data: Buffer.from(Data ?? []),
          PartitionKey,
          ExplicitHashKey: '0',
        })),
        Records,
      );
      assertGrowing(records.map(({ SequenceNumber }) => SequenceNumber));
      assert.deepEqual(
        records.map(({ SequenceNumber }) => SequenceNumber),
        put.Records?.map(({ SequenceNumber }) => SequenceNumber),
      );
      for (const { ApproximateArrivalTimestamp } of records) {
        assert.ok(Math.abs((ApproximateArrivalTimestamp?.getTime() ?? 0) - fromMs) < skewMs);
      }
    },
  },
  {
    name: 'iterators start at and after a number, at the horizon and at a time',
    async run(context) {
      const StreamName = await context.createStream(1);
      const { client } = context;
      const numbers: string[] = [];
      for (const text of ['1', '2', '3']) {
        const put = new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.from(text) });
        numbers.push((await client.send(put)).SequenceNumber ?? '');
        await new Promise((done) => setTimeout(done, 20));
      }
      const from = (place: object, count: number) =>
        context.read({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON', ...place }, count);
      const all = await from({}, 3);
      assert.deepEqual(textsOf(all.records), ['1', '2', '3']);
      const StartingSequenceNumber = numbers[1];
      const at = await from({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber }, 2);
      assert.deepEqual(textsOf(at.records), ['2', '3']);
      const after = await from({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber }, 1);
      assert.deepEqual(textsOf(after.records), ['3']);
      const [, arrival] = all.records.map(({ ApproximateArrivalTimestamp }) => ApproximateArrivalTimestamp);
      const since = await from({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: arrival }, 2);
      assert.deepEqual(textsOf(since.records), ['2', '3']);
      const ever = await from({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(0) }, 3);
      assert.deepEqual(textsOf(ever.records), ['1', '2', '3']);
    },
  },
  {
    name: 'an iterator at the tip gives nothing, then what is put after it',
    async run(context) {
      const { client, streamName: StreamName } = context;
      const iterator = await context.iterator({ StreamName, ShardId, ShardIteratorType: 'LATEST' });
      const empty = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      assert.deepEqual(empty.Records, []);
      assert.equal(empty.MillisBehindLatest, 0);
      const [number] = await putTexts(context, ['after']);
      let ShardIterator = empty.NextShardIterator;
      for (let attempt = 0; attempt < 60; attempt += 1) {
        const page = await client.send(new GetRecordsCommand({ ShardIterator }));
        ShardIterator = page.NextShardIterator;
        if (page.Records?.length) {
          assert.deepEqual(
            page.Records.map(({ SequenceNumber }) => SequenceNumber),
            [number],
          );
          return;
        }
      }
      assert.fail('the record did not come');
    },
  },
  {
    name: 'pages end at the limit, follow each other and tell whether more is to come',
    async run(context) {
      const { client, streamName: StreamName } = context;
      const [start = ''] = await putTexts(context, ['0', '1', '2', '3', '4']);
      await context.read(
        { StreamName, ShardId, ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: start },
        5,
      );
      let ShardIterator: string | undefined = await context.iterator({
        StreamName,
        ShardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        StartingSequenceNumber: start,
      });
      const pages: string[][] = [];
      while (pages.flat().length < 5) {
        const page: GetRecordsCommandOutput = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 2 }));
        ShardIterator = page.NextShardIterator;
        pages.push(textsOf(page.Records ?? []));
        assert.ok((page.MillisBehindLatest ?? -1) >= 0);
      }
      assert.deepEqual(pages, [['0', '1'], ['2', '3'], ['4']]);
      await assertRefused(client.send(new GetRecordsCommand({ ShardIterator, Limit: 10_001 })), badInput);
      await assertRefused(client.send(new GetRecordsCommand({ ShardIterator, Limit: 0 })), badInput);
    },
  },
  {
    name: 'one answer holds thousands of records',
    async run(context) {
      const StreamName = await context.createStream(4);
      for (let call = 0; call < 6; call += 1) {
        const Records = Array.from({ length: 500 }, (_, index) => ({
          PartitionKey: 'a',
          ExplicitHashKey: '0',
          Data: Buffer.from(String(call * 500 + index)),
        }));
        let pending = Records;
        // AWS takes 1,000 records a second; the others are sent again, which does not matter for their number.
        while (pending.length > 0) {
          const put = await context.client.send(new PutRecordsCommand({ StreamName, Records: pending }));
          pending = pending.filter((_, index) => put.Records?.[index]?.ErrorCode !== undefined);
        }
      }
      const { records } = await context.read({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }, 3_000);
      assert.equal(new Set(textsOf(records)).size, 3_000);
    },
  },
  {
    name: 'places that mean nothing are refused',
    async run(context) {
      const { streamName: StreamName } = context;
      const place = { StreamName, ShardId };
      const tomorrow = new Date(Date.now() + 86_400_000);
      const wrong = [
        { ...place, ShardIteratorType: 'AT_TIMESTAMP', Timestamp: tomorrow },
        { ...place, ShardIteratorType: 'AT_TIMESTAMP' },
        { ...place, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' },
        { ...place, ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: 'x' },
      ] as const;
      for (const input of wrong) await assertRefused(context.iterator(input), badInput);
      const unknown = { StreamName, ShardId: 'shardId-000000000077', ShardIteratorType: 'TRIM_HORIZON' } as const;
      await assertRefused(context.iterator(unknown), ['ResourceNotFoundException']);
    },
  },
  {
    name: 'what is no iterator is refused',
    async run({ client }) {
      const ShardIterator = Buffer.from('no iterator').toString('base64');
      await assertRefused(client.send(new GetRecordsCommand({ ShardIterator })), badInput);
    },
  },
  {
    name: "another shard's number is refused",
    async run(context) {
      const { streamName: StreamName } = context;
      const [number] = await putTexts(context, ['x']);
      const place = { StreamName, ShardId: 'shardId-000000000001', ShardIteratorType: 'AT_SEQUENCE_NUMBER' } as const;
      await assertRefused(context.iterator({ ...place, StartingSequenceNumber: number }), badInput);
    },
  },
];
