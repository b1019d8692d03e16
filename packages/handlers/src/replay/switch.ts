import { recountOf } from '@tidemark/core/control/keys';
import { aheadOfArrivalMsMax, decisionsCacheMs } from '@tidemark/core/limits';
import { firstStart } from '@tidemark/core/replay/compare';
import { isExempt } from '@tidemark/core/replay/first-bucket';
import { switchTo } from '@tidemark/core/replay/lock';
import type { ShardLedgers } from '@tidemark/core/replay/received';
import { receivedFewer, tellReceivedFewer } from '@tidemark/core/replay/received';
import type { RunItem } from '@tidemark/core/replay/run';
import type { StepCall } from '@tidemark/core/replay/steps';
import type { SwitchAnswer, SwitchCall } from '@tidemark/core/replay/switch-steps';
import type { Assignment } from '@tidemark/core/replay/timeline';
import { earliestMs } from '@tidemark/core/replay/timeline';
import { dayNumber, formatDay } from '@tidemark/core/series/day';
import type { SpanSize } from '@tidemark/core/series/key';
import type { Fence } from '@tidemark/core/series/sequence';
import { inParallel } from '../parallel.ts';
import { StepFailure } from '../runs/failure.ts';
import { assertStill } from './hold.ts';
import type { KnownShard } from './shards.ts';
import { beginningLook, consumersOf, knownShards } from './shards.ts';
import type { StandingRun, Step } from './step.ts';
import { standingRun } from './step.ts';
import { assertWhole, asWhole, lookWhole } from './whole.ts';

/** Kept beside what readers may remember the old timeline for, in seconds. */
export const marginSeconds = 5;

/** The commit point of a replay or backfill. Refused where the recount received fewer events than live counting did. */
export async function switchOver(step: Step<SwitchCall>): Promise<SwitchAnswer> {
  const run = await standingRun(step);
  if (run.timeline.Lock?.Stage !== 'switched') {
    if (run.item.HoldCheckpoints === undefined)
      throw new StepFailure('OutOfTurn', 'live counting is not held and drained');
    const known = await knownShards(step, run, () => true);
    const whole = await lookWhole(step, run, known);
    assertWhole(whole, run.item.FirstMs ?? earliestMs);
    // What a look that was cut off leaves open, the next one goes on with.
    const unproved = whole.find(({ isUnproved }) => isUnproved);
    if (unproved !== undefined) throw new Error(`${unproved.shardId}: the look at its oldest record was cut off`);
    const stretches = new Map(whole.map(({ shardId, stretch }) => [shardId, stretch]));
    const shards = known.map((shard) => asWhole(shard, stretches.get(shard.shardId)));
    const fewer = receivedFewer(await ledgersOf(step, run, shards));
    // Live counting that goes on has received more as well: then that is the reason.
    if (fewer.length > 0) await assertStill(step, run);
    if (fewer.length > 0) throw new StepFailure('RecountReceivedFewer', tellReceivedFewer(fewer));
  }
  return commit(step, run, assignmentsOf(run));
}

/** Switches, having written down what was true before, and tells when everybody knows. */
export async function commit(
  step: Step<StepCall>,
  standing: StandingRun,
  assignments: readonly Assignment[],
): Promise<SwitchAnswer> {
  const { call, control } = step;
  const { timeline } = standing;
  const { run } = call;
  if (timeline.Lock?.Stage !== 'switched') await assertStill(step, standing);
  // Nobody but this run can change the ranges while it has the lock.
  await control.setRun(run, { Phase: 'switching' }, { Before: timeline.Ranges });
  const { Lock } = await control.change((item) => switchTo(item, run, assignments, Date.now()));
  // Stamped after the write was acknowledged: whoever reads from now on reads the new timeline.
  const switchedMs = Date.now();
  await control.setRun(run, { Phase: 'letting go', SwitchedMs: switchedMs });
  return { switchedMs, waitSeconds: decisionsCacheMs / 1000 + marginSeconds, held: Lock?.Held ?? [] };
}

/** Every bucket from the first on that the recount holds whole, up to the end of a backfill. */
function assignmentsOf({ item, generation }: StandingRun): Assignment[] {
  const { First = {}, ToMs } = item;
  return (Object.entries(First) as [SpanSize, number][])
    .map(([size, fromMs]) => ({
      size,
      fromMs,
      generation,
      ...(ToMs === undefined ? {} : { toMs: firstStart(size, ToMs) }),
    }))
    .filter(({ fromMs, toMs }) => toMs === undefined || fromMs < toMs);
}

async function ledgersOf(
  step: Step<SwitchCall>,
  run: StandingRun,
  shards: readonly KnownShard[],
): Promise<ShardLedgers[]> {
  const { call, control } = step;
  const consumers = consumersOf(call.settings);
  const recount = await control.received(recountOf(run.generation));
  const recounts = await control.recountCheckpoints(run.generation);
  // An invocation of live counting that was cut off may have told its ledger and not its checkpoint: that day is not at the recount's position.
  const isComparable = (shardId: string, fence: Fence): boolean => {
    const position = recounts.get(shardId)?.LastSequence;
    return position === undefined || fence <= position;
  };
  const live = await inParallel(consumers, (consumer) => control.received(consumer, isComparable));
  return shards
    .filter((shard) => run.item.Kind === 'backfill' || shard.recount !== undefined)
    .map((shard) => {
      const fromDay = firstWholeDay(shard, run.item);
      return {
        shardId: shard.shardId,
        ...(fromDay === undefined ? {} : { fromDay }),
        live: live.map((ledgers) => ledgers.get(shard.shardId) ?? new Map()),
        recount: recount.get(shard.shardId) ?? new Map(),
      };
    });
}

/**
 * A backfill reads whole days from two hours before its range on. A replay may have the day of its first record in part, unless that is the
 * first record that Tidemark ever saw of the shard.
 */
function firstWholeDay(shard: KnownShard, { Kind, FirstMs = 0 }: RunItem): string | undefined {
  if (Kind === 'backfill') return formatDay(dayNumber(FirstMs - aheadOfArrivalMsMax));
  const { recount } = shard;
  if (recount === undefined || isExempt(beginningLook(shard))) return undefined;
  return formatDay(dayNumber(recount.FirstArrivalMs) + 1);
}
