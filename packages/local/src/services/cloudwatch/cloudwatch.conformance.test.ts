import {
  CloudWatchClient,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  type MetricDatum,
  PutDashboardCommand,
  PutMetricDataCommand,
  type StatisticSet,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTarget, type Target } from '../../conformance/target.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** AWS shows what was put after a while. */
const visibleMsMax = 5 * minuteMs;
let target: Target;
let client: CloudWatchClient;
let Namespace: string;
let hourAgo: Date;

beforeAll(async () => {
  target = await openTarget();
  client = new CloudWatchClient(target.client);
  Namespace = target.name('metrics');
  hourAgo = new Date(Math.floor(target.nowMs() / hourMs - 1) * hourMs);
});
afterAll(async () => {
  client.destroy();
  await target.close();
});

function put(...MetricData: MetricDatum[]) {
  return client.send(new PutMetricDataCommand({ Namespace, MetricData }));
}

function datum(more: Partial<MetricDatum> = {}): MetricDatum {
  return { MetricName: 'EventCount', Value: 1, Timestamp: hourAgo, ...more };
}

async function sumOf(MetricName: string, Dimensions: MetricDatum['Dimensions'] = [], Stat = 'Sum', Period = 3_600) {
  const MetricStat = { Metric: { Namespace, MetricName, Dimensions }, Period, Stat };
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'm', MetricStat }],
      StartTime: hourAgo,
      EndTime: new Date(hourAgo.getTime() + 2 * hourMs),
    }),
  );
  return MetricDataResults?.[0]?.Values ?? [];
}

/** Waits, on AWS, until what was put can be read. */
async function eventually(check: () => Promise<void>): Promise<void> {
  const giveUpAt = Date.now() + (target.isAws ? visibleMsMax : 0);
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= giveUpAt) throw error;
      await new Promise((done) => setTimeout(done, 5_000));
    }
  }
}

