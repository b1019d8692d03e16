import { generateRides, secondsOfRiding } from '@tidemark/core/generate/rides';
import type { Engine } from '@tidemark/local/engine';
import type { Outgoing } from '../sent.ts';
import type { World } from '../world.ts';
import { fateOf, plainReading } from './reading-groups.ts';

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
  const open = await world.openShards();
  await world.put(open.map((_, shard) => plainReading(shard, { name: 'Grani', timeMs: engine.clock.now() })));
}
