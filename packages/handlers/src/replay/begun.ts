import type { Beginning } from '@tidemark/core/replay/begun';
import { beginningOf } from '@tidemark/core/replay/begun';
import type { ShardBeginning } from '@tidemark/core/replay/first-bucket';
import { firstBucketMs, firstBySize, isExempt } from '@tidemark/core/replay/first-bucket';
import type { BegunAnswer, BegunCall, ContiguousCall } from '@tidemark/core/replay/recount-steps';
import { advance } from './advance.ts';
import type { KnownShard } from './shards.ts';
import { beginningLook, consumersOf, knownShards } from './shards.ts';
import type { StandingRun, Step } from './step.ts';
import { standingRun } from './step.ts';
import { asWhole, lookWhole } from './whole.ts';

/** So many of the shards that are waited for are named. */
const namedMax = 10;

/** Whether the recount has begun on every shard. When it has, the first bucket is fixed, once. */
export async function begun(step: Step<BegunCall>): Promise<BegunAnswer> {
  const { call, control, nowMs } = step;
  const run = await standingRun(step);
  const { item } = run;
  if (item.FirstMs !== undefined) return { begun: true, firstMs: item.FirstMs, waiting: [], waitSeconds: 0 };
  await control.setRun(call.run, { Phase: 'recounting' }, { RecountingMs: nowMs });
  const known = await knownShards(step, run);
  const whole = new Map((await lookWhole(step, run, known)).map((shard) => [shard.shardId, shard]));
  const shards = known.map((shard) => asWhole(shard, whole.get(shard.shardId)?.stretch));
  const consumers = consumersOf(call.settings);
  const sinceMs = item.RecountingMs ?? nowMs;
  const stateOf = (shard: KnownShard): Beginning => beginningOf(beginningLook(shard), consumers, sinceMs, nowMs);
  // T holds for what the trim horizon can no longer overtake.
  const isWaitedFor = (shard: KnownShard): boolean =>
    stateOf(shard) !== 'begun' || whole.get(shard.shardId)?.isAhead === false;
  const waiting = shards.filter(isWaitedFor);
  if (waiting.length > 0) return waitFor(step, run, shards, waiting);
  const firstMs = await fixFirst(step, run, shards);
  return { begun: true, firstMs, waiting: [], waitSeconds: 0 };
}

/** Tells the run how far it is, and names some of those that are waited for. */
export async function waitFor(
  step: Step<BegunCall | ContiguousCall>,
  run: StandingRun,
  shards: readonly KnownShard[],
  waiting: readonly KnownShard[],
): Promise<BegunAnswer> {
  const { waitSeconds } = await advance(step, run, shards);
  return { begun: false, waiting: waiting.slice(0, namedMax).map(({ shardId }) => shardId), waitSeconds };
}

async function fixFirst(step: Step<BegunCall>, run: StandingRun, shards: readonly KnownShard[]): Promise<number> {
  const { call, control } = step;
  const { From } = run.item;
  const beginnings = await withHeld(step, run, shards.map(beginningLook));
  const firstMs = firstBucketMs(beginnings, typeof From === 'number' ? From : undefined);
  const first = firstBySize(firstMs, call.settings.sizes, await control.floors());
  await control.setRun(call.run, {}, { FirstMs: firstMs, First: first });
  // Another invocation of this step may have fixed it first.
  return (await control.run(call.run))?.FirstMs ?? firstMs;
}

/**
 * A pipe that begins at a time meets the first record of a quiet shard long after it. Where the stream still holds an older one, nothing that arrived
 * since the pipe's beginning can have been missed.
 */
async function withHeld(
  { stream, signal }: Step<BegunCall>,
  { item }: StandingRun,
  shards: readonly ShardBeginning[],
): Promise<ShardBeginning[]> {
  const fromMs = item.PipeFromMs;
  if (fromMs === undefined) return [...shards];
  const asked = shards.filter((shard) => !isExempt(shard)).map(({ shardId }) => shardId);
  const looks = await stream.looks(asked, undefined, signal);
  return shards.map((shard) => {
    const look = looks.get(shard.shardId);
    return typeof look === 'object' && look.arrivalMs < fromMs ? { ...shard, heldFromMs: fromMs } : shard;
  });
}
