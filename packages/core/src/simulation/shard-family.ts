import type { Random } from '../generate/random.ts';
import type { Shard } from './scenario.ts';

/** Makes a shard with its records, which are seen from `fromMs` on. */
export type MakeShard<Made extends Shard> = (id: string, parents: readonly number[], fromMs: number) => Made;

/** One or two shards, and perhaps the children of a reshard, which begin where their parents end. */
export function shardFamily<Made extends Shard>(random: Random, startMs: number, make: MakeShard<Made>): Made[] {
  const shards: Made[] = [];
  const open = (parents: readonly number[], fromMs: number): void => {
    shards.push(make(`shardId-${String(shards.length).padStart(12, '0')}`, parents, fromMs));
  };
  const closedAt = (...places: number[]): number =>
    Math.max(startMs, ...places.map((place) => shards[place]?.records.at(-1)?.visibleMs ?? startMs));
  const count = 1 + random.integer(2);
  for (let place = 0; place < count; place += 1) {
    open([], startMs);
  }
  const reshard = random.fraction();
  if (reshard < 0.2) {
    open([0], closedAt(0));
    open([0], closedAt(0));
  } else if (reshard < 0.35 && count === 2) {
    open([0, 1], closedAt(0, 1));
  }
  return shards;
}
