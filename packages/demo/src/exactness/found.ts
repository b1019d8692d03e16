import { DynamoDBClient, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';

export type Item = Readonly<Record<string, unknown>>;

/** Reads everything that stands in the tables and the bucket of a source, over the wire. */
export class Found {
  readonly #source: DeployedSource;
  readonly #dynamodb: DynamoDBClient;
  readonly #s3: S3Client;
  /** Bodies by key: an object is fetched once, and its entity tag watched from then on. */
  readonly #bodies = new Map<string, { readonly tag: string | undefined; readonly body: Item }>();

  constructor(engine: Engine, source: DeployedSource) {
    const { endpoint, region } = engine;
    const settings = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    this.#source = source;
    this.#dynamodb = new DynamoDBClient(settings);
    this.#s3 = new S3Client({ ...settings, forcePathStyle: true });
  }

  close(): void {
    for (const client of [this.#dynamodb, this.#s3]) client.destroy();
  }

  /** Every item of the Series table. */
  async partials(): Promise<Item[]> {
    const items: Item[] = [];
    const input = { TableName: this.#source.seriesTable, ConsistentRead: true };
    for await (const { Items = [] } of paginateScan({ client: this.#dynamodb }, input)) {
      items.push(...Items.map(plain));
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
      items.push(...Items.map(plain));
    }
    return items;
  }

  /** Bodies of the objects that the source has in the bucket beside its archive, its exports and reports of runs, those of failed batches included, by their keys. */
  async objects(): Promise<Map<string, Item>> {
    const objects = new Map<string, Item>();
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket: this.#source.bucket },
    )) {
      for (const { Key = '', ETag: tag } of Contents) {
        const isOther = Key.startsWith('quarantine/') && !Key.startsWith(`quarantine/${this.#source.name}/`);
        const isOperators = /^(archive|replay|prune)\//.test(Key);
        if (!isOther && !isOperators) objects.set(Key, await this.#body(Key, tag));
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
}

/** Numbers are doubles, as they were written: those of measures may lie beyond 2^53. */
function plain(item: Parameters<typeof unmarshall>[0]): Item {
  return unmarshall(item, { wrapNumbers: Number });
}
