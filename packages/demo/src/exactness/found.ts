import { CloudWatchClient, paginateGetMetricData, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';

export type Item = Readonly<Record<string, unknown>>;

const dayMs = 86_400_000;
/** GetMetricData takes this many queries a call. */
const queriesMax = 500;

/** Reads everything that stands in the servers of a source, over the wire. */
export class Found {
  readonly #source: DeployedSource;
  readonly #engine: Engine;
  readonly #dynamodb: DynamoDBClient;
  readonly #s3: S3Client;
  readonly #cloudwatch: CloudWatchClient;
  /** Bodies by key: an object is fetched once, and its entity tag watched from then on. */
  readonly #bodies = new Map<string, { readonly tag: string | undefined; readonly body: Item }>();

  constructor(engine: Engine, source: DeployedSource) {
    const { endpoint, region } = engine;
    const settings = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    this.#engine = engine;
    this.#source = source;
    this.#dynamodb = new DynamoDBClient(settings);
    this.#s3 = new S3Client({ ...settings, forcePathStyle: true });
    this.#cloudwatch = new CloudWatchClient(settings);
  }

  close(): void {
    for (const client of [this.#dynamodb, this.#s3, this.#cloudwatch]) client.destroy();
  }

  /** Every item of the Series table. */
  async partials(): Promise<Item[]> {
    const items: Item[] = [];
    const input = { TableName: this.#source.seriesTable, ConsistentRead: true };
    for await (const { Items = [] } of paginateScan({ client: this.#dynamodb }, input)) {
      items.push(...Items.map((item) => unmarshall(item)));
    }
    return items;
  }

  /** Every item of the source in the Control table. */
  async control(): Promise<Item[]> {
    const items: Item[] = [];
    const input = {
      TableName: this.#source.controlTable,
      ConsistentRead: true,
      KeyConditionExpression: '#source = :source',
      ExpressionAttributeNames: { '#source': 'Source' },
      ExpressionAttributeValues: { ':source': { S: this.#source.name } },
    };
    for await (const { Items = [] } of paginateQuery({ client: this.#dynamodb }, input)) {
      items.push(...Items.map((item) => unmarshall(item)));
    }
    return items;
  }

  /** Bodies of the objects that the source has in the bucket, those of failed batches included, by their keys. */
  async objects(): Promise<Map<string, Item>> {
    const objects = new Map<string, Item>();
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket: this.#source.bucket },
    )) {
      for (const { Key = '', ETag: tag } of Contents) {
        const isOther = Key.startsWith('quarantine/') && !Key.startsWith(`quarantine/${this.#source.name}/`);
        if (!isOther) objects.set(Key, await this.#body(Key, tag));
      }
    }
    return objects;
  }

  async #body(key: string, tag: string | undefined): Promise<Item> {
    const known = this.#bodies.get(key);
    if (known !== undefined && known.tag === tag) return known.body;
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#source.bucket, Key: key }));
    const body = JSON.parse((await Body?.transformToString('utf8')) ?? '{}');
    this.#bodies.set(key, { tag, body });
    return body;
  }

  /** CloudWatch's sums by `<EventName> <minute>`, the minute as `2026-11-02T09:00:00Z`. */
  async figures(): Promise<Map<string, number>> {
    const metrics = [];
    const filter = { Namespace: 'Tidemark', Dimensions: [{ Name: 'Source', Value: this.#source.name }] };
    for await (const { Metrics = [] } of paginateListMetrics({ client: this.#cloudwatch }, filter)) {
      metrics.push(...Metrics);
    }
    const nowMs = this.#engine.clock.now();
    const figures = new Map<string, number>();
    for (let from = 0; from < metrics.length; from += queriesMax) {
      const part = metrics.slice(from, from + queriesMax);
      const input = {
        StartTime: new Date(nowMs - 2 * dayMs),
        EndTime: new Date(nowMs + dayMs),
        MetricDataQueries: part.map((Metric, index) => ({
          Id: `m${index}`,
          MetricStat: { Metric, Period: 60, Stat: 'Sum' },
        })),
      };
      for await (const { MetricDataResults = [] } of paginateGetMetricData({ client: this.#cloudwatch }, input)) {
        for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
          const dimensions = part[Number(Id.slice(1))]?.Dimensions ?? [];
          const name = dimensions.find(({ Name }) => Name === 'EventName')?.Value;
          Timestamps.forEach((timestamp, index) => {
            const key = `${name} ${timestamp.toISOString().slice(0, 19)}Z`;
            figures.set(key, (figures.get(key) ?? 0) + (Values[index] ?? 0));
          });
        }
      }
    }
    return figures;
  }
}
