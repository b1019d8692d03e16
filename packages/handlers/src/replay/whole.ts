import type { StepCall } from '@tidemark/core/replay/steps';
import type { Oldest, WholeStretch } from '@tidemark/core/replay/whole';
import { hasLead, isOutrun, wholeOf } from '@tidemark/core/replay/whole';
import { StepFailure } from '../runs/failure.ts';
import type { KnownShard } from './shards.ts';
import { furthestOf } from './shards.ts';
import type { StandingRun, Step } from './step.ts';

/** A shard that the recount has begun with, and what it surely has of it. */
export interface WholeShard extends KnownShard {
  readonly recount: NonNullable<KnownShard['recount']>;
  readonly stretch: WholeStretch;
  /** Whether the trim horizon cannot overtake the recount before the next look. */
  readonly isAhead: boolean;
  /** Whether what the recount has handled since the look before could not be proved to be all that there was: look again. */
  readonly isUnproved: boolean;
}

/** Looks whether the trim horizon has overtaken the recount anywhere, and notes what it surely has. Of shards that it has begun with. */
export async function lookWhole(
  { call, control, stream, signal, nowMs }: Step<StepCall>,
  { item }: StandingRun,
  shards: readonly KnownShard[],
): Promise<WholeShard[]> {
  const before = item.Whole ?? {};
  const moved = shards.filter(({ shardId, recount }) => recount && before[shardId]?.UpTo !== recount.LastSequence);
  const looks = await stream.looks(
    moved.map(({ shardId }) => shardId),
    undefined,
    signal,
  );
  const whole = shards.flatMap((shard): WholeShard[] => {
    const { shardId, live, recount } = shard;
    if (recount === undefined) return [];
    const oldest: Oldest = looks.get(shardId) ?? 'unknown';
    const archiveEnd = item.ArchiveEnd?.[shardId];
    const recounted = archiveEnd === undefined ? recount : { ...recount, archiveEnd };
    const stretch = wholeOf(before[shardId], recounted, oldest, nowMs);
    const isAhead = hasLead(recount, furthestOf(live), oldest);
    return [{ ...shard, recount, stretch, isAhead, isUnproved: stretch.UpTo !== recount.LastSequence }];
  });
  const Whole = Object.fromEntries(whole.map(({ shardId, stretch }) => [shardId, stretch]));
  if (moved.length > 0) await control.setRun(call.run, { Whole: { ...before, ...Whole } });
  return whole;
}

/** A shard, with the first record from which on the recount surely has all, in place of the first that it ever handled. */
export function asWhole(shard: KnownShard, stretch: WholeStretch | undefined): KnownShard {
  const { recount } = shard;
  if (recount === undefined || stretch === undefined) return shard;
  return { ...shard, recount: { ...recount, FirstSequence: stretch.From, FirstArrivalMs: stretch.FromMs } };
}

/** Throws `Outrun` where records may be missing from buckets that the run has called whole. */
export function assertWhole(shards: readonly WholeShard[], firstMs: number): void {
  const outrun = shards.find(({ stretch, recount }) => isOutrun(stretch, recount, firstMs));
  if (outrun === undefined) return;
  const fromMs = new Date(outrun.stretch.FromMs).toISOString();
  throw new StepFailure(
    'Outrun',
    `${outrun.shardId}: records that arrived before ${fromMs} left the stream before the recount had read them`,
  );
}
