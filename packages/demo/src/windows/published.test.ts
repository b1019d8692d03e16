import {
  CloudWatchClient,
  GetDashboardCommand,
  GetMetricDataCommand,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { catalogueKey, firstCatalogue } from '@tidemark/core/control/catalogue';
import type { DeployedSource } from '@tidemark/core/deployment';
import { metricNamespace, seriesDimensions } from '@tidemark/core/publish/datum';
import { formatInstant } from '@tidemark/core/series/bucket';
import { type Figures, figuresOf, measuredToItem, mergeFigures } from '@tidemark/core/series/figures';
import { encodeBucket } from '@tidemark/core/series/key';
import type { Writer } from '@tidemark/core/series/partial';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../command.ts';
import { type Stack, startStack } from '../exactness/stack.ts';

/*
 * Items of windows as the window function writes them, put into the table here: what is published of them, by the deployed function and
 * into a CloudWatch with the real limits, and what the CLI reads.
 */

const runMsMax = 60_000;
const minute = 60_000;
let stack: Stack;
let rides: DeployedSource;
let dynamodb: DynamoDBClient;
let cloudwatch: CloudWatchClient;
let startMs: number;

beforeAll(async () => {
  const event = { name: 'Name', time: 'StatusTime' };
  const window = { seconds: 60, measures: { distance: 'Distance', health: 'HealthPoints' } };
  const publish = { batchWindowSeconds: 0 };
  stack = await startStack({
    sources: {
      web: { event: { name: 'event_type', time: 'utc_timestamp' }, buckets: ['1h'], publish },
      rides: { event, window, publish },
    },
  });
  rides = stack.source('rides');
  const { endpoint, region, clock } = stack.engine;
  const settings = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  dynamodb = new DynamoDBClient(settings);
  cloudwatch = new CloudWatchClient(settings);
  startMs = Math.floor(clock.now() / minute - 10) * minute;
  const Catalogue = { ...firstCatalogue(100), Names: ['Shadowfax', '=cmd, "x"'] };
  await putItem(rides.controlTable, { ...catalogueKey('rides'), ...Catalogue });
}, 2 * runMsMax);

afterAll(async () => {
  dynamodb?.destroy();
  cloudwatch?.destroy();
  await stack?.stop();
});

async function putItem(TableName: string, item: Readonly<Record<string, unknown>>): Promise<void> {
  await dynamodb.send(new PutItemCommand({ TableName, Item: marshall(item, { allowImpreciseNumbers: true }) }));
}

interface Written {
  readonly name: string;
  readonly minutes: number;
  readonly slice: string;
  readonly distances: readonly number[];
  readonly writer?: Writer;
}

function figures(values: readonly number[]): Figures {
  return values.map(figuresOf).reduce(mergeFigures);
}

async function write({ name, minutes, slice, distances, writer = 'live' }: Written): Promise<void> {
  const key = { size: 'w60', generation: 0, startMs: startMs + minutes * minute, slice } as const;
  const health = distances.map((_, index) => 100 + index);
  await putItem(rides.seriesTable, {
    ...{ EventName: name, Bucket: encodeBucket(key), EventCount: distances.length },
    ...{ LastSequence: '001:7', WrittenBy: writer },
    Measures: measuredToItem({ distance: figures(distances), health: figures(health) }),
  });
}

/** Every statistic of a measure's metric, by minute. */
async function statistics(measure: string, name: string): Promise<Record<string, number[]>> {
  const all = ['SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'];
  const Metric = {
    ...{ Namespace: metricNamespace, MetricName: measure },
    Dimensions: [...seriesDimensions('rides', name)],
  };
  const MetricDataQueries = all.map((Stat, index) => ({ Id: `m${index}`, MetricStat: { Metric, Period: 60, Stat } }));
  const input = { StartTime: new Date(startMs), EndTime: new Date(startMs + 20 * minute), MetricDataQueries };
  const found: Record<string, number[]> = {};
  for await (const { MetricDataResults = [] } of paginateGetMetricData({ client: cloudwatch }, input)) {
    for (const { Id = '', Values = [], Timestamps = [] } of MetricDataResults) {
      for (const [index, at] of Timestamps.entries()) {
        const instant = formatInstant(at.getTime());
        const figuresAt = found[instant] ?? [];
        figuresAt[Number(Id.slice(1))] = Values[index] ?? Number.NaN;
        found[instant] = figuresAt;
      }
    }
  }
  return found;
}

function tidemark(...argv: string[]) {
  return runCommand(stack.engine, argv);
}

test('every write becomes part of the statistics of its window, and the CLI reads the same figures', {
  timeout: 2 * runMsMax,
}, async () => {
  await write({ name: 'Shadowfax', minutes: 0, slice: '000000000000', distances: [29.5, -3] });
  await write({ name: 'Shadowfax', minutes: 0, slice: '000000000001', distances: [0.1, 0.2] });
  await write({ name: '=cmd, "x"', minutes: 1, slice: '000000000001', distances: [1e100] });
  // The same partial again with what came late, after a recount of another one, which is not published.
  await write({ name: 'Shadowfax', minutes: 2, slice: '000000000002', distances: [5], writer: 'recount' });
  await write({ name: 'Shadowfax', minutes: 0, slice: '000000000000', distances: [29.5, -3, 31] });
  const sum = 57.8;
  const first = formatInstant(startMs);
  await expect
    .poll(() => statistics('distance', 'Shadowfax'), { timeout: runMsMax, interval: 200 })
    .toEqual({ [first]: [5, sum, -3, 31, sum / 5] });
  expect(await statistics('health', 'Shadowfax')).toEqual({ [first]: [5, 504, 100, 102, 504 / 5] });
  expect(await statistics('distance', '=cmd, "x"')).toEqual({
    [formatInstant(startMs + minute)]: [1, 1e100, 1e100, 1e100, 1e100],
  });
  expect(await statistics('EventCount', 'Shadowfax')).toEqual({});

  const { out, exitCode } = await tidemark('windows', '--json');
  expect(exitCode).toBe(0);
  const told = JSON.parse(out);
  expect(told).toMatchObject({ windowSeconds: 60, measures: ['distance', 'health'] });
  expect(told.rows).toHaveLength(3);
  expect(told.rows[1]).toEqual({
    ...{ name: 'Shadowfax', windowStart: first, windowEnd: formatInstant(startMs + minute), records: 5 },
    measures: {
      distance: { count: 5, sum, minimum: -3, maximum: 31, average: sum / 5 },
      health: { count: 5, sum: 504, minimum: 100, maximum: 102, average: 504 / 5 },
    },
  });
  const to = formatInstant(startMs + 2 * minute);
  const csv = await tidemark('windows', '--source', 'rides', '--to', to, '--format', 'csv');
  expect(csv.out.split('\r\n')).toEqual([
    'name,windowStart,windowEnd,records,distanceSum,distanceMin,distanceMax,distanceAverage,healthSum,healthMin,healthMax,healthAverage',
    `"'=cmd, ""x""",${formatInstant(startMs + minute)},${to},1,1e+100,1e+100,1e+100,1e+100,100,100,100,100`,
    `Shadowfax,${first},${formatInstant(startMs + minute)},5,57.8,-3,31,11.559999999999999,504,100,102,100.8`,
    '',
  ]);
  const one = await tidemark('windows', 'Shadowfax', '--from', to);
  expect(one.out).toMatch(/^Shadowfax +1 +1 /m);
  expect(one.out).toMatch(new RegExp(`^${to} .* 1 +5 +5 +5 +5`, 'm'));
});

test('the expressions of the dashboard find the measures', { timeout: runMsMax }, async () => {
  const { DashboardBody = '' } = await cloudwatch.send(new GetDashboardCommand({ DashboardName: rides.dashboard }));
  const expressions = [...DashboardBody.matchAll(/"expression":"((?:[^"\\]|\\.)*)"/g)].map(
    ([, text = '']) => JSON.parse(`"${text}"`) as string,
  );
  const ofMeasures = expressions.filter((text) => /MetricName="(distance|health)"/.test(text));
  expect(new Set(ofMeasures.map((text) => /MetricName="(\w+)"/.exec(text)?.[1]))).toEqual(
    new Set(['distance', 'health']),
  );
  const input = {
    ...{ StartTime: new Date(startMs), EndTime: new Date(startMs + 20 * minute) },
    MetricDataQueries: ofMeasures.map((Expression, index) => ({ Id: `e${index}`, Expression, Period: 60 })),
  };
  const { MetricDataResults = [] } = await cloudwatch.send(new GetMetricDataCommand(input));
  for (const index of ofMeasures.keys()) {
    const results = MetricDataResults.filter(({ Id }) => Id === `e${index}`);
    expect(results.flatMap(({ Values = [] }) => Values).length).toBeGreaterThan(0);
  }
});

test.each([
  [
    ['counters', '--source', 'rides'],
    'source rides counts no buckets; see its windows: tidemark --local windows --source rides',
  ],
  [['windows', '--source', 'web'], 'source web has no window; see its buckets: tidemark --local counters --source web'],
])('%j is called wrongly', async (argv, message) => {
  expect(await tidemark(...argv)).toEqual({ exitCode: 2, out: '', error: `${message}\n` });
});

test('windows of no name, or of no time', async () => {
  const none = await tidemark('windows', 'Nobody');
  expect(none).toEqual({
    ...{ exitCode: 0, out: '' },
    error: 'Source rides has no windows of "Nobody" of that time. One is written when it has closed.\n',
  });
  expect((await tidemark('windows', '--to', '2000-01-01')).error).toContain(
    'Source rides has no windows of that time.',
  );
  expect((await tidemark('counters')).error).toContain('Nothing was counted in that time.');
});
