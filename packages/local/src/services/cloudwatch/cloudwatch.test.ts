import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { cbor, dateToTag } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTarget, type Target } from '../../conformance/target.ts';

const minuteMs = 60_000;
let target: Target;
let client: CloudWatchClient;
let now: Date;
const authorization =
  'AWS4-HMAC-SHA256 Credential=a/20261102/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0';

beforeAll(async () => {
  target = await openTarget();
  client = new CloudWatchClient(target.client);
  now = new Date(Math.floor(target.nowMs() / minuteMs) * minuteMs);
});
afterAll(async () => {
  client.destroy();
  await target.close();
});

function ask(query: object, Namespace = 'Wire') {
  const StartTime = new Date(now.getTime() - minuteMs);
  const EndTime = new Date(now.getTime() + minuteMs);
  const MetricStat = { Metric: { Namespace, MetricName: 'M' }, Period: 60, Stat: 'Sum', ...query };
  return client.send(new GetMetricDataCommand({ StartTime, EndTime, MetricDataQueries: [{ Id: 'm', MetricStat }] }));
}

describe('the protocols of other SDK versions', () => {
  test('CBOR', async () => {
    const call = async (operation: string, input: object) => {
      const answer = await fetch(
        `${target.client.endpoint}/service/GraniteServiceVersion20100801/operation/${operation}`,
        {
          method: 'POST',
          headers: { authorization, 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
          body: Buffer.from(cbor.serialize(input)),
        },
      );
      return { status: answer.status, output: cbor.deserialize(Buffer.from(await answer.arrayBuffer())) };
    };
    const datum = (date: Date) => ({ MetricName: 'M', Value: 1.5, Timestamp: dateToTag(date) });
    const put = await call('PutMetricData', { Namespace: 'Cbor', MetricData: [datum(now)] });
    expect(put.status).toBe(200);
    expect((await ask({}, 'Cbor')).MetricDataResults?.[0]).toMatchObject({ Values: [1.5], Timestamps: [now] });
    const old = await call('PutMetricData', { Namespace: 'Cbor', MetricData: [datum(new Date(0))] });
    expect(old).toMatchObject({ status: 400, output: { __type: 'InvalidParameterValueException' } });
    expect((await call('ListMetrics', { Namespace: 'Cbor' })).output.Metrics).toHaveLength(1);
  });

  test('query', async () => {
    const call = async (form: Record<string, string>) => {
      const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const body = new URLSearchParams({ Version: '2010-08-01', ...form });
      const answer = await fetch(`${target.client.endpoint}/`, { method: 'POST', headers, body });
      return { status: answer.status, text: await answer.text() };
    };
    const put = {
      Action: 'PutMetricData',
      Namespace: 'Query',
      'MetricData.member.1.MetricName': 'M',
      'MetricData.member.1.Timestamp': now.toISOString(),
      'MetricData.member.1.StatisticValues.SampleCount': '2',
      'MetricData.member.1.StatisticValues.Sum': '7',
      'MetricData.member.1.StatisticValues.Minimum': '3',
      'MetricData.member.1.StatisticValues.Maximum': '4',
      'MetricData.member.2.MetricName': 'N<&>',
      'MetricData.member.2.Value': '1',
    };
    expect((await call(put)).status).toBe(200);
    expect((await ask({}, 'Query')).MetricDataResults?.[0]?.Values).toEqual([7]);
    const listed = await call({ Action: 'ListMetrics', Namespace: 'Query' });
    expect(listed.text).toContain('<Metrics><member><Namespace>Query</Namespace><MetricName>M</MetricName>');
    expect(listed.text).toContain('N&lt;&amp;&gt;');
    const refused = await call({ ...put, 'MetricData.member.1.Timestamp': '2015-05-17T00:00:00Z' });
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining('<Code>InvalidParameterValue</Code>') });
  });
});

describe('what the engine does not know is refused by name', () => {
  test.each([
    ['a percentile', () => ask({ Stat: 'p99' }), /does not serve the statistic p99; it serves SampleCount, Sum/],
    ['a period below a minute', () => ask({ Period: 10 }), /the local engine keeps metrics by the minute/],
    ['a high resolution', () => put({ StorageResolution: 1 }), /StorageResolution 1 is not supported/],
    [
      'values beside a statistic set',
      () => put({ Value: undefined, Values: [1], StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } }),
      /does not support MetricData.member.1.Values beside MetricData.member.1.StatisticValues/,
    ],
    [
      'an expression',
      () => expression('ANOMALY_DETECTION_BAND(m1)'),
      /does not evaluate the expression ANOMALY_DETECTION_BAND/,
    ],
    [
      'a search by part of a name',
      () => expression("SEARCH('{N,D} latency', 'Sum', 60)"),
      /does not evaluate the expression SEARCH/,
    ],
    ['an extended statistic', () => statistics({ Statistics: ['p50' as 'Sum'] }), /does not serve the statistic p50/],
    ['extended statistics', () => statistics({ ExtendedStatistics: ['p50'] }), /does not support ExtendedStatistics/],
    ['the unit of statistics', () => statistics({ Unit: 'Count' }), /GetMetricStatistics does not support Unit/],
    ['the unit of a metric', () => ask({ Unit: 'Count' }), /MetricStat does not support Unit/],
  ])('%s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });

  test('an operation', async () => {
    const headers = {
      authorization,
      'x-amz-target': 'GraniteServiceVersion20100801.PutInsightRule',
      'content-type': 'application/x-amz-json-1.0',
    };
    const answer = await fetch(`${target.client.endpoint}/`, { method: 'POST', headers, body: '{}' });
    expect([answer.status, await answer.json()]).toEqual([
      501,
      {
        __type: 'UnknownOperationException',
        message: expect.stringMatching(
          /^The local engine's CloudWatch does not serve PutInsightRule; it serves DeleteAlarms, DeleteDashboards, /,
        ),
      },
    ]);
  });
});

function put(datum: object) {
  return client.send(
    new PutMetricDataCommand({ Namespace: 'Refused', MetricData: [{ MetricName: 'M', Value: 1, ...datum }] }),
  );
}

function expression(Expression: string) {
  const StartTime = new Date(now.getTime() - minuteMs);
  return client.send(
    new GetMetricDataCommand({ StartTime, EndTime: now, MetricDataQueries: [{ Id: 'e', Expression, Period: 60 }] }),
  );
}

function statistics(more: Partial<GetMetricStatisticsCommandInput>) {
  const StartTime = new Date(now.getTime() - minuteMs);
  const input: GetMetricStatisticsCommandInput = {
    ...{ Namespace: 'N', MetricName: 'M', StartTime, EndTime: now, Period: 60, Statistics: ['Sum'], ...more },
  };
  return client.send(new GetMetricStatisticsCommand(input));
}
