import { floorsOf } from '@tidemark/core/control/floors';
import { planCalls } from '@tidemark/core/publish/call';
import { progressItem } from '@tidemark/core/publish/progress';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import recorded from './dynamodb-event.fixture.json' with { type: 'json' };

const floors = floorsOf(undefined);
const event = recorded as DynamoDBStreamEvent;

test('an event of an event source mapping is read as it comes', () => {
  const nowMs = Date.parse('2026-11-02T09:31:00Z');
  expect(planCalls(event.Records, { source: 'web', spans: { bucket: '1m' }, floors, nowMs })).toEqual([
    {
      data: [
        {
          MetricName: 'EventCount',
          Dimensions: [
            { Name: 'Source', Value: 'web' },
            { Name: 'EventName', Value: 'page view' },
          ],
          Timestamp: new Date('2026-11-02T09:29:00Z'),
          Value: 15,
          Unit: 'Count',
        },
      ],
      positions: [
        '0000000000004421584500000000017450439091#7f1a2c90d3b84e65a1f0c2d4e6b8079a',
        '0000000000004421584500000000017450439092#0c5b7a1e9f2d4836b7c8d9e0f1a2b3c4',
        '0000000000004421584500000000017450439093#a9b8c7d6e5f4030201f0e1d2c3b4a596',
      ],
      changedMs: 1793611816000,
      tally: { Published: 15, Readings: 0, TooOld: 0, TooNew: 0, Pruned: 0, Removed: 1, Recounted: 0, Foreign: 0 },
    },
  ]);
});

test('its stream has a label', () => {
  expect(progressItem(event.Records[0]?.eventSourceARN ?? '')).toBe('CHECKPOINT#publish#2026-11-01T08:00:00.000');
});
