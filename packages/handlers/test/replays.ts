import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RunItem, RunRequest } from '@tidemark/core/replay/run';
import { runId } from '@tidemark/core/replay/run';
import type { ReplaySettings } from '@tidemark/core/replay/settings';
import type { CompareAnswer, StepAnswers, StepOp, UndoAnswer } from '@tidemark/core/replay/steps';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import { generationOf } from '@tidemark/core/replay/timeline';
import { decodeBucket } from '@tidemark/core/series/key';
import type { Instance } from './instance.ts';
import type { StoredRecord, TestStream } from './kinesis.ts';
import { KinesisStage } from './kinesis.ts';
import { Metrics } from './metrics.ts';
import { both } from './recounts.ts';
import { kinesisRecord } from './rides.ts';
import type { Deployment } from './stage.ts';
import { Stage } from './stage.ts';

/** An event whose time is its own. */
export function eventAt(name: string, timeMs: number, distance = 1): string {
  const StatusTime = new Date(timeMs).toISOString();
  return JSON.stringify({ Name: name, StatusTime, Distance: distance, HealthPoints: 100 });
}

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

/** A source with its live counters, and what the state machine and the pipe of a run would do with it. */
export class Replayed {
  readonly stage: ReplayStage;
  readonly deployment: Deployment;
  readonly stream: TestStream;
  run = '';
  settings: ReplaySettings;
  readonly #instance: Instance;
  readonly #environment: Record<string, string>;
  readonly #counters = new Map<'count' | 'window' | 'recount', Instance>();
  #runs = 0;

  constructor(
    stage: ReplayStage,
    deployment: Deployment,
    stream: TestStream,
    instance: Instance,
    environment: Record<string, string>,
  ) {
    this.stage = stage;
    this.deployment = deployment;
    this.stream = stream;
    this.#instance = instance;
    this.#environment = environment;
    this.settings = {
      source: deployment.source.name,
      seriesTable: deployment.tables.series,
      controlTable: deployment.tables.control,
      bucket: deployment.bucket,
      streamArn: stream.arn,
      recountFunction: 'arn:aws:lambda:us-east-1:000000000000:function:recount',
      pipeRoleArn: 'arn:aws:iam::000000000000:role/pipe',
      pipePrefix: 'tidemark',
      sizes: ['1m', '1h', 'w60'],
      publishSize: '1m',
      window: { seconds: 60, measures: ['distance', 'health'] },
      mappings: [
        { consumer: 'count', mapping: 'uuid-count' },
        { consumer: 'window', mapping: 'uuid-window' },
      ],
      holdSeconds: 67,
      recountDrainSeconds: 67,
      archive: false,
    };
  }

  get source(): string {
    return this.deployment.source.name;
  }

  /** Both live counters take the records; windows end with them. */
  async live(records: readonly StoredRecord[]): Promise<void> {
    for (const shard of byShard(records)) {
      const Records = shard.map((record) => kinesisRecord(record, this.stream.arn));
      await (await this.#counter('count')).invoke({ Records });
      await (await this.#counter('window')).answer({
        Records,
        window: { start: '2026-11-02T09:30:00Z', end: '2026-11-02T09:31:00Z' },
        state: {},
        shardId: shard[0]?.shardId,
        eventSourceARN: this.stream.arn,
        isFinalInvokeForWindow: true,
        isWindowTerminatedEarly: false,
      });
    }
  }

  /** The run's pipe brings the records. */
  async recount(records: readonly StoredRecord[], pipe = `tidemark-${this.run}`): Promise<void> {
    for (const shard of byShard(records)) {
      const piped = shard.map((stored) => {
        const { kinesis, ...about } = kinesisRecord(stored, this.stream.arn);
        return { pipe, record: { ...kinesis, ...about } };
      });
      await (await this.#counter('recount')).invoke(piped);
    }
  }

  /** Live counting forgets what it remembers of the timeline, as it does by itself after a minute. */
  async forget(): Promise<void> {
    await Promise.all([...this.#counters.values()].map((instance) => instance.end()));
    this.#counters.clear();
  }

  async #counter(name: 'count' | 'window' | 'recount'): Promise<Instance> {
    const instance = this.#counters.get(name) ?? (await this.deployment.start(name, this.#environment));
    this.#counters.set(name, instance);
    return instance;
  }

  /** Begins another run: what follows is of that one. */
  nextRun(): void {
    this.#runs += 1;
    this.run = runId(Date.now(), String(this.#runs).padStart(8, '0'));
  }

  async step<Op extends StepOp>(op: Op, more: object = {}, remainingMs?: number): Promise<StepAnswers[Op]> {
    const { run, source, settings } = this;
    return (await this.#instance.answer({ op, run, source, settings, ...more }, remainingMs)) as StepAnswers[Op];
  }

  async prepare(request: Partial<RunRequest> = { from: 'trim-horizon' }, kind = 'replay') {
    if (this.run === '') this.nextRun();
    return this.step('prepare', {
      kind,
      execution: `arn:aws:states:us-east-1:000000000000:execution:Replay:${this.run}`,
      request: { run: this.run, source: this.source, ...request },
    });
  }

  /** Compares to the end, as the machine does. */
  async compare(): Promise<CompareAnswer & { readonly done: true }> {
    let answer = await this.step('compare');
    while (!answer.done) answer = await this.step('compare', { cursor: answer.cursor });
    return answer;
  }

  async hold() {
    const mappings = this.settings.mappings.map(({ mapping }) => ({ mapping, state: 'Enabled' }));
    await this.step('noteHold', { mappings });
    await this.step('held');
  }

  async undo(): Promise<UndoAnswer & { readonly done: true }> {
    let answer = await this.step('undo');
    while (!answer.done) answer = await this.step('undo', { cursor: answer.cursor });
    return answer;
  }

  /** From the switch to the end. */
  async goForward(outcome: RunItem['Outcome'] = 'switched') {
    await this.step('letGo');
    while (!(await this.step('correct')).done);
    return this.step('finish', { outcome });
  }

  /** Texts of the data bucket by object key. */
  async objects(): Promise<Record<string, string>> {
    const objects = Object.entries(await this.deployment.objects());
    return Object.fromEntries(objects.map(([key, body]) => [key, Buffer.from(body).toString()]));
  }

  async timeline(): Promise<TimelineItem> {
    return (await this.deployment.control()).TIMELINE as unknown as TimelineItem;
  }

  async runItem(run = this.run): Promise<RunItem> {
    return (await this.deployment.control())[`RUN#${run}`] as unknown as RunItem;
  }

  /** What readers see: `{ 'Pegasus 1h 2026-11-02T09:00:00.000Z': 3 }`, of the true generation. */
  async totals(): Promise<Record<string, number>> {
    const timeline = await this.timeline();
    const totals: Record<string, number> = {};
    for (const { EventName, Bucket, EventCount } of await this.deployment.rows()) {
      const { size, startMs, generation } = decodeBucket(String(Bucket));
      if (generationOf(timeline ?? { Ranges: {} }, size, startMs) !== generation) continue;
      const key = `${EventName} ${size} ${new Date(startMs).toISOString()}`;
      totals[key] = (totals[key] ?? 0) + Number(EventCount);
    }
    return totals;
  }
}

/** The records of each shard, in their order. */
function byShard(records: readonly StoredRecord[]): StoredRecord[][] {
  const shards = new Map<string, StoredRecord[]>();
  for (const record of records) shards.set(record.shardId, [...(shards.get(record.shardId) ?? []), record]);
  return [...shards.values()];
}
