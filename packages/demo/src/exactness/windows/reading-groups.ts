import { gzipSync } from 'node:zlib';
import { Random } from '@tidemark/core/generate/random';
import { readLine } from '@tidemark/core/generate/reading';
import type { Engine } from '@tidemark/local/engine';
import { Decisions } from '../decisions.ts';
import type { Fate, Outgoing } from '../sent.ts';
import type { World } from '../world.ts';

/** The configuration of a source that groups are made for. */
export const readingSource = {
  event: { name: 'Name', time: 'StatusTime' },
  window: {
    seconds: 60,
    measures: { distance: 'Distance', health: 'HealthPoints', magic: 'MagicPoints' },
    batchWindowSeconds: 0,
  },
  publish: { batchWindowSeconds: 0 },
  stream: { shards: 5 },
} as const;

const hourMs = 3_600_000;

/** What is said of a reading; the rest follows from the seed. */
interface Words {
  readonly Name: string;
  readonly StatusTime?: string;
  readonly Distance?: unknown;
}

/**
 * Small groups of readings, the same for each shard, which make the window function do all that it ever does with a batch: every remembered
 * decision is read again, a new name is admitted, another cap recorded, records set aside. The figures are such that no sum of them is exact in a double.
 */
export class ReadingGroups {
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

  /**
   * Puts the next group, a minute after the one before it. `shards`: to those alone. `rival`: a second new name comes in the first shard, which
   * the caller sees to that another shard seems to have admitted meanwhile.
   */
  async send({
    shards = [0, 1, 2, 3, 4],
    rival = false,
  }: {
    shards?: readonly number[];
    rival?: boolean;
  } = {}): Promise<void> {
    await this.#decisions.change();
    this.#sent += 1;
    const nowMs = this.#engine.clock.now();
    const records = shards.flatMap((shard) => this.#records(shard, nowMs));
    await this.#world.put(rival ? [...records, this.#record(0, { Name: this.rivalName }, nowMs)] : records);
  }

  /** The second new name of the group that was sent last with one. */
  get rivalName(): string {
    return `rival ${this.#sent}`;
  }

  /** Admits it, as an invocation for another shard would. */
  admitRival(): Promise<void> {
    return this.#decisions.admit(this.rivalName);
  }

  /** For each shard six of two names, the first to be set aside. */
  #records(shard: number, nowMs: number): readonly Outgoing[] {
    const known = { Name: 'Shadowfax' };
    const first = { Name: `new ${this.#sent}` };
    const faulty = ['{"Name":', { ...known, Distance: '12.5' }, { ...known, StatusTime: iso(nowMs + 3 * hourMs) }];
    const lines = [faulty[shard % faulty.length] ?? '', known, first, known, first, known];
    const records = lines.map((line) => this.#record(shard, line, nowMs));
    // The last comes in gzip, which a plain reading cannot read.
    return records.map((record, index) =>
      index === records.length - 1 ? { ...record, data: gzipSync(record.data) } : record,
    );
  }

  #record(shard: number, line: string | Words, nowMs: number): Outgoing {
    const data = Buffer.from(typeof line === 'string' ? line : JSON.stringify(this.#reading(line, nowMs)));
    const fate = fateOf(readLine(data, this.#world.source.event, nowMs));
    return { shard, partitionKey: `shard ${shard}`, data, fate };
  }

  #reading({ Name, StatusTime, Distance }: Words, nowMs: number) {
    const random = this.#random;
    return {
      Name,
      StatusTime: StatusTime ?? iso(nowMs - random.integer(24 * hourMs)),
      Latitude: 47 + random.fraction(),
      Distance: Distance ?? random.fraction() * 60 - 3,
      HealthPoints: random.integer(400),
      MagicPoints: random.pick([0.1, 1e100, -1e100, 1e-100, 2 ** 53 + 2, -0, 1e-101, random.fraction()]),
    };
  }
}

/** What becomes of a record, by a plain reading of it. */
export function fateOf(outcome: ReturnType<typeof readLine>): Fate {
  if (outcome.kind === 'event') return outcome;
  const isTooNew =
    outcome.why === 'more than two hours ahead of its arrival' || outcome.why === 'far ahead of its arrival';
  return { kind: 'quarantined', column: isTooNew ? 'TooNew' : 'Malformed' };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '');
}

/** A good reading for a shard, and nothing special about it. */
export function plainReading(shard: number, { name, timeMs }: { name: string; timeMs: number }): Outgoing {
  const measures = { distance: 0.1 + shard, health: 300, magic: 120.7 };
  const event = { Name: name, StatusTime: iso(timeMs), Distance: 0.1 + shard, HealthPoints: 300, MagicPoints: 120.7 };
  const data = Buffer.from(JSON.stringify(event));
  return { shard, partitionKey: name, data, fate: { kind: 'event', name, timeMs, measures } };
}
