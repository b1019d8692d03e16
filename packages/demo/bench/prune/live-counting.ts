import { setTimeout as sleep } from 'node:timers/promises';
import type { SteppedEngine } from '../metering/stepped-engine.ts';
import { Feed } from '../replay/feed.ts';
import { type Lag, watchLag } from '../replay/lag.ts';

const shardId = 'shardId-000000000000';
const recordBytes = 500;

/** Records that arrive all the time, and how far counting is behind them. */
export class LiveCounting {
  readonly recordsASecond: number;
  readonly #stepped: SteppedEngine;
  readonly #feed: Feed;

  constructor(stepped: SteppedEngine, recordsASecond: number) {
    this.recordsASecond = recordsASecond;
    this.#stepped = stepped;
    this.#feed = new Feed(stepped, recordBytes);
  }

  /** Records that were put. Every one of them is to be counted once. */
  get sent(): number {
    return this.#feed.sent;
  }

  async until(signal: AbortSignal): Promise<Lag> {
    const feeding = this.#feed.steady(this.recordsASecond, signal);
    const lag = await watchLag(this.#stepped, shardId, signal);
    await feeding;
    return lag;
  }

  /** With nothing else to do. */
  async alone(seconds: number): Promise<Lag> {
    const over = new AbortController();
    const lag = this.until(over.signal);
    await Promise.race([lag, sleep(seconds * 1000)]);
    over.abort();
    return lag;
  }
}

/** Has one event of each name counted: a prune walks the catalogue. */
export async function admitNames(stepped: SteppedEngine, names: readonly string[]): Promise<void> {
  const { clock, engine } = stepped;
  const StatusTime = new Date(clock.now()).toISOString();
  const readings = names.map((Name) => ({ Name, StatusTime, Distance: 1, HealthPoints: 1, MagicPoints: 1 }));
  await stepped.put(readings.map((reading) => ({ data: Buffer.from(JSON.stringify(reading)), partitionKey: 'a' })));
  await engine.mappings.idle({ endWindows: true });
}
