import { controlItems, recountOf } from '../../../control/keys.ts';
import { aheadOfArrivalMsMax } from '../../../limits.ts';
import { switchTo } from '../../../replay/lock.ts';
import type { ShardLedgers } from '../../../replay/received.ts';
import { receivedFewer, tellReceivedFewer } from '../../../replay/received.ts';
import type { RunItem } from '../../../replay/run.ts';
import type { Assignment } from '../../../replay/timeline.ts';
import { earliestMs } from '../../../replay/timeline.ts';
import { dayNumber, formatDay } from '../../../series/day.ts';
import type { Fence } from '../../../series/sequence.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, changeTimeline, readCheckpoints, readRun, setRun } from '../control.ts';
import type { Step } from '../step.ts';
import { Refusal, request } from '../step.ts';
import type { MarkedItem } from '../store.ts';
import type { ReplayWorld } from '../world.ts';
import { assertProved, assertWhole, asWhole, lookWhole } from './whole.ts';

/** The commit point. Its result says when it was acknowledged. */
export function* switchOver(world: ReplayWorld, context: RunContext): Step<number> {
  const timeline = yield* assertStanding(world, context);
  const { run } = context.request;
  const item = yield* readRun(world, run);
  if (timeline.Lock?.Stage === 'holding') {
    yield* assertReceived(world, context, item);
    yield* setRun(world, run, {}, { Before: timeline.Ranges });
  }
  const assignments = assignmentsOf(world, item);
  const { nowMs } = world;
  const change = (read: typeof timeline) => switchTo(read, run, assignments, nowMs);
  yield* changeTimeline(world, 'switch', change, world.rules.switchConditional);
  yield* setRun(world, run, { SwitchedMs: world.nowMs });
  return world.nowMs;
}

function assignmentsOf({ scenario }: ReplayWorld, { First, ToMs, Generation = 0 }: Partial<RunItem>): Assignment[] {
  return scenario.source.buckets.flatMap((size) => {
    const fromMs = First?.[size] ?? 0;
    const isEmpty = ToMs !== undefined && ToMs <= fromMs;
    return isEmpty ? [] : [{ size, fromMs, generation: Generation, ...(ToMs === undefined ? {} : { toMs: ToMs }) }];
  });
}

/** Refuses where the recount received fewer events of a shard and arrival day than live counting did. */
function* assertReceived(world: ReplayWorld, context: RunContext, item: Partial<RunItem>): Step<void> {
  const generation = item.Generation ?? 0;
  const recount = yield* readCheckpoints(world, recountOf(generation));
  const live = yield* readCheckpoints(world, 'count');
  const whole = yield* lookWhole(world, context, item, recount, live);
  assertWhole(whole, item.FirstMs ?? earliestMs);
  assertProved(whole);
  const shards: ShardLedgers[] = [];
  for (const [place, { id }] of world.scenario.shards.entries()) {
    const mine = recount.get(place);
    const fromDay = firstWholeDay(item, mine && asWhole(mine, whole.get(place)), live.get(place));
    if (mine === undefined && item.Kind !== 'backfill') {
      continue;
    }
    shards.push({
      shardId: id,
      ...(fromDay === undefined ? {} : { fromDay }),
      // Live counting may have told a ledger and not its checkpoint: that day is not at the recount's position.
      live: [yield* readReceived(world, controlItems.ledgerPrefix('count'), id, mine?.LastSequence)],
      recount: yield* readReceived(world, controlItems.ledgerPrefix(recountOf(generation)), id),
    });
  }
  const fewer = receivedFewer(shards);
  if (fewer.length > 0 && world.rules.receivedCompared) {
    throw new Refusal('RecountReceivedFewer', tellReceivedFewer(fewer));
  }
}

/** A backfill reads whole days; a replay may have the day of its first record in part. */
function firstWholeDay(
  { Kind, FirstMs = 0 }: Partial<RunItem>,
  recount: MarkedItem | undefined,
  live: MarkedItem | undefined,
): string | undefined {
  if (Kind === 'backfill') {
    return formatDay(dayNumber(FirstMs - aheadOfArrivalMsMax));
  }
  const isExempt = recount === undefined || recount.FirstSequence <= (live?.FirstSequence ?? '');
  return isExempt ? undefined : formatDay(dayNumber(recount.FirstArrivalMs) + 1);
}

/** By arrival day. */
function* readReceived(
  { store }: ReplayWorld,
  prefix: string,
  shardId: string,
  upTo?: Fence,
): Step<ReadonlyMap<string, number>> {
  return yield* request(`read ${prefix}${shardId}`, () => {
    const received = new Map<string, number>();
    for (const [key, { numbers, LastSequence }] of store.ledgers) {
      const isComparable = upTo === undefined || LastSequence <= upTo;
      if (key.startsWith(prefix) && key.endsWith(`#${shardId}`) && isComparable) {
        received.set(key.slice(prefix.length).split('#')[0] ?? '', numbers.Received ?? 0);
      }
    }
    return received;
  });
}
