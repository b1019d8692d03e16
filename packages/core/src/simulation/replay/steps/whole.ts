import type { RunItem } from '../../../replay/run.ts';
import type { Oldest, RecountedShard, WholeStretch } from '../../../replay/whole.ts';
import { hasLead, isOutrun, wholeOf } from '../../../replay/whole.ts';
import { encodeSequence } from '../../../series/sequence.ts';
import type { Marks, RunContext } from '../control.ts';
import { setRun, shardIdOf } from '../control.ts';
import type { Step } from '../step.ts';
import { Fault, Refusal, request } from '../step.ts';
import type { MarkedItem } from '../store.ts';
import type { ReplayWorld } from '../world.ts';

/** What the recount surely has of a shard that it has begun with. */
export interface WholeShard {
  readonly recount: RecountedShard;
  readonly stretch: WholeStretch;
  /** Whether the trim horizon cannot overtake the recount before the next look. */
  readonly isAhead: boolean;
}

/** Looks whether the trim horizon has overtaken the recount anywhere, and notes what it surely has. By the place of the shard. */
export function* lookWhole(
  world: ReplayWorld,
  { request: { run } }: RunContext,
  item: Partial<RunItem>,
  recounts: Marks,
  live: Marks,
): Step<ReadonlyMap<number, WholeShard>> {
  const whole = new Map<number, WholeShard>();
  if (!world.rules.outrunNoticed) {
    return whole;
  }
  const before = item.Whole ?? {};
  for (const [place, mark] of recounts) {
    const shardId = shardIdOf(world, place);
    const hasMoved = before[shardId]?.UpTo !== mark.LastSequence;
    const oldest = hasMoved ? yield* lookAtOldest(world, place) : 'unknown';
    const recount = recountedShard(mark, item.ArchiveEnd?.[shardId]);
    const stretch = wholeOf(before[shardId], recount, oldest, world.nowMs);
    whole.set(place, { recount, stretch, isAhead: hasLead(recount, live.get(place), oldest) });
  }
  const Whole = Object.fromEntries([...whole].map(([place, { stretch }]) => [shardIdOf(world, place), stretch]));
  yield* setRun(world, run, { Whole: { ...before, ...Whole } });
  return whole;
}

/** Refuses to go on where records may be missing from buckets that the run has called whole. */
export function assertWhole(whole: ReadonlyMap<number, WholeShard>, firstMs: number): void {
  for (const { stretch, recount } of whole.values()) {
    if (isOutrun(stretch, recount, firstMs)) {
      throw new Refusal('Outrun', `from ${new Date(stretch.FromMs).toISOString()} on`);
    }
  }
}

/** Before a switch nothing may be left open. */
export function assertProved(whole: ReadonlyMap<number, WholeShard>): void {
  for (const { stretch, recount } of whole.values()) {
    if (stretch.UpTo !== recount.LastSequence) {
      throw new Fault('the look at the oldest record was cut off');
    }
  }
}

/** A recount's checkpoint with the first record from which on it surely has all, in place of the first that it ever handled. */
export function asWhole(mark: MarkedItem, whole: WholeShard | undefined): MarkedItem {
  return whole === undefined
    ? mark
    : { ...mark, FirstSequence: whole.stretch.From, FirstArrivalMs: whole.stretch.FromMs };
}

function recountedShard({ StreamFirst, ...mark }: MarkedItem, archiveEnd: string | undefined): RecountedShard {
  return {
    ...mark,
    ...(StreamFirst === undefined ? {} : { StreamFirstSequence: encodeSequence(String(StreamFirst)) }),
    ...(archiveEnd === undefined ? {} : { archiveEnd }),
  };
}

function* lookAtOldest({ stream, scenario, nowMs }: ReplayWorld, place: number): Step<Oldest> {
  return yield* request(
    `look at the oldest of shard ${place}`,
    (): Oldest => {
      const record = scenario.shards[place]?.records[stream.horizon(place)];
      const isSeen = record !== undefined && record.visibleMs <= nowMs;
      return isSeen ? { fence: encodeSequence(String(record.sequence)), arrivalMs: record.arrivalMs } : 'none';
    },
    'read',
  );
}
