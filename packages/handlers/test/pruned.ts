import { gunzipSync } from 'node:zlib';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { FloorsItem } from '@tidemark/core/control/floors';
import { decodeLine, isBadLine } from '@tidemark/core/prune/line';
import type { PruneSettings } from '@tidemark/core/prune/settings';
import type { PlanAnswer, StepAnswers } from '@tidemark/core/prune/steps';
import type { RunRequest } from '@tidemark/core/replay/run';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import type { Instance } from './instance.ts';
import type { TestStream } from './kinesis.ts';
import type { PruneStage } from './prune-stage.ts';
import { dayMs, type Row } from './rows.ts';
import type { Deployment } from './stage.ts';
import { Stepped, settingsOf } from './stepped.ts';

/** A source, and what the state machine would do with it. */
export class Pruned extends Stepped<StepAnswers, PruneSettings> {
  readonly stage: PruneStage;

  constructor(stage: PruneStage, deployment: Deployment, stream: TestStream, instance: Instance) {
    super(deployment, stream, instance, {
      ...settingsOf(deployment, stream),
      sizes: ['1m', '1h', 'w60'],
      retentionMs: { '1m': 14 * dayMs, '1h': 90 * dayMs, w60: 30 * dayMs },
      keepReplacedMs: 7 * dayMs,
      writeUnitsPerSecond: 100_000,
      drainSeconds: 67,
      consumers: ['count', 'window'],
    });
    this.stage = stage;
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
