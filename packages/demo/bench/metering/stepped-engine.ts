import type { DeployedSource } from '@tidemark/core/deployment';
import { EngineClock } from '@tidemark/local/clock';
import { stageOf } from '@tidemark/local/control';
import { type Engine, type EngineOptions, startEngine } from '@tidemark/local/engine';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import { type OutgoingRecord, recordsPerCallMax } from '@tidemark/ops-cli/produce/record';
import { type ClientSettings, chooseSource, engineTarget } from '@tidemark/ops-cli/target';
import { Activity } from './activity.ts';
import { type FunctionUse, type Reading, readNow, useBetween } from './function-use.ts';

export interface SteppedOptions
  extends Pick<EngineOptions, 'enforceRoles' | 'enforceShardLimits' | 'pipeDelays' | 'onLog'> {
  /** The folder of a cloud assembly with one source. */
  readonly assembly: string;
  /** Engine time at the start, milliseconds since the epoch. */
  readonly startMs: number;
}

/** A second's records, which arrive at `atMs`. Seconds are counted from the start. */
export type RecordsOf = (second: number, atMs: number) => readonly OutgoingRecord[];

/**
 * An engine whose clock stands still but for steps of a second; the records of a step are put when all that was due is done: no
 * invocation is late, and every batch gathers for its whole time and no longer, however slow the machine is.
 */
export class SteppedEngine {
  readonly engine: Engine;
  readonly clock: EngineClock;
  readonly source: DeployedSource;
  readonly client: ClientSettings;
  readonly #activity: Activity;
  readonly #faults: readonly string[];
  readonly #kinesis: Kinesis;
  #second = 0;

  private constructor(
    parts: Pick<SteppedEngine, 'engine' | 'clock' | 'source' | 'client'>,
    activity: Activity,
    faults: readonly string[],
  ) {
    this.engine = parts.engine;
    this.clock = parts.clock;
    this.source = parts.source;
    this.client = parts.client;
    this.#activity = activity;
    this.#faults = faults;
    this.#kinesis = new Kinesis(parts.client);
  }

  static async start({ startMs, onLog, ...options }: SteppedOptions): Promise<SteppedEngine> {
    const clock = new EngineClock({ startMs, factor: 0 });
    const activity = new Activity();
    const faults: string[] = [];
    const engine = await startEngine({
      ...{ ...options, clock, evaluateAlarms: false },
      onLog: (line) => {
        activity.onLog(line);
        onLog?.(line);
      },
      onMappingEvent: ({ kind, reason }) => faults.push(`${kind}: ${reason}`),
      onPipeEvent: ({ kind, reason }) => faults.push(`${kind}: ${reason}`),
      onError: (error) => faults.push(String(error)),
    });
    try {
      const target = await engineTarget(engine.endpoint, stageOf(engine.stackName), engine.region);
      const source = chooseSource(target, undefined);
      return new SteppedEngine({ engine, clock, source, client: target.client }, activity, faults);
    } catch (error) {
      await engine.stop();
      throw error;
    }
  }

  /** Seconds that have been run. */
  get seconds(): number {
    return this.#second;
  }

  async run(seconds: number, recordsOf: RecordsOf): Promise<void> {
    for (const end = this.#second + seconds; this.#second < end; this.#second += 1) {
      this.clock.advance(1_000);
      await this.settled();
      await this.put(recordsOf(this.#second, this.clock.now()));
      await this.settled();
    }
  }

  /** Throws where the stream does not take all of them. */
  async put(records: readonly OutgoingRecord[]): Promise<void> {
    const put = this.#kinesis.putRecords(this.source.stream);
    for (let from = 0; from < records.length; from += recordsPerCallMax) {
      const { refused, reason } = await put(records.slice(from, from + recordsPerCallMax));
      if (refused.length > 0) throw new Error(`the stream refused ${refused.length} records: ${reason}`);
    }
  }

  /** Resolves when no function runs, and none has begun for a while. */
  settled(): Promise<void> {
    return this.#activity.settled(this.engine.host);
  }

  read(): Reading {
    return readNow(this.engine, this.#activity);
  }

  useBetween(before: Reading, after: Reading, functionName: string): FunctionUse {
    return useBetween(before, after, functionName, this.engine.host.definition(functionName).memoryMb);
  }

  async shards(): Promise<number> {
    return (await this.#kinesis.shards(this.source.stream)).length;
  }

  /** Everything that still gathers goes out, and every window is closed. Throws if anything went wrong since the start. */
  async finish(): Promise<void> {
    await this.engine.mappings.idle({ closeWindows: true });
    if (this.#faults.length > 0) throw new Error(`a metered run must go without faults: ${this.#faults.join('; ')}`);
  }

  async stop(): Promise<void> {
    this.#kinesis.close();
    await this.engine.stop();
  }
}
