import type { Source } from '@tidemark/core/config';
import type { FiguresItem } from '@tidemark/core/series/figures';
import type { Instance } from './instance.ts';
import type { StoredRecord, TestStream } from './kinesis.ts';
import { KinesisStage } from './kinesis.ts';
import type { Deployment } from './stage.ts';
import { Stage } from './stage.ts';

/** The source that tests of windows add up: a window, and no buckets unless they are given. */
export const rides: Source = {
  name: 'rides',
  revisions: [
    {
      fromMs: 0,
      event: {
        name: ['Name'],
        time: ['StatusTime'],
        measures: [
          { name: 'distance', path: ['Distance'] },
          { name: 'health', path: ['HealthPoints'] },
        ],
      },
    },
  ],
  buckets: [],
  window: { seconds: 60 },
  maxSeries: 100,
};

/** An event whose time is its own. */
export function eventAt(name: string, timeMs: number, distance = 1): string {
  const StatusTime = new Date(timeMs).toISOString();
  return JSON.stringify({ Name: name, StatusTime, Distance: distance, HealthPoints: 100 });
}

export function reading(name: string, distance: unknown, health: unknown = 100): string {
  return JSON.stringify({ Name: name, StatusTime: '2026-11-02T09:30:00', Distance: distance, HealthPoints: health });
}

/** What `Rides.windows` shows of readings whose health is 100 throughout. */
export function figures(count: number, sum: number, minimum: number, maximum: number) {
  return { records: count, distance: [count, sum, minimum, maximum], health: [count, 100 * count, 100, 100] };
}

/** How Lambda calls: whether it forgets the state after the invocation, and why. */
export type Ending = 'final' | 'early';

export interface Delivery {
  /** Of the ride's shard; none where there are none. */
  readonly records?: readonly StoredRecord[];
  readonly ending?: Ending;
  /** Of records that are absent. */
  readonly shardId?: string;
  /** Instead of what the shard's last invocation answered. */
  readonly state?: unknown;
  readonly instance?: Instance;
  readonly remainingMs?: number;
}

/** DynamoDB Local, S3, the engine's Kinesis, and rides on them. Shared by the tests of a file. */
export class RidesStage {
  readonly kinesis: KinesisStage;
  readonly #stage: Stage;
  readonly #kinesisEndpoint: string;

  private constructor(stage: Stage, kinesis: KinesisStage, endpoint: string) {
    this.#stage = stage;
    this.kinesis = kinesis;
    this.#kinesisEndpoint = endpoint;
  }

  static async start(): Promise<RidesStage> {
    const kinesis = new KinesisStage();
    const [stage, endpoint] = await Promise.all([Stage.start(), kinesis.start()]);
    return new RidesStage(stage, kinesis, endpoint);
  }

  get proxy() {
    return this.#stage.servers.proxy;
  }

  async stop(): Promise<void> {
    await this.#stage.stop();
    await this.kinesis.stop();
  }

  /** Forgets calls and rules for hurting them. */
  reset(): void {
    this.proxy.reset();
    this.kinesis.reset();
  }

