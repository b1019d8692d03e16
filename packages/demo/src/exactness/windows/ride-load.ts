import { readLine } from '@tidemark/core/generate/reading';
import { generateRides, secondsOfRiding } from '@tidemark/core/generate/rides';
import type { Engine } from '@tidemark/local/engine';
import type { Outgoing } from '../sent.ts';
import type { World } from '../world.ts';
import { fateOf } from './reading-groups.ts';

export interface RideLoadOptions {
  readonly seed: number;
  readonly readings: number;
  /** In so many puts, each of which lies in windows of its own. */
  readonly pieces: number;
  /** Done after each put, while windows are being added up. */
  readonly between?: (piece: number) => Promise<unknown> | undefined;
}

const secondMs = 1000;

/** Readings of unicorns, some malformed in every way that the generator knows; some unicorns send to several shards, and shards have several. */
function generated(engine: Engine, world: World, { seed, readings }: RideLoadOptions): Outgoing[] {
  const seconds = secondsOfRiding(readings);
  const startMs = engine.clock.now() - seconds * secondMs;
  const rides = generateRides({ seed, startMs, seconds, fields: world.source.event, roaming: 2, malformedShare: 0.05 });
  const records = Array.from(rides, ({ data, partitionKey, expected }) => ({
    data,
    partitionKey,
    fate: fateOf(expected),
  }));
  return records.slice(0, readings);
}

/** Puts readings piece by piece while they are added up; does not wait for that. Time jumps on between two pieces. */
export async function loadRides(engine: Engine, world: World, options: RideLoadOptions): Promise<void> {
  const records = generated(engine, world, options);
  const size = Math.ceil(records.length / options.pieces);
  for (let piece = 0; piece < options.pieces; piece += 1) {
    await world.put(records.slice(piece * size, (piece + 1) * size));
    await options.between?.(piece);
    engine.clock.advance(20 * secondMs);
  }
}

/** Puts one good reading on each open shard. */
export async function putOneEach(engine: Engine, world: World): Promise<void> {
  const nowMs = engine.clock.now();
  const StatusTime = new Date(nowMs).toISOString();
  const open = await world.openShards();
  const records = open.map((_, shard) => {
    const data = Buffer.from(
      JSON.stringify({ Name: 'Grani', StatusTime, Distance: 0.1 * shard, HealthPoints: 300, MagicPoints: 120.7 }),
    );
    return { shard, partitionKey: 'Grani', data, fate: fateOf(readLine(data, world.source.event, nowMs)) };
  });
  await world.put(records);
}
