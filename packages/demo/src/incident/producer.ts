import type { DeployedSource } from '@tidemark/core/deployment';
import { Expectation } from '@tidemark/core/generate/expectation';
import { readLine } from '@tidemark/core/generate/reading';
import type { PutRecords } from '@tidemark/ops-cli/produce/lane';
import { produce } from '@tidemark/ops-cli/produce/produce';
import type { DemoEngine } from '../engine.ts';
import type { Pace } from './pace.ts';
import { minuteMs, recordsOf, type Trouble } from './traffic.ts';

/** So many minutes came in before the demo begins: as many as a message draws. */
const minutesBefore = 60;

export interface ProducerOptions {
  readonly engine: Pick<DemoEngine, 'clock' | 'idle'>;
  readonly source: DeployedSource;
  readonly put: PutRecords;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** Puts the events of each minute on the stream when the minute is over, and lets nothing hurry until they are counted and published. */
export class Producer {
  readonly #options: ProducerOptions;
  /** What the counts must be. */
  readonly expectation: Expectation;
  trouble: Trouble | undefined;

  constructor(options: ProducerOptions) {
    this.#options = options;
    this.expectation = new Expectation(options.source.buckets);
  }

  /** The hour before now, at once. */
  async before(): Promise<void> {
    const endMs = this.#thisMinute();
    const minutes = Array.from({ length: minutesBefore }, (_, index) => endMs - (minutesBefore - index) * minuteMs);
    await this.#produce(minutes);
  }

  /** Minute for minute from now on, until `end`. */
  async run(end: AbortSignal): Promise<void> {
    const { engine, signal } = this.#options;
    const asked = AbortSignal.any([end, signal]);
    for (let startMs = this.#thisMinute(); ; startMs += minuteMs) {
      const isOver = await engine.clock.sleep(startMs + minuteMs - engine.clock.now(), asked).then(
        () => false,
        () => true,
      );
      signal.throwIfAborted();
      if (isOver) return;
      await this.#produce([startMs]);
    }
  }

  /** Page views fall with the next minute. Returns when that is, milliseconds since the epoch. */
  fall(): number {
    const fromMs = this.#thisMinute() + minuteMs;
    this.trouble = { fromMs, toMs: Number.POSITIVE_INFINITY };
    return fromMs;
  }

  /** They are back with the next minute. */
  comeBack(): number {
    const toMs = this.#thisMinute() + minuteMs;
    if (this.trouble !== undefined) this.trouble = { ...this.trouble, toMs };
    return toMs;
  }

  #thisMinute(): number {
    return Math.floor(this.#options.engine.clock.now() / minuteMs) * minuteMs;
  }

  async #produce(minutes: readonly number[]): Promise<void> {
    const { engine, source, put, pace, signal } = this.#options;
    const records = minutes.flatMap((startMs) => recordsOf(startMs, this.trouble));
    await pace.during(async () => {
      for (const { data } of records) this.expectation.add(readLine(data, source.event, engine.clock.now()));
      await produce({ put, records: inOneChunk(records), signal });
      signal.throwIfAborted();
      await engine.idle();
    });
  }
}

async function* inOneChunk<Sent>(records: readonly Sent[]): AsyncGenerator<readonly Sent[]> {
  yield records;
}
