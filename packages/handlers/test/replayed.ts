import type { CompareAnswer } from '@tidemark/core/replay/recount-steps';
import type { RunItem, RunRequest } from '@tidemark/core/replay/run';
import type { ReplaySettings } from '@tidemark/core/replay/settings';
import type { StepAnswers } from '@tidemark/core/replay/steps';
import type { UndoAnswer } from '@tidemark/core/replay/switch-steps';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import { generationOf } from '@tidemark/core/replay/timeline';
import { decodeBucket } from '@tidemark/core/series/key';
import type { Instance } from './instance.ts';
import type { StoredRecord, TestStream } from './kinesis.ts';
import type { ReplayStage } from './replay-stage.ts';
import { kinesisRecord } from './rides.ts';
import type { Deployment } from './stage.ts';
import { Stepped, settingsOf } from './stepped.ts';

/** A source with its live counters, and what the state machine and the pipe of a run would do with it. */
export class Replayed extends Stepped<StepAnswers, ReplaySettings> {
  readonly stage: ReplayStage;
  readonly #environment: Record<string, string>;
  readonly #counters = new Map<'count' | 'window' | 'recount', Instance>();

  constructor(
    stage: ReplayStage,
    deployment: Deployment,
    stream: TestStream,
    instance: Instance,
    environment: Record<string, string>,
  ) {
    super(deployment, stream, instance, {
      ...settingsOf(deployment, stream),
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
    });
    this.stage = stage;
    this.#environment = environment;
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
