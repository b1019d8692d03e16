import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '@tidemark/core/generate/random';
import type { OutgoingRecord } from '@tidemark/ops-cli/produce/record';
import type { SteppedEngine } from '../metering/stepped-engine.ts';

/** Measures that windows add up, by their fields in a reading. */
export const measures = { distance: 'Distance', health: 'HealthPoints', magic: 'MagicPoints' } as const;

const names = 20;
/** Records are put in so many steps a second. */
const stepsASecond = 10;
const secondMs = 1000;

/** Readings of twenty names, each of the same size, partition key included. */
export class Feed {
  readonly #stepped: SteppedEngine;
  readonly #recordBytes: number;
  readonly #random = new Random(5);
  #sent = 0;

  constructor(stepped: SteppedEngine, recordBytes: number) {
    this.#stepped = stepped;
    this.#recordBytes = recordBytes;
  }

  /** Readings that were put. */
  get sent(): number {
    return this.#sent;
  }

  /** So many, that arrive now. */
  async put(records: number): Promise<void> {
    const nowMs = this.#stepped.clock.now();
    await this.#stepped.put(Array.from({ length: records }, () => this.#next(nowMs)));
    this.#sent += records;
  }

  /** So many a second of wall time, evenly, until the signal says so. What a slow machine has missed is not made up for. */
  async steady(recordsASecond: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const beganMs = performance.now();
      await this.put(Math.round(recordsASecond / stepsASecond));
      await sleep(Math.max(0, beganMs + secondMs / stepsASecond - performance.now()));
    }
  }

  #next(atMs: number): OutgoingRecord {
    const random = this.#random;
    const partitionKey = random.hex(8);
    const reading = {
      Name: `unicorn ${random.integer(names)}`,
      StatusTime: new Date(atMs).toISOString(),
      Distance: random.integer(60_000) / 1000,
      HealthPoints: random.integer(400),
      MagicPoints: random.integer(4_000) / 10,
      detail: '',
    };
    const missing = this.#recordBytes - partitionKey.length - JSON.stringify(reading).length;
    return { data: Buffer.from(JSON.stringify({ ...reading, detail: 'x'.repeat(missing) })), partitionKey };
  }
}
