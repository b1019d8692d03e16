import type { ReadThrough, SourceLook, WatchedReader } from '@tidemark/core/health/health';
import { peekPlace } from '@tidemark/core/health/peek';
import { readerProgress } from '@tidemark/core/health/reader';
import type { Kinesis } from '../aws/kinesis.ts';
import { inParallel } from '../parallel.ts';
import type { ControlTable } from '../runs/control-table.ts';
import type { WatchedSource } from './call.ts';

/** An answer holds one record, which costs the client some thirty times its size while it is read: 120 MB where all of them have 1 MB. */
const peeksInParallel = 4;
/**
 * Reads of a whole look. A shard that was silent for long before the first look takes one for every five minutes of it, four a second at most: so many
 * take a minute. Whatever remains is left to the next looks.
 */
const readsMax = 960;
/** However many shards there are, a look comes further than the five minutes that have passed since the one before. */
const readsOfShardMin = 5;
const readsOfShardMax = 200;

export interface Looking {
  readonly control: ControlTable;
  readonly kinesis: Kinesis;
  readonly throughMs: ReadThrough;
}

/** Reads every reader's checkpoints, and looks at what each shard holds past them. One reader after the other: a shard serves few reads a second. */
export async function look(watched: WatchedSource, looking: Looking, signal: AbortSignal): Promise<SourceLook> {
  const begunMs = Date.now();
  const shards = await looking.kinesis.shards(signal);
  const shardIds = shards.map(({ shardId }) => shardId);
  const looks = Math.max(1, shardIds.length * watched.readers.length);
  const readsOfShard = Math.min(Math.max(Math.floor(readsMax / looks), readsOfShardMin), readsOfShardMax);
  const readers: SourceLook['readers'][number][] = [];
  for (const reader of watched.readers) readers.push(await lookFor(reader, shardIds, readsOfShard, looking, signal));
  return { stream: watched.stream, begunMs, readers };
}

async function lookFor(
  watched: WatchedReader,
  shardIds: readonly string[],
  readsOfShard: number,
  { control, kinesis, throughMs }: Looking,
  signal: AbortSignal,
): Promise<SourceLook['readers'][number]> {
  const { reader, restMs } = watched;
  const checkpoints = await control.checkpoints(reader);
  const peeks = await inParallel(
    shardIds,
    async (shardId) => {
      const checkpoint = checkpoints.get(shardId);
      const place = { shardId, ...peekPlace(checkpoint, throughMs[reader]) };
      return { shardId, checkpoint, peek: await kinesis.peek(place, readsOfShard, signal) };
    },
    peeksInParallel,
  );
  return { ...watched, ...readerProgress(peeks, Date.now(), restMs) };
}
