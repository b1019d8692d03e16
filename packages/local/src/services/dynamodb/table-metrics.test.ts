import { expect, test } from 'vitest';
import { EngineClock } from '../../clock.ts';
import type { Call } from '../../gateway/intercept.ts';
import type { AwsRequest } from '../../gateway/service.ts';
import { MetricStore } from '../cloudwatch/store.ts';
import { capacityOf } from './capacity.ts';
import { TableMetrics } from './table-metrics.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');

function tried() {
  const clock = new EngineClock({ startMs, factor: 0 });
  const store = new MetricStore(undefined);
  const metrics = new TableMetrics(store, clock);
  const sum = (metricName: string, dimensions: Readonly<Record<string, string>>) => {
    const named = Object.entries(dimensions).map(([name, value]) => ({ name, value }));
    return store.points({ namespace: 'AWS/DynamoDB', metricName, dimensions: named }, startMs, startMs + 1)[0]?.sum;
  };
  return { metrics, sum };
}

test('units are published by table, those of failed conditions and of transactions too', () => {
  const { metrics, sum } = tried();
  const consumed = (operation: string, input: object, status: number, output: object) => {
    const body = Buffer.from(JSON.stringify(input));
    metrics.consumed(capacityOf({ operation, body }, { status, text: JSON.stringify(output) }).tables);
  };
  consumed('UpdateItem', {}, 200, { ConsumedCapacity: { TableName: 'A', CapacityUnits: 3 } });
  consumed('GetItem', {}, 200, { ConsumedCapacity: { TableName: 'A', CapacityUnits: 0.5 } });
  const TableName = 'arn:aws:dynamodb:us-east-1:000000000000:table/A';
  consumed('PutItem', { TableName }, 400, { __type: 'com.amazonaws.dynamodb#ConditionalCheckFailedException' });
  const TransactItems = [{ Put: { TableName: 'A' } }, { Update: { TableName: 'B' } }];
  const CancellationReasons = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }];
  consumed('TransactWriteItems', { TransactItems }, 400, {
    ...{ __type: 'com.amazonaws.dynamodb#TransactionCanceledException', CancellationReasons },
  });
  expect(sum('ConsumedWriteCapacityUnits', { TableName: 'A' })).toBe(3 + 1 + 2);
  expect(sum('ConsumedWriteCapacityUnits', { TableName: 'B' })).toBe(2);
  expect(sum('ConsumedReadCapacityUnits', { TableName: 'A' })).toBe(0.5);
});

test.each([
  ['UpdateItem', 'WriteThrottleEvents'],
  ['Query', 'ReadThrottleEvents'],
])('a throttled %s', async (operation, metricName) => {
  const { metrics, sum } = tried();
  const call: Call = {
    ...{ number: 1, resource: 'A', caller: { accessKeyId: 'a', sessionToken: '' } },
    request: { service: 'dynamodb', operation } as AwsRequest,
  };
  const answered = (code: string) => async () => ({ status: 400, headers: {}, body: `{"__type":"x#${code}"}` });
  await metrics.interceptor(call, answered('ConditionalCheckFailedException'));
  expect(sum(metricName, { TableName: 'A' })).toBe(undefined);
  await metrics.interceptor(call, answered('ProvisionedThroughputExceededException'));
  expect(sum(metricName, { TableName: 'A' })).toBe(1);
  expect(sum('ThrottledRequests', { Operation: operation, TableName: 'A' })).toBe(1);
});
