import type { RunItem } from '@tidemark/core/replay/run';
import { runId } from '@tidemark/core/replay/run';
import type { Instance } from './instance.ts';
import type { TestStream } from './kinesis.ts';
import type { Deployment } from './stage.ts';

/** A source of which runs are made, one after the other: the function of their steps is asked as the state machine asks it. */
export abstract class Stepped<Answers extends object, Settings> {
  readonly deployment: Deployment;
  readonly stream: TestStream;
  run = '';
  settings: Settings;
  readonly #instance: Instance;
  #runs = 0;

  constructor(deployment: Deployment, stream: TestStream, instance: Instance, settings: Settings) {
    this.deployment = deployment;
    this.stream = stream;
    this.#instance = instance;
    this.settings = settings;
  }

  get source(): string {
    return this.deployment.source.name;
  }

  /** Begins another run: what follows is of that one. */
  nextRun(): void {
    this.#runs += 1;
    this.run = runId(Date.now(), String(this.#runs).padStart(8, '0'));
  }

  async step<Op extends keyof Answers>(op: Op, more: object = {}, remainingMs?: number): Promise<Answers[Op]> {
    const { run, source, settings } = this;
    return (await this.#instance.answer({ op, run, source, settings, ...more }, remainingMs)) as Answers[Op];
  }

  async runItem(run = this.run): Promise<RunItem> {
    return (await this.deployment.control())[`RUN#${run}`] as unknown as RunItem;
  }
}

/** Where a run finds what it works on. */
export function settingsOf({ source, tables, bucket }: Deployment, { arn }: TestStream) {
  return {
    source: source.name,
    seriesTable: tables.series,
    controlTable: tables.control,
    bucket,
    streamArn: arn,
  };
}
