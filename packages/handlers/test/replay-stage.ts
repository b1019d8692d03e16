import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Instance } from './instance.ts';
import { KinesisStage } from './kinesis.ts';
import { Metrics } from './metrics.ts';
import { both } from './recounts.ts';
import { Replayed } from './replayed.ts';
import { Stage } from './stage.ts';

/** DynamoDB Local, S3, the engine's Kinesis and CloudWatch, and replays on them. Shared by the tests of a file. */
export class ReplayStage {
  readonly kinesis: KinesisStage;
  readonly metrics: Metrics;
  readonly #stage: Stage;
  readonly #kinesisEndpoint: string;
  #instance: Instance | undefined;
  #latest: Replayed | undefined;

  private constructor(stage: Stage, kinesis: KinesisStage, endpoint: string, metrics: Metrics) {
    this.#stage = stage;
    this.kinesis = kinesis;
    this.#kinesisEndpoint = endpoint;
    this.metrics = metrics;
  }

  static async start(): Promise<ReplayStage> {
    const kinesis = new KinesisStage();
    const [stage, endpoint, metrics] = await Promise.all([Stage.start(), kinesis.start(), Metrics.start()]);
    return new ReplayStage(stage, kinesis, endpoint, metrics);
  }

  /** Past the proxy, so that no rule for hurting calls meets it. */
  get tables(): DynamoDBClient {
    return this.#stage.servers.dynamodb.client;
  }

  get proxy() {
    return this.#stage.servers.proxy;
  }

  /** What a function needs that reads streams and puts metrics. */
  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL_KINESIS: this.#kinesisEndpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: this.metrics.endpoint,
    };
  }

  async stop(): Promise<void> {
    await this.#stage.stop();
    await this.kinesis.stop();
    await this.metrics.stop();
  }

  /** A source of its own, named for its tables, so that its metrics are its own as well. `nowMs`: before the first arrival. */
  async makeSource(nowMs: number, shards = 1): Promise<Replayed> {
    const name = `s${crypto.randomUUID().slice(0, 8)}`;
    const deployment = await this.#stage.makeDeployment({ ...both, name, maxSeries: 100 });
    const stream = await this.kinesis.makeStream(nowMs, shards);
    this.kinesis.reset();
    // One instance serves every source, as the function does.
    this.#instance ??= await deployment.start('replay', this.environment);
    const environment = { STREAM_ARN: stream.arn, AWS_ENDPOINT_URL_KINESIS: this.#kinesisEndpoint };
    // A file makes many sources: counters of those before are started again where they are still needed.
    await this.#latest?.forget();
    this.#latest = new Replayed(this, deployment, stream, this.#instance, environment);
    return this.#latest;
  }
}
