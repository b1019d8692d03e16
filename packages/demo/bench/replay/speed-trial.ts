import { setTimeout as sleep } from 'node:timers/promises';
import type { SteppedEngine } from '../metering/stepped-engine.ts';
import { DrivenRuns } from './driven-runs.ts';
import { Feed } from './feed.ts';
import type { FunctionLog } from './function-log.ts';
import { type Lag, watchLag } from './lag.ts';
import { recordsASecond } from './steady-rate.ts';

export interface SpeedOptions {
  /** Of a record with its partition key. */
  readonly recordBytes: number;
  /** Live counting's, all the while. Buckets and windows each read them. */
  readonly liveRecordsASecond: number;
  /** Seconds of the most that a shard takes, to be recounted. */
  readonly backlogSeconds: number;
  /** For which each figure is taken, in seconds. */
  readonly seconds: number;
}

/** What a recount reads of a shard that others read too. */
export interface Beside {
  readonly recordsASecond: number;
  readonly lag: Lag;
}

const shardId = 'shardId-000000000000';
/** The most that a shard takes in a second, of records and of bytes. */
const shardTakes = { records: 1000, bytes: 1_000_000 };
/** Live counting catches up with what was put while it was held at this many engine seconds a second. */
const catchUpFactor = 20;
/** Wall time in which a run has begun to recount. */
const beginMsMax = 120_000;

/** Live counting of one source, and recounts beside it. */
export class SpeedTrial {
  readonly #stepped: SteppedEngine;
  readonly #log: FunctionLog;
  readonly #options: SpeedOptions;
  readonly #feed: Feed;
  readonly #runs: DrivenRuns;

  constructor(stepped: SteppedEngine, log: FunctionLog, options: SpeedOptions) {
    this.#stepped = stepped;
    this.#log = log;
    this.#options = options;
    this.#feed = new Feed(stepped, options.recordBytes);
    this.#runs = new DrivenRuns(stepped);
  }

  close(): void {
    this.#runs.close();
  }

  /** Puts the backlog, a second at a time, has it counted, and lets the clock go as the wall does. */
  async fill(): Promise<void> {
    const { clock, engine } = this.#stepped;
    const { recordBytes, backlogSeconds } = this.#options;
    const records = Math.min(shardTakes.records, Math.floor(shardTakes.bytes / recordBytes));
    await this.#enable(false);
    for (let second = 0; second < backlogSeconds; second += 1) {
      clock.advance(1000);
      await this.#feed.put(records);
    }
    await this.#enable(true);
    clock.scale(catchUpFactor);
    await engine.mappings.idle({ endWindows: true });
    clock.scale(1);
  }

  /** Live counting's lag while records arrive. */
  async live(): Promise<Lag> {
    const over = new AbortController();
    const { liveRecordsASecond, seconds } = this.#options;
    const feeding = this.#feed.steady(liveRecordsASecond, over.signal);
    const lag = watchLag(this.#stepped, shardId, over.signal);
    await Promise.race([feeding, lag, sleep(seconds * 1000)]);
    over.abort();
    await feeding;
    return lag;
  }

  /** A verification, which must find all equal. Its records a second are those of the batches from the second on. */
  async recount(): Promise<Beside> {
    const begin = this.#log.recounted.length;
    const counted = () => this.#log.recounted.slice(begin);
    const started = await this.#runs.start('replay', { from: 'trim-horizon', verify: true });
    for (const endMs = performance.now() + beginMsMax; counted().length === 0; await sleep(100)) {
      if (performance.now() > endMs) throw new Error(`${started.run} has recounted nothing in ${beginMsMax} ms`);
    }
    const lag = await this.live();
    const batches = counted();
    // Both have all there is before the clock begins to jump over waits.
    await this.#stepped.engine.idle({ closeWindows: true });
    await this.#runs.end(started, 'equal');
    return { recordsASecond: recordsASecond(batches), lag };
  }

  async #enable(enabled: boolean): Promise<void> {
    const { source, engine } = this.#stepped;
    for (const mapping of engine.mappings.list()) {
      if (mapping.options.functionName === source.publish) continue;
      mapping.update(enabled);
      await mapping.settled();
    }
  }
}
