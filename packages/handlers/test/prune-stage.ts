import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Instance } from './instance.ts';
import { KinesisStage } from './kinesis.ts';
import { ObjectProxy } from './object-proxy.ts';
import { Pruned } from './pruned.ts';
import { both } from './recounts.ts';
import { hourMs } from './rows.ts';
import { Stage } from './stage.ts';

/** DynamoDB Local, S3 and the engine's Kinesis, each behind something that can hurt calls, and runs of the function `prune` on them. */
export class PruneStage {
  readonly kinesis = new KinesisStage();
  readonly objects: ObjectProxy;
  readonly #stage: Stage;
  #endpoints: Record<string, string> = {};
  #instance: Instance | undefined;

  private constructor(stage: Stage) {
    this.#stage = stage;
    this.objects = new ObjectProxy(stage.servers.s3.port);
  }

  static async start(): Promise<PruneStage> {
    const stage = new PruneStage(await Stage.start());
    const [kinesis, s3] = await Promise.all([stage.kinesis.start(), stage.objects.start()]);
    stage.#endpoints = { AWS_ENDPOINT_URL_KINESIS: kinesis, AWS_ENDPOINT_URL_S3: s3 };
    return stage;
  }

  /** Past the proxy, so that no rule for hurting calls meets it. */
  get tables(): DynamoDBClient {
    return this.#stage.servers.dynamodb.client;
  }

  get proxy() {
    return this.#stage.servers.proxy;
  }

  /** Nothing is hurt any more. */
  heal(): void {
    this.proxy.reset();
    this.objects.decide = () => 'pass';
  }

  async stop(): Promise<void> {
    await this.#stage.stop();
    await Promise.all([this.kinesis.stop(), this.objects.stop()]);
  }

  /** A source with a catalogue of these names, whose stream began at `nowMs`. */
  async makeSource(names: readonly string[], nowMs = Date.now() - hourMs, shards = 1): Promise<Pruned> {
    const name = `s${crypto.randomUUID().slice(0, 8)}`;
    const deployment = await this.#stage.makeDeployment({ ...both, name });
    await deployment.putControl('CATALOGUE', { Names: names, Caps: [{ FromMs: 0, MaxSeries: 1000 }] });
    const stream = await this.kinesis.makeStream(nowMs, shards);
    this.kinesis.reset();
    this.heal();
    // One instance serves every source, as the function does.
    this.#instance ??= await deployment.start('prune', this.#endpoints);
    return new Pruned(this, deployment, stream, this.#instance);
  }
}
