import { gzipSync } from 'node:zlib';
import { Random } from '@tidemark/core/generate/random';
import type { Engine } from '@tidemark/local/engine';
import { Decisions } from './decisions.ts';
import type { Outgoing } from './sent.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Minute buckets older than a day and hour buckets older than three days take nothing. */
export function floorsAt(nowMs: number) {
  return { '1m': nowMs - dayMs, '1h': nowMs - 3 * dayMs } as const;
}

/**
 * Small groups of events for a source of three shards, each of which makes the functions do all that they ever do: every
 * remembered decision is read again, a new name is admitted, another cap recorded, a record set aside.
 */
export class Groups {
  readonly #engine: Engine;
  readonly #world: World;
  readonly #random: Random;
  readonly #decisions: Decisions;
  #sent = 0;

  constructor(engine: Engine, world: World, { maxSeries, seed }: { maxSeries: number; seed: number }) {
    this.#engine = engine;
    this.#world = world;
    this.#random = new Random(seed);
    this.#decisions = new Decisions(engine, world.source, maxSeries);
  }

  close(): void {
    this.#decisions.close();
  }

  setFloors(floorMs: Readonly<Record<string, number>>): Promise<void> {
    return this.#decisions.setFloors(floorMs);
  }

  /**
   * Puts the next group. `shards`: to so many alone. `rival`: a second new name comes in the first shard, which the caller
   * sees to that another shard seems to have admitted meanwhile.
   */
  async send({ shards = 3, rival = false }: { shards?: number; rival?: boolean } = {}): Promise<void> {
    await this.#decisions.change();
    this.#sent += 1;
    const nowMs = this.#engine.clock.now();
    const records = this.#records(nowMs).filter(({ shard = 0 }) => shard < shards);
    await this.#world.put(rival ? [...records, event(0, { name: this.rivalName, timeMs: nowMs })] : records);
  }

  /** The second new name of the group that was sent last with one. */
  get rivalName(): string {
    return `rival ${this.#sent}`;
  }

  admitRival(): Promise<void> {
    return this.#decisions.admit(this.rivalName);
  }

  #records(nowMs: number): Outgoing[] {
    const recentMs = nowMs - this.#random.integer(5) * minuteMs;
    const known = { name: 'page view', timeMs: recentMs };
    const first = { name: `new ${this.#sent}`, timeMs: recentMs };
    const old = { name: 'page view', timeMs: nowMs - 2 * dayMs };
    const tooOld = JSON.stringify({ event_type: 'page view', utc_timestamp: iso(nowMs - 9 * dayMs) });
    return [
      event(0, known),
      event(0, first),
      { shard: 0, partitionKey: 'torn', data: Buffer.from('{"event_type":'), fate: malformed },
      event(0, known),
      event(1, known),
      event(1, first),
      event(1, old),
      event(2, known),
      {
        shard: 2,
        partitionKey: 'ages ago',
        data: Buffer.from(tooOld),
        fate: { kind: 'quarantined', column: 'TooOld' },
      },
      { ...event(2, known), data: gzipSync(event(2, known).data) },
    ];
  }
}

const malformed = { kind: 'quarantined', column: 'Malformed' } as const;

/** A good event for a shard. */
export function event(shard: number, { name, timeMs }: { name: string; timeMs: number }): Outgoing {
  const data = Buffer.from(JSON.stringify({ event_type: name, utc_timestamp: iso(timeMs) }));
  return { shard, partitionKey: name, data, fate: { kind: 'event', name, timeMs } };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
