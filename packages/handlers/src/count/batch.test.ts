import type { KinesisStreamEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { batchesOf } from './batch.ts';
import recorded from './kinesis-event.fixture.json' with { type: 'json' };

const event: KinesisStreamEvent = recorded;

test('an event of an event source mapping is a batch of one shard', () => {
  expect(batchesOf(event)).toEqual([
    {
      shardId: 'shardId-000000000003',
      records: [
        {
          sequenceNumber: '49668899021836478310253127443271928331420315732107264002',
          data: 'eyJldmVudF90eXBlIjoicGFnZSB2aWV3IiwidXRjX3RpbWVzdGFtcCI6IjIwMjYtMTEtMDJUMDk6Mjk6NTlaIn0=',
          partitionKey: 'visitor-17',
          arrivalMs: 1793611800241,
        },
        {
          sequenceNumber: '49668899021836478310253127443273137257239930361282494466',
          data: 'bm90IEpTT04=',
          partitionKey: 'visitor-4',
          arrivalMs: 1793611800300,
        },
      ],
    },
  ]);
});

test('records of several shards are a batch each, in their order', () => {
  const [record] = event.Records;
  if (!record) throw new Error('the fixture holds records');
  const other = { ...record, eventID: `shardId-000000000004:${record.kinesis.sequenceNumber}` };
  const batches = batchesOf({ Records: [record, other, record] });
  expect(batches.map(({ shardId, records }) => [shardId, records.length])).toEqual([
    ['shardId-000000000003', 2],
    ['shardId-000000000004', 1],
  ]);
});

test('no records, no batches', () => {
  expect(batchesOf({ Records: [] })).toEqual([]);
});

test.each(['', 'shardId-000000000003', ':1', 'shardId-000000000003:1'])(
  'the event id %j does not tell the shard',
  (eventID) => {
    const Records = event.Records.map((record) => ({ ...record, eventID }));
    expect(() => batchesOf({ Records })).toThrow(/eventID/);
  },
);