  /** A source of its own with tables, bucket, stream. `nowMs`: before the first arrival. */
  async makeRides(nowMs: number, source: Partial<Source> = {}, shards = 1): Promise<Rides> {
    const deployment = await this.#stage.makeDeployment({ ...rides, ...source });
    const stream = await this.kinesis.makeStream(nowMs, shards);
    this.reset();
    return new Rides(deployment, stream, { STREAM_ARN: stream.arn, AWS_ENDPOINT_URL_KINESIS: this.#kinesisEndpoint });
  }
}

/** A source's stream, and Lambda as the shards of its stream see it: it carries the state from call to call, as JSON. */
export class Rides {
  readonly deployment: Deployment;
  readonly stream: TestStream;
  /** What the last invocation of each shard answered. */
  readonly states = new Map<string, unknown>();
  readonly #environment: Record<string, string>;
  #instance: Instance | undefined;

  constructor(deployment: Deployment, stream: TestStream, environment: Record<string, string>) {
    this.deployment = deployment;
    this.stream = stream;
    this.#environment = environment;
  }

  /** Readings of distance 1, 2, 3, ..., a second after the other. */
  async put(count: number, name: string, fromMs: number): Promise<StoredRecord[]> {
    const records: StoredRecord[] = [];
    for (let index = 0; index < count; index += 1) {
      records.push(await this.stream.put(reading(name, index + 1), fromMs + index * 1000));
    }
    return records;
  }

  start(environment: Record<string, string> = {}): Promise<Instance> {
    return this.deployment.start('window', { ...this.#environment, ...environment });
  }

  /** The next invocation finds a fresh instance. */
  async end(): Promise<void> {
    await this.#instance?.end();
    this.#instance = undefined;
  }

  /** One invocation. A failed one leaves the state as it was, and throws. */
  async deliver(delivery: Delivery): Promise<void> {
    this.#instance ??= delivery.instance ? undefined : await this.start();
    const instance = delivery.instance ?? this.#instance;
    const event = this.event(delivery);
    const answer = (await instance?.answer(event, delivery.remainingMs)) as { state: unknown };
    if (typeof answer?.state !== 'object' || answer.state === null) {
      throw new Error(`an answer without state: ${JSON.stringify(answer)}`);
    }
    const bytes = Buffer.byteLength(JSON.stringify(answer.state));
    if (bytes > 1_000_000) throw new Error(`a state of ${bytes} bytes`);
    this.states.set(event.shardId, answer.state);
  }

  /** As Lambda makes it. */
  event({ records = [], ending, state, shardId = records[0]?.shardId ?? 'shardId-000000000000' }: Delivery) {
    const [first] = records;
    const startMs = Math.floor((first?.arrivalMs ?? 0) / 60_000) * 60_000;
    return {
      ...(records.length === 0 ? {} : { Records: records.map((record) => kinesisRecord(record, this.stream.arn)) }),
      window: { start: instant(startMs), end: instant(startMs + 60_000) },
      state: state === undefined ? (this.states.get(shardId) ?? {}) : state,
      shardId,
      eventSourceARN: this.stream.arn,
      isFinalInvokeForWindow: ending === 'final',
      isWindowTerminatedEarly: ending === 'early',
    };
  }

  /** `{ 'Pegasus w60 2026-11-02T09:30:00Z 000000000000': { records: 2, distance: [count, sum, minimum, maximum] } }` */
  async windows(): Promise<Record<string, Record<string, unknown>>> {
    const windows: Record<string, Record<string, unknown>> = {};
    for (const row of await this.deployment.rows()) {
      const [size, , start, slice] = String(row.Bucket).split('#');
      const measures = Object.entries((row.Measures ?? {}) as Record<string, FiguresItem>);
      windows[`${row.EventName} ${size} ${start} ${slice}`] = {
        records: row.EventCount,
        ...Object.fromEntries(
          measures.map(([name, { Count, Sum, Minimum, Maximum }]) => [name, [Count, Sum, Minimum, Maximum]]),
        ),
      };
    }
    return windows;
  }

  /** The control item of the `window` consumer: `CHECKPOINT#window#shardId-…`, `LEDGER#window#2026-11-02#shardId-…`. */
  async control(item: string): Promise<Record<string, unknown> | undefined> {
    return (await this.deployment.control())[item];
  }
}

/** What an event source mapping sends for a record of a stream. */
export function kinesisRecord({ shardId, sequenceNumber, text, arrivalMs }: StoredRecord, streamArn: string) {
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'key',
      sequenceNumber,
      data: Buffer.from(text).toString('base64'),
      approximateArrivalTimestamp: arrivalMs / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/window',
    awsRegion: 'us-east-1',
    eventSourceARN: streamArn,
  };
}

function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
