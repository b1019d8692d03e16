import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Source } from '@tidemark/core/config';
import type { FauxqsServer } from 'fauxqs';
import { startFauxqs } from 'fauxqs';
import { inject } from 'vitest';
import { functions } from '../build/bundle.ts';
import type { DynamoDBLocal } from './dynamodb-local.ts';
import { connectToDynamoDBLocal, makeTables, put, scan } from './dynamodb-local.ts';
import { web } from './events.ts';
import { Instance } from './instance.ts';
import { MeteringProxy } from './metering-proxy.ts';

export type FunctionName = (typeof functions)[number];

interface Servers {
  readonly dynamodb: DynamoDBLocal;
  readonly proxy: MeteringProxy;
  readonly proxyEndpoint: string;
  readonly s3: FauxqsServer;
}

/** The servers that handlers need, and the bundles as they are deployed, in a folder of their own: shared by the tests of a file. */
export class Stage {
  readonly servers: Servers;
  readonly #directory: string;
  readonly #instances: Instance[] = [];
  #deployments = 0;

  private constructor(servers: Servers, directory: string) {
    this.servers = servers;
    this.#directory = directory;
  }

  static async start(): Promise<Stage> {
    const directory = mkdtempSync(join(tmpdir(), 'tidemark-handlers-'));
    linkBundles(directory);
    const dynamodb = connectToDynamoDBLocal();
    const s3 = await startFauxqs({ port: 0, logger: false });
    const proxy = new MeteringProxy(dynamodb.endpoint);
    return new Stage({ dynamodb, proxy, proxyEndpoint: await proxy.start(), s3 }, directory);
  }

  async stop(): Promise<void> {
    const { dynamodb, proxy, s3 } = this.servers;
    await Promise.all(this.#instances.map((instance) => instance.end()));
    await proxy.stop();
    dynamodb.close();
    await s3.stop();
    rmSync(this.#directory, { recursive: true });
  }

  /** A source with tables and a bucket of its own. */
  async makeDeployment(source: Partial<Source> = {}): Promise<Deployment> {
    this.#deployments += 1;
    const { dynamodb, proxy, s3 } = this.servers;
    const tables = await makeTables(dynamodb.client, `t${this.#deployments}`);
    const bucket = `bucket-${this.#deployments}`;
    s3.createBucket(bucket);
    proxy.reset();
    return new Deployment(this, tables, bucket, { ...web, ...source });
  }

  /** What the instances of a function that start from now on find beside their bundle. */
  writeBeside(name: FunctionName, file: string, content: object): void {
    writeFileSync(join(this.#directory, name, file), JSON.stringify(content));
  }

  /** A fresh instance, as a cold start makes it. */
  async startInstance(name: FunctionName, source: Source, environment: Record<string, string>): Promise<Instance> {
    this.writeBeside(name, 'source.json', source);
    const instance = await Instance.start(pathToFileURL(join(this.#directory, name, 'index.mjs')).href, environment);
    this.#instances.push(instance);
    return instance;
  }
}

/** Links to the bundles and what was built with them: a stage writes its own sources beside them. */
function linkBundles(directory: string): void {
  for (const name of functions) {
    const built = join(inject('bundles'), name);
    mkdirSync(join(directory, name));
    for (const file of readdirSync(built)) linkSync(join(built, file), join(directory, name, file));
  }
}

export class Deployment {
  readonly stage: Stage;
  readonly tables: { readonly series: string; readonly control: string };
  readonly bucket: string;
  source: Source;

  constructor(stage: Stage, tables: { series: string; control: string }, bucket: string, source: Source) {
    this.stage = stage;
    this.tables = tables;
    this.bucket = bucket;
    this.source = source;
  }

  start(name: FunctionName, environment: Record<string, string> = {}): Promise<Instance> {
    const { dynamodb, proxyEndpoint, s3 } = this.stage.servers;
    return this.stage.startInstance(name, this.source, {
      SERIES_TABLE: this.tables.series,
      CONTROL_TABLE: this.tables.control,
      STEPS_FUNCTION: 'steps',
      DATA_BUCKET: this.bucket,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: dynamodb.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: proxyEndpoint,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${s3.port}`,
      STREAM_ARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/none',
      // Nothing listens there: whatever is asked of them fails.
      AWS_ENDPOINT_URL_KINESIS: 'http://127.0.0.1:9',
      AWS_ENDPOINT_URL_CLOUDWATCH: 'http://127.0.0.1:9',
      AWS_LAMBDA_LOG_LEVEL: 'FATAL',
      ...environment,
    });
  }

  /** Invokes a fresh instance once. */
  async deliver(name: FunctionName, event: unknown): Promise<void> {
    const instance = await this.start(name);
    try {
      await instance.invoke(event);
    } finally {
      await instance.end();
    }
  }

  /** `{ 'page view 1h 2026-11-02T09:00:00Z': 3 }`: partials of all shards summed. */
  async counts(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const item of await scan(this.stage.servers.dynamodb.client, this.tables.series)) {
      const [size, , start] = String(item.Bucket).split('#');
      const key = `${item.EventName} ${size} ${start}`;
      counts[key] = (counts[key] ?? 0) + Number(item.EventCount);
    }
    return counts;
  }

  /** Items of the Series table, ordered by their keys. */
  async rows(): Promise<Record<string, unknown>[]> {
    const items = await scan(this.stage.servers.dynamodb.client, this.tables.series);
    const keyOf = (item: Record<string, unknown>) => `${item.EventName} ${item.Bucket}`;
    return items.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  async putRow(row: Record<string, unknown>): Promise<void> {
    await put(this.stage.servers.dynamodb.client, this.tables.series, row);
  }

  /** Items of the Control table by their sort key. */
  async control(): Promise<Record<string, Record<string, unknown>>> {
    const items = await scan(this.stage.servers.dynamodb.client, this.tables.control);
    return Object.fromEntries(items.map(({ Source: _, Item, ...rest }) => [String(Item), rest]));
  }

  async putControl(Item: string, item: Record<string, unknown>): Promise<void> {
    await put(this.stage.servers.dynamodb.client, this.tables.control, { Source: this.source.name, Item, ...item });
  }

  /** Bodies of the data bucket by object key, where all of them are JSON. */
  async quarantine(): Promise<Record<string, unknown>> {
    const objects = Object.entries(await this.objects());
    return Object.fromEntries(objects.map(([key, body]) => [key, JSON.parse(Buffer.from(body).toString('utf8'))]));
  }

  /** Contents of the data bucket by object key. */
  async objects(): Promise<Record<string, Uint8Array>> {
    return this.#withBucket(async (client, keys) => {
      const bodies = keys.map(async (Key) => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: this.bucket, Key }));
        return [Key, (await Body?.transformToByteArray()) ?? new Uint8Array()] as const;
      });
      return Object.fromEntries(await Promise.all(bodies));
    });
  }

  async putObject(Key: string, Body: Uint8Array): Promise<void> {
    await this.#withBucket((client) => client.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body })));
  }

  async emptyBucket(): Promise<void> {
    await this.#withBucket(async (client, keys) => {
      for (const Key of keys) await client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key }));
    });
  }

  async #withBucket<Result>(use: (client: S3Client, keys: string[]) => Promise<Result>): Promise<Result> {
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${this.stage.servers.s3.port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    try {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: this.bucket }));
      return await use(
        client,
        Contents.map(({ Key = '' }) => Key),
      );
    } finally {
      client.destroy();
    }
  }
}
