import { expect, test } from 'vitest';
import type { WindowEvent } from './batch.ts';
import { windowBatchOf } from './batch.ts';
import recorded from './window-event.fixture.json' with { type: 'json' };

const event: WindowEvent = recorded;
const { Records: _, ...withoutRecords } = event;
const { window: __, ...withoutWindow } = event;
const { shardId: ___, ...withoutShard } = event;

test('an event of an event source mapping with a tumbling window', () => {
  expect(windowBatchOf(event)).toEqual({
    shardId: 'shardId-000000000003',
    records: [
      {
        sequenceNumber: '49668899021836478310253127443271928331420315732107264002',
        data: recorded.Records[0]?.kinesis.data,
        partitionKey: 'Pegasus',
        arrivalMs: 1793611800241,
      },
    ],
    state: {},
    closes: false,
  });
});

test.each([
  ['no Records', withoutRecords],
  ['an empty list', { ...event, Records: [] }],
])('a final invocation need not hold records: %s', (_name, empty) => {
  const state = { carried: true };
  expect(windowBatchOf({ ...empty, state, isFinalInvokeForWindow: true })).toEqual({
    shardId: 'shardId-000000000003',
    records: [],
    state,
    closes: true,
  });
});

test('a window that ends early closes like one that ends', () => {
  expect(windowBatchOf({ ...event, isWindowTerminatedEarly: true }).closes).toBe(true);
});

test('an event without a window tells what its mapping lacks', () => {
  expect(() => windowBatchOf(withoutWindow)).toThrow(/TumblingWindowInSeconds/);
});

test('an event that does not tell its shard is refused, and so is a record of another shard', () => {
  expect(() => windowBatchOf(withoutShard)).toThrow(/shardId/);
  expect(() => windowBatchOf({ ...event, shardId: 'shardId-000000000004' })).toThrow(/eventID/);
});