describe('PutMetricData', { timeout: visibleMsMax + minuteMs }, () => {
  test('adds up values, counted values and statistic sets of one minute', async () => {
    const MetricName = 'Mixed';
    await put(
      datum({ MetricName, Value: 3 }),
      { MetricName, Values: [1, 10], Counts: [2, 1], Timestamp: new Date(hourAgo.getTime() + 59_000) },
      { MetricName, StatisticValues: { SampleCount: 4, Sum: 8, Minimum: 0, Maximum: 5 }, Timestamp: hourAgo },
    );
    await eventually(async () => expect(await sumOf(MetricName, [], 'Sum', 60)).toEqual([23]));
    expect(await sumOf(MetricName, [], 'SampleCount')).toEqual([8]);
    expect(await sumOf(MetricName, [], 'Minimum')).toEqual([0]);
    expect(await sumOf(MetricName, [], 'Maximum')).toEqual([10]);
    expect(await sumOf(MetricName, [], 'Average')).toEqual([23 / 8]);
  });

  test('takes 1,000 metrics in one call, and not one more', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        datum({ MetricName: 'Many', Dimensions: [{ Name: 'N', Value: `${index}` }] }),
      );
    await put(...many(1_000));
    await expect(put(...many(1_001))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The collection MetricData must not have a size greater than 1000.',
    });
  });

  test('takes 150 values and 30 dimensions of a metric, and not one more', async () => {
    const values = (count: number) => Array.from({ length: count }, (_, index) => index);
    const dimensions = (count: number) => values(count).map((index) => ({ Name: `Name${index}`, Value: 'x' }));
    await put({ MetricName: 'Wide', Values: values(150), Dimensions: dimensions(30), Timestamp: hourAgo });
    await expect(put({ MetricName: 'Wide', Values: values(151), Timestamp: hourAgo })).rejects.toThrow(/Values/);
    await expect(put(datum({ Dimensions: dimensions(31) }))).rejects.toThrow(/Dimensions/);
  });

  test.each([
    ['two weeks and a minute ago', -14 * 24 * hourMs - minuteMs, 'must specify a time within the past two weeks'],
    ['in two hours and a minute', 2 * hourMs + minuteMs, 'must specify a time no more than two hours in the future'],
  ])('refuses the whole call for one datum of %s', async (_, ms, reason) => {
    const MetricName = `Refused${ms < 0 ? 'Past' : 'Future'}`;
    const bad = datum({ MetricName, Timestamp: new Date(target.nowMs() + ms) });
    await expect(put(datum({ MetricName }), bad, datum({ MetricName }))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining(`The parameter MetricData.member.2.Timestamp ${reason}`),
    });
    expect(await sumOf(MetricName)).toEqual([]);
  });

  test('takes data of just under two weeks ago and two hours ahead', async () => {
    const at = (ms: number) => datum({ MetricName: 'Edges', Timestamp: new Date(target.nowMs() + ms) });
    await put(at(-14 * 24 * hourMs + minuteMs), at(2 * hourMs - minuteMs));
  });

  test.each([
    ['letters beyond ASCII', 'größe', 'contains non-ASCII characters'],
    ['nothing but blanks', '  ', 'Value'],
    ['1,025 characters', 'x'.repeat(1_025), 'must be shorter than 1025 characters'],
    ['control characters', 'a\u0007b', 'Value'],
  ])('refuses a dimension value of %s', async (_, Value, reason) => {
    await expect(put(datum({ Dimensions: [{ Name: 'EventName', Value }] }))).rejects.toThrow(reason);
  });

  test('takes a dimension value with quotes, signs and 1,024 characters', async () => {
    await put(
      datum({ MetricName: 'Odd', Dimensions: [{ Name: 'EventName', Value: `%"'<>&#+ ${'x'.repeat(1_015)}` }] }),
    );
  });

  test('merges statistic sets of one minute, and of the minutes of a period', async () => {
    const MetricName = 'Sets';
    const at = (seconds: number) => new Date(hourAgo.getTime() + seconds * 1_000);
    const set = (SampleCount: number, Sum: number, Minimum: number, Maximum: number, seconds: number) => ({
      ...{ MetricName, Timestamp: at(seconds) },
      StatisticValues: { SampleCount, Sum, Minimum, Maximum },
    });
    await put(set(2, 3, 1, 2, 0), set(1, -0.5, -0.5, -0.5, 0), set(3, 12, 4, 4, 59));
    await put(set(4, 1e9, 0, 1e9, 120));
    const all = ['SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'] as const;
    const read = (Period: number) => Promise.all(all.map((Stat) => sumOf(MetricName, [], Stat, Period)));
    await eventually(async () => {
      expect(await read(60)).toEqual([
        [4, 6],
        [1e9, 14.5],
        [0, -0.5],
        [1e9, 4],
        [2.5e8, 14.5 / 6],
      ]);
    });
    expect(await read(3_600)).toEqual([[10], [1e9 + 14.5], [-0.5], [1e9], [(1e9 + 14.5) / 10]]);
    const range = { StartTime: hourAgo, EndTime: at(3_600), Period: 180, Statistics: [...all] };
    const { Datapoints } = await client.send(new GetMetricStatisticsCommand({ Namespace, MetricName, ...range }));
    expect(Datapoints).toMatchObject([
      { Timestamp: hourAgo, SampleCount: 10, Sum: 1e9 + 14.5, Minimum: -0.5, Maximum: 1e9, Average: (1e9 + 14.5) / 10 },
    ]);
  });

  test.each<[string, Partial<StatisticSet>]>([
    ['no samples', { SampleCount: 0 }],
    ['fewer than no samples', { SampleCount: -1 }],
    ['a minimum above its maximum', { Minimum: 3 }],
    ['a sum beyond 2^360', { Sum: 2 ** 361 }],
    ['a minimum beyond -2^360', { Minimum: -(2 ** 361) }],
    ['a sum that is no number', { Sum: Number.NaN }],
    ['a maximum without end', { Maximum: Number.POSITIVE_INFINITY }],
    ['no maximum', { Maximum: undefined }],
    ['no samples told', { SampleCount: undefined }],
  ])('refuses a statistic set with %s, and the whole call', async (_, change) => {
    const MetricName = 'RefusedSet';
    const StatisticValues = { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2, ...change } as StatisticSet;
    const refused = put(datum({ MetricName }), { MetricName, StatisticValues, Timestamp: hourAgo });
    await expect(refused).rejects.toMatchObject({
      name: expect.stringMatching(/^(InvalidParameterValue|MissingRequiredParameter)Exception$/),
    });
    expect(await sumOf(MetricName)).toEqual([]);
  });

  test('refuses a value beside a statistic set', async () => {
    const StatisticValues = { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 };
    await expect(put(datum({ StatisticValues }))).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
      message:
        'The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.',
    });
  });

  test.each([
    ['no value at all', { MetricName: 'X' }],
    ['values and a value', { MetricName: 'X', Value: 1, Values: [1] }],
    ['a value beyond 2^360', { MetricName: 'X', Value: 2 ** 361 }],
    ['no name', { MetricName: '', Value: 1 }],
    ['counts for some values only', { MetricName: 'X', Values: [1, 2], Counts: [1] }],
  ])('refuses a datum with %s', async (_, bad) => {
    await expect(put(bad)).rejects.toThrow();
  });
});

