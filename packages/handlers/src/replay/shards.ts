import type { CheckpointItem, RecountCheckpointItem } from '@tidemark/core/control/checkpoint';
import type { StreamConsumer } from '@tidemark/core/control/keys';
import type { BeginningLook } from '@tidemark/core/replay/begun';
import type { Position, ShardProgress } from '@tidemark/core/replay/progress';
import type { ReplaySettings } from '@tidemark/core/replay/settings';
import type { StepCall } from '@tidemark/core/replay/steps';
import { inParallel } from '../parallel.ts';
import type { Look } from '../runs/stream.ts';
import type { StandingRun, Step } from './step.ts';

/** A shard that the stream has, that was ever counted, or both. */
export interface KnownShard {
  readonly shardId: string;
  readonly live: Readonly<Partial<Record<StreamConsumer, CheckpointItem>>>;
  readonly recount?: RecountCheckpointItem;
  /** Whether a look from the pipe's start finds no record that live counting has handled. Absent where nobody had to look, or the look was cut off. */
  readonly isEmpty?: boolean;
}

/** The consumers of live counting. */
export function consumersOf({ mappings }: ReplaySettings): StreamConsumer[] {
  return [...new Set(mappings.map(({ consumer }) => consumer))];
}

/**
 * Every shard of the stream and every one with a checkpoint. Where the recount has no checkpoint, a look tells whether there is anything to
 * recount; `begins` says of which checkpoint it must have come by the pipe.
 */
export async function knownShards(
  step: Step<StepCall>,
  { generation, item }: StandingRun,
  hasBegun: (recount: RecountCheckpointItem | undefined) => boolean = (recount) => recount !== undefined,
): Promise<KnownShard[]> {
  const { control, stream, call, signal } = step;
  const consumers = consumersOf(call.settings);
  const live = await inParallel(consumers, (consumer) => control.checkpoints(consumer));
  const recounts = await control.recountCheckpoints(generation);
  const listed = await stream.shards(signal);
  const ids = [...new Set([...listed.keys(), ...recounts.keys(), ...live.flatMap((each) => [...each.keys()])])].sort();
  const unseen = ids.filter((shardId) => !hasBegun(recounts.get(shardId)));
  const looks = await stream.looks(unseen, item.PipeFromMs, signal);
  return ids.map((shardId) => {
    const checkpoints = consumers.map((consumer, at) => [consumer, live[at]?.get(shardId)] as const);
    const recount = recounts.get(shardId);
    const look = looks.get(shardId);
    const begun: KnownShard['live'] = Object.fromEntries(
      checkpoints.filter(([, checkpoint]) => checkpoint !== undefined),
    );
    return {
      shardId,
      live: begun,
      ...(recount === undefined ? {} : { recount }),
      ...(look === undefined || look === 'unknown' ? {} : { isEmpty: isNothing(look, furthestOf(begun)) }),
    };
  });
}

/** A recount follows live counting: what that has not handled is nothing to it. */
function isNothing(look: Exclude<Look, 'unknown'>, live: Position | undefined): boolean {
  return look === 'none' || (live !== undefined && look.fence > live.LastSequence);
}

export function beginningLook({ shardId, live, recount, isEmpty }: KnownShard): BeginningLook {
  return {
    shardId,
    live,
    ...(recount === undefined ? {} : { recount }),
    ...(isEmpty === undefined ? {} : { isEmpty }),
  };
}

export function progressOfShard({ shardId, live, recount, isEmpty }: KnownShard): ShardProgress {
  const furthest = furthestOf(live);
  return {
    shardId,
    ...(furthest === undefined ? {} : { live: furthest }),
    ...(recount === undefined ? {} : { recount }),
    ...(isEmpty === undefined ? {} : { isEmpty }),
  };
}

/** The furthest checkpoint of a shard's live counters. */
export function furthestOf(live: KnownShard['live']): Position | undefined {
  return Object.values(live).reduce<Position | undefined>(
    (furthest, checkpoint) =>
      furthest === undefined || checkpoint.LastSequence > furthest.LastSequence ? checkpoint : furthest,
    undefined,
  );
}
