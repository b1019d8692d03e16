import { aheadOfArrivalMsMax, arrivalDisorderMsMax } from '../limits.ts';
import type { Fence } from '../series/sequence.ts';

/** A shard where a backfill goes over from the archive to the stream. */
export interface TailShard {
  readonly shardId: string;
  /** The last record that was read from the archive; absent where the archive has nothing of the shard. */
  readonly archiveEnd?: Fence;
  /** The first record of the shard that came by the pipe. */
  readonly streamFirst?: Fence;
  /** The furthest checkpoint of live counting; absent where it has not begun with the shard. */
  readonly live?: { readonly LastSequence: Fence; readonly ArrivalMs: number };
  /** The first record that Tidemark ever saw of the shard; absent where nobody noted it. */
  readonly liveFirst?: Fence;
  /** Whether a look from the pipe's start found no record. Needed where `streamFirst` is absent. */
  readonly isEmpty?: boolean;
}

/** `gap`: records may be missing between the two. */
export type Contiguity = 'contiguous' | 'waiting' | 'gap';

/**
 * Whether archive and stream meet. They do where a record came both ways; where live counting, which is read last, never handled anything past the
 * archive's end, so that nothing there was ever counted; and where all of a shard arrived before the range can begin.
 */
export function contiguityOf(shard: TailShard, fromMs: number): Contiguity {
  const { archiveEnd, streamFirst, live, liveFirst, isEmpty } = shard;
  if (live !== undefined && live.ArrivalMs + aheadOfArrivalMsMax + arrivalDisorderMsMax < fromMs) return 'contiguous';
  const meets = archiveEnd === undefined ? liveFirst : archiveEnd;
  if (streamFirst !== undefined && meets !== undefined && streamFirst <= meets) return 'contiguous';
  if (streamFirst === undefined && isEmpty !== true) return 'waiting';
  if (live === undefined) return streamFirst === undefined ? 'contiguous' : 'waiting';
  return archiveEnd !== undefined && live.LastSequence <= archiveEnd ? 'contiguous' : 'gap';
}