describe('reading', { timeout: visibleMsMax + minuteMs }, () => {
  test('metrics are listed by namespace, name and dimensions', async () => {
    const Dimensions = [
      { Name: 'Source', Value: 'web' },
      { Name: 'EventName', Value: 'page view' },
    ];
    await put(datum({ MetricName: 'Listed', Dimensions }));
    await eventually(async () => {
      const filter = { Namespace, MetricName: 'Listed', Dimensions: [{ Name: 'EventName' }] };
      const { Metrics } = await client.send(new ListMetricsCommand(filter));
      expect(Metrics).toHaveLength(1);
      expect(Metrics?.[0]?.Dimensions).toEqual(expect.arrayContaining(Dimensions));
    });
    const other = new ListMetricsCommand({
      Namespace,
      MetricName: 'Listed',
      Dimensions: [{ Name: 'Source', Value: 'app' }],
    });
    expect((await client.send(other)).Metrics).toEqual([]);
  });

  test('dimensions are a set: their order is no part of the metric', async () => {
    const [a, b] = [
      { Name: 'A', Value: '1' },
      { Name: 'B', Value: '2' },
    ] as const;
    await put(datum({ MetricName: 'Order', Dimensions: [a, b] }), datum({ MetricName: 'Order', Dimensions: [b, a] }));
    await eventually(async () => expect(await sumOf('Order', [b, a])).toEqual([2]));
    expect(await sumOf('Order', [a])).toEqual([]);
  });

  test('datapoints come newest first, and the other way round when asked', async () => {
    const at = (minute: number) => new Date(hourAgo.getTime() + minute * minuteMs);
    await put(...[0, 1, 2].map((minute) => datum({ MetricName: 'Steps', Value: minute + 1, Timestamp: at(minute) })));
    const ask = async (ScanBy?: 'TimestampAscending', MaxDatapoints?: number, NextToken?: string) => {
      const MetricStat = { Metric: { Namespace, MetricName: 'Steps' }, Period: 60, Stat: 'Sum' };
      const range = { StartTime: at(0), EndTime: at(2) };
      return client.send(
        new GetMetricDataCommand({
          ...range,
          MetricDataQueries: [{ Id: 'm', MetricStat }],
          ScanBy,
          MaxDatapoints,
          NextToken,
        }),
      );
    };
    await eventually(async () => expect((await ask()).MetricDataResults?.[0]?.Values).toEqual([2, 1]));
    const ascending = await ask('TimestampAscending');
    expect(ascending.MetricDataResults?.[0]).toMatchObject({
      Values: [1, 2],
      Timestamps: [at(0), at(1)],
      StatusCode: 'Complete',
    });
    const first = await ask('TimestampAscending', 1);
    expect(first.MetricDataResults?.[0]?.Values).toEqual([1]);
    const second = await ask('TimestampAscending', 1, first.NextToken);
    expect(second.MetricDataResults?.[0]?.Values).toEqual([2]);
    expect(second.NextToken).toBeUndefined();
  });

  test('a search finds the metrics of a schema, and sums them', async () => {
    const of = (name: string) => [
      { Name: 'Source', Value: 'search' },
      { Name: 'EventName', Value: name },
    ];
    await put(
      datum({ MetricName: 'Found', Dimensions: of('a'), Value: 2 }),
      datum({ MetricName: 'Found', Dimensions: of('b'), Value: 5 }),
      datum({ MetricName: 'Found', Dimensions: [{ Name: 'Source', Value: 'search' }], Value: 100 }),
    );
    const search = `SEARCH('{${Namespace},Source,EventName} MetricName="Found" Source="search"', 'Sum', 3600)`;
    const range = { StartTime: hourAgo, EndTime: new Date(hourAgo.getTime() + hourMs) };
    const ask = (Expression: string) =>
      client.send(new GetMetricDataCommand({ ...range, MetricDataQueries: [{ Id: 'e', Expression, Period: 3_600 }] }));
    await eventually(async () => {
      const { MetricDataResults } = await ask(search);
      expect(MetricDataResults?.map(({ Values }) => Values?.[0]).sort()).toEqual([2, 5]);
    });
    expect((await ask(`SUM(${search})`)).MetricDataResults?.[0]?.Values).toEqual([7]);
    expect((await ask(`MAX(${search})`)).MetricDataResults?.[0]?.Values).toEqual([5]);
    expect((await ask(`MIN(${search})`)).MetricDataResults?.[0]?.Values).toEqual([2]);
    expect((await ask(search.replace('Source="', 'Place="'))).MetricDataResults).toEqual([]);
  });

  test('of several metrics, those without a value count for nothing', async () => {
    const at = (hours: number) => new Date(hourAgo.getTime() + hours * hourMs);
    await put(
      datum({ MetricName: 'FoldedA', Timestamp: at(-1), Value: 3 }),
      datum({ MetricName: 'FoldedA', Timestamp: at(0), Value: 3 }),
      datum({ MetricName: 'FoldedB', Timestamp: at(0), Value: 4 }),
    );
    const stat = (Id: string, MetricName: string) => ({
      ...{ Id, ReturnData: false },
      MetricStat: { Metric: { Namespace, MetricName }, Period: 3_600, Stat: 'Sum' },
    });
    const ask = (Expression: string) =>
      client.send(
        new GetMetricDataCommand({
          ...{ StartTime: at(-2), EndTime: at(1), ScanBy: 'TimestampAscending' },
          MetricDataQueries: [stat('a', 'FoldedA'), stat('b', 'FoldedB'), { Id: 'e', Expression }],
        }),
      );
    await eventually(async () => {
      const { MetricDataResults } = await ask('SUM([a, b])');
      expect(MetricDataResults?.[0]?.Values).toEqual([3, 7]);
    });
    for (const [name, values] of [
      ['MAX', [3, 4]],
      ['MIN', [3, 3]],
    ] as const) {
      const { MetricDataResults } = await ask(`${name}([a, b])`);
      expect(MetricDataResults?.[0]?.Values).toEqual(values);
    }
  });

  test('a search gives any statistic of the metrics of any name', async () => {
    const Dimensions = [
      { Name: 'Source', Value: 'rides' },
      { Name: 'EventName', Value: 'Shadowfax' },
    ];
    const StatisticValues = { SampleCount: 60, Sum: 1798.5, Minimum: 29, Maximum: 31 };
    await put({ MetricName: 'distance', Dimensions, Timestamp: hourAgo, StatisticValues });
    await put({ MetricName: 'magic', Dimensions, Timestamp: hourAgo, StatisticValues: { ...StatisticValues, Sum: 1 } });
    const search = (Stat: string) =>
      `SEARCH('{${Namespace},Source,EventName} MetricName="distance" Source="rides"', '${Stat}', 60)`;
    const range = { StartTime: hourAgo, EndTime: new Date(hourAgo.getTime() + hourMs) };
    const stats = ['SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'];
    const MetricDataQueries = stats.map((Stat, index) => ({ Id: `s${index}`, Expression: search(Stat), Period: 60 }));
    await eventually(async () => {
      const { MetricDataResults } = await client.send(new GetMetricDataCommand({ ...range, MetricDataQueries }));
      expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[60], [1798.5], [29], [31], [1798.5 / 60]]);
    });
  });

  test('statistics of one metric', async () => {
    await put(datum({ MetricName: 'Single', Value: 4 }), datum({ MetricName: 'Single', Value: 6 }));
    const range = { StartTime: hourAgo, EndTime: new Date(hourAgo.getTime() + hourMs), Period: 3_600 };
    await eventually(async () => {
      const { Datapoints } = await client.send(
        new GetMetricStatisticsCommand({ Namespace, MetricName: 'Single', ...range, Statistics: ['Sum', 'Average'] }),
      );
      expect(Datapoints).toMatchObject([{ Timestamp: hourAgo, Sum: 10, Average: 5 }]);
    });
  });
});

describe('dashboards', () => {
  test('are put, given, listed and deleted', async () => {
    const DashboardName = target.name('board');
    const DashboardBody = JSON.stringify({ widgets: [] });
    await client.send(new PutDashboardCommand({ DashboardName, DashboardBody }));
    expect((await client.send(new GetDashboardCommand({ DashboardName }))).DashboardBody).toBe(DashboardBody);
    const listed = await client.send(new ListDashboardsCommand({ DashboardNamePrefix: DashboardName }));
    expect(listed.DashboardEntries).toMatchObject([{ DashboardName, Size: DashboardBody.length }]);
    await client.send(new DeleteDashboardsCommand({ DashboardNames: [DashboardName] }));
    const gone = client.send(new GetDashboardCommand({ DashboardName }));
    await expect(gone).rejects.toMatchObject({
      name: expect.stringMatching(/^(DashboardNotFoundError|ResourceNotFound)/),
    });
  });

  test('whose body is no JSON are refused', async () => {
    const call = new PutDashboardCommand({ DashboardName: target.name('bad'), DashboardBody: '{' });
    await expect(client.send(call)).rejects.toMatchObject({ name: 'DashboardInvalidInputError' });
  });
});
