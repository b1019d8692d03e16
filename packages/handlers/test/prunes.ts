import { gunzipSync } from 'node:zlib';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { FloorsItem } from '@tidemark/core/control/floors';
import { decodeLine, isBadLine } from '@tidemark/core/prune/line';
import type { PruneSettings } from '@tidemark/core/prune/settings';
import type { PlanAnswer, StepAnswers, StepOp } from '@tidemark/core/prune/steps';
import type { RunItem, RunRequest } from '@tidemark/core/replay/run';
import { runId } from '@tidemark/core/replay/run';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import type { PartialKey } from '@tidemark/core/series/key';
import { encodeBucket } from '@tidemark/core/series/key';
import { encodeSequence } from '@tidemark/core/series/sequence';
import type { Instance } from './instance.ts';
import type { TestStream } from './kinesis.ts';
import { KinesisStage } from './kinesis.ts';
import { ObjectProxy } from './object-proxy.ts';
import { both } from './recounts.ts';
import type { Deployment } from './stage.ts';
import { Stage } from './stage.ts';

export type Row = Record<string, unknown> & { readonly EventName: string; readonly Bucket: string };

export const dayMs = 24 * 60 * 60_000;
export const hourMs = 60 * 60_000;
export const minuteMs = 60_000;
/** The UTC midnight before now. */
export const midnightMs = Math.floor(Date.now() / dayMs) * dayMs;

/** An item as counting writes it; of a window with measures. */
export function row(
  name: string,
  key: Omit<PartialKey, 'name' | 'slice'> & { readonly slice?: string },
  events = 1,
): Row {
  const { slice = '000000000000' } = key;
  const sum = events * 1.25;
  return {
    EventName: name,
    Bucket: encodeBucket({ ...key, slice }),
    EventCount: events,
    LastSequence: encodeSequence(String(4_959_000_000_000 + key.startMs / 1000 + events)),
    WrittenBy: key.generation === 0 ? 'live' : 'recount',
    ...(key.size.startsWith('w')
      ? { Measures: { distance: { Count: events, Sum: sum, SumRest: [1e-17], Minimum: -0.1, Maximum: 1.25e21 } } }
      : {}),
  };
}

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

/** A source, and what the state machine would do with it. */
export class Pruned {
  readonly stage: PruneStage;
  readonly deployment: Deployment;
  readonly stream: TestStream;
  run = '';
  settings: PruneSettings;
  readonly #instance: Instance;
  #runs = 0;

  constructor(stage: PruneStage, deployment: Deployment, stream: TestStream, instance: Instance) {
    this.stage = stage;
    this.deployment = deployment;
    this.stream = stream;
    this.#instance = instance;
    this.settings = {
      source: deployment.source.name,
      seriesTable: deployment.tables.series,
      controlTable: deployment.tables.control,
      bucket: deployment.bucket,
      streamArn: stream.arn,
      sizes: ['1m', '1h', 'w60'],
      retentionMs: { '1m': 14 * dayMs, '1h': 90 * dayMs, w60: 30 * dayMs },
      keepReplacedMs: 7 * dayMs,
      writeUnitsPerSecond: 100_000,
      drainSeconds: 67,
      consumers: ['count', 'window'],
    };
  }

  get source(): string {
    return this.deployment.source.name;
  }

  async putRows(rows: readonly Row[]): Promise<void> {
    const table = this.deployment.tables.series;
    const batches = rows.flatMap((_, at) => (at % 25 === 0 ? [rows.slice(at, at + 25)] : []));
    for (let at = 0; at < batches.length; at += 8) {
      await Promise.all(
        batches.slice(at, at + 8).map((batch) => {
          const requests = batch.map((Item) => ({
            PutRequest: { Item: marshall(Item, { allowImpreciseNumbers: true }) },
          }));
          return this.stage.tables.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
        }),
      );
    }
  }

  /** Floors that are in force for long: a run finds them, and need not wait. Milliseconds since the epoch. */
  async putFloors(floors: Record<string, number>): Promise<void> {
    const entries = Object.entries(floors).map(([size, FloorMs]) => [size, [{ FromMs: 1000, FloorMs }]]);
    await this.deployment.putControl('FLOORS', { Version: 1, Floors: Object.fromEntries(entries) });
  }

  async putTimeline(Ranges: TimelineItem['Ranges'], LastGeneration = 3): Promise<void> {
    await this.deployment.putControl('TIMELINE', { Version: 1, LastGeneration, Ranges });
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

  async prepare(request: Partial<RunRequest> = {}, kind: 'prune' | 'restore' = 'prune') {
    this.nextRun();
    return this.prepareAgain(request, kind);
  }

  prepareAgain(request: Partial<RunRequest> = {}, kind: 'prune' | 'restore' = 'prune') {
    return this.step('prepare', {
      kind,
      execution: `arn:aws:states:us-east-1:000000000000:execution:Prune:${this.run}`,
      request: { run: this.run, source: this.source, ...request },
    });
  }

  /** One child after the other, each to its end, as the machine does. `remainingMs`: of each invocation. */
  async each(op: 'series' | 'restore', { children }: PlanAnswer, remainingMs?: number): Promise<number> {
    let calls = 0;
    for (const range of children) {
      let cursor: object | undefined;
      for (let isDone = false; !isDone; calls += 1) {
        const answer = await this.step(op, { ...range, ...(cursor === undefined ? {} : { cursor }) }, remainingMs);
        isDone = answer.done;
        if (!answer.done) cursor = answer.cursor;
      }
    }
    return calls;
  }

  /** A whole run, but for its waits. */
  async prune(request: Partial<RunRequest> = {}) {
    await this.prepare(request);
    await this.each('series', await this.step('plan'));
    return this.step('finish', { outcome: 'pruned' });
  }

  async restore(request: Partial<RunRequest>) {
    await this.prepare(request, 'restore');
    await this.each('restore', await this.step('plan'));
    const opened = await this.step('open');
    await this.step('finish', { outcome: 'restored' });
    return opened;
  }

  async rows(): Promise<Row[]> {
    return (await this.deployment.rows()) as Row[];
  }

  async runItem(run = this.run): Promise<RunItem> {
    return (await this.deployment.control())[`RUN#${run}`] as unknown as RunItem;
  }

  async floors(): Promise<FloorsItem> {
    return (await this.deployment.control()).FLOORS as unknown as FloorsItem;
  }

  async report(): Promise<Record<string, unknown>> {
    const objects = await this.deployment.objects();
    return JSON.parse(Buffer.from(objects[`prune/${this.source}/reports/${this.run}.json`] ?? []).toString());
  }

  /** What the objects under `counts/` or `again/` hold, by key. */
  async exported(below: 'counts' | 'again' = 'counts'): Promise<Record<string, Row[]>> {
    const objects = Object.entries(await this.deployment.objects());
    const prefix = `prune/${this.source}/${below}/`;
    return Object.fromEntries(
      objects.filter(([key]) => key.startsWith(prefix)).map(([key, body]) => [key.slice(prefix.length), rowsIn(body)]),
    );
  }
}

function rowsIn(body: Uint8Array): Row[] {
  return gunzipSync(body)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => {
      const item = decodeLine(line);
      if (isBadLine(item)) throw new Error(item.bad);
      return item;
    });
}
