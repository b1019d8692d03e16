import { sliceOfShard } from '../series/key.ts';
import type { Rules } from './rules.ts';
import type { Shard } from './scenario.ts';

/** The slice that a shard writes to: its own, unless a rule is off. */
export function sliceOf(shards: readonly Shard[], place: number, rules: Rules): string {
  const shard = shards[place];
  if (shard === undefined) {
    throw new RangeError(`no shard ${place}`);
  }
  if (!rules.partialPerShard) {
    return 'all';
  }
  const parent = shard.parents[0];
  return rules.childIsNewSlice || parent === undefined ? sliceOfShard(shard.id) : sliceOf(shards, parent, rules);
}
