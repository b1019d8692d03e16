import type { ArchiveObject } from '@tidemark/core/archive/object';
import { archiveKey } from '@tidemark/core/archive/object';
import { afterHandled } from '@tidemark/core/archive/reading';
import { recountOf } from '@tidemark/core/control/keys';
import type { StreamRecord } from '@tidemark/core/count/record';
import type { RunItem } from '@tidemark/core/replay/run';
import { runKey } from '@tidemark/core/replay/run';
import type { Fence } from '@tidemark/core/series/sequence';
import { encodeSequence } from '@tidemark/core/series/sequence';
import type { ArchivePage } from '../archive/read.ts';
import { invocationPage, readObject } from '../archive/read.ts';
import { S3Reading } from '../aws/s3-reading.ts';
import { readCheckpoint } from '../control/checkpoint.ts';
import { ArchivedShard } from './archived-shard.ts';
import type { Recounting } from './count.ts';
import type { ArchiveRequest } from './event.ts';
import { badCall } from './event.ts';
import { askPermit } from './permit.ts';
import type { RecountTargets } from './write.ts';

/** What a part of a shard's archive came to. */
export interface ArchiveAnswer {
  /** Whether all is counted that the archive held when this invocation began, as far as live counting has handled it. */
  readonly done: boolean;
  /** For the next request; absent when done. */
  readonly cursor?: { readonly day: string };
  /** Kinesis records that this invocation counted. */
  readonly records: number;
  /** Arrival of the last record counted so far, milliseconds since the epoch; 0 where there was none. */
  readonly throughArrivalMs: number;
}

export interface ArchiveReach extends RecountTargets {
  readonly source: string;
  readonly bucket: string;
  readonly recounting: Recounting;
  /** No page is begun after this, but for the first. */
  readonly untilMs: number;
}

const s3 = new S3Reading();

/**
 * Counts a shard's archive from the beginning of the run's first arrival day on, in the order of the stream, as far as the time goes. What is counted
 * the recount's checkpoint says: a request that comes again goes on there. Throws where an object or a line is not what it should be: what
 * lies behind it must not be counted without it.
 */
export async function countArchive(
  { run, source, shardId, cursor }: ArchiveRequest,
  reach: ArchiveReach,
  signal: AbortSignal,
): Promise<ArchiveAnswer> {
  if (source !== reach.source) throw badCall(`archive.source: this function counts ${reach.source}`);
  const { dynamodb, controlTable } = reach;
  const { generation } = await askPermit(dynamodb, controlTable, source, { run }, signal);
  const checkpoint = await readCheckpoint(dynamodb, controlTable, source, recountOf(generation), shardId, signal);
  const walk = new Walk(reach, run, shardId, checkpoint?.LastSequence);
  const through = (): Pick<ArchiveAnswer, 'records' | 'throughArrivalMs'> => ({
    records: walk.records,
    throughArrivalMs: walk.last?.arrivalMs ?? checkpoint?.ArrivalMs ?? 0,
  });

  const shard = new ArchivedShard(s3, reach.bucket, source, shardId);
  const days = await shard.days(signal);
  let at =
    cursor === undefined
      ? await shard.begin(days, await fromOf(reach, run, signal), signal)
      : days.filter((day) => day < cursor.day).length;
  for (; at < days.length; at += 1) {
    const objects = await shard.inOrder(days, at, signal);
    const isWhole = await walk.objects(objects, signal);
    if (walk.isAhead) break;
    if (!isWhole) return { done: false, cursor: { day: days[at] as string }, ...through() };
  }
  return { done: true, ...through() };
}

/** The first bucket that the run was asked for, milliseconds since the epoch. */
async function fromOf(
  { dynamodb, controlTable, source }: ArchiveReach,
  run: string,
  signal: AbortSignal,
): Promise<number> {
  const item = (await dynamodb.get(controlTable, runKey(source, run), signal)) as RunItem | undefined;
  if (typeof item?.From !== 'number') throw badCall(`archive.run: ${run} tells no first bucket`);
  return item.From;
}

/** Reads object after object, and counts page after page. */
class Walk {
  records = 0;
  /** Live counting has not handled what comes next: the pipe brings it. */
  isAhead = false;
  /** The last record that was counted. */
  last: StreamRecord | undefined;
  readonly #reach: ArchiveReach;
  readonly #run: string;
  readonly #shardId: string;
  #handled: Fence | undefined;

  constructor(reach: ArchiveReach, run: string, shardId: string, handled: Fence | undefined) {
    this.#reach = reach;
    this.#run = run;
    this.#shardId = shardId;
    this.#handled = handled;
  }

  /** False where the time was up before the end. */
  async objects(objects: readonly ArchiveObject[], signal: AbortSignal): Promise<boolean> {
    for (const object of objects) {
      if (this.#handled !== undefined && object.last <= this.#handled) continue;
      for await (const page of readObject(s3, this.#reach.bucket, object, invocationPage, signal)) {
        if (this.records > 0 && Date.now() >= this.#reach.untilMs) return false;
        await this.#count(object, page, signal);
        if (this.isAhead) return true;
      }
    }
    return true;
  }

  async #count(object: ArchiveObject, page: ArchivePage, signal: AbortSignal): Promise<void> {
    if (page.kind === 'bad') {
      const place = page.line === undefined ? '' : `, line ${page.line}`;
      throw new Error(`${archiveKey(object)}${place}: ${page.field}: ${page.detail}`);
    }
    const records = afterHandled(page.records, this.#handled);
    if (records.length === 0) return;
    const batch = { shardId: this.#shardId, records };
    const { records: counted } = await this.#reach.recounting.count(batch, { run: this.#run }, signal);
    this.records += counted;
    this.last = records[counted - 1] ?? this.last;
    this.isAhead = counted < records.length;
    if (this.last !== undefined) this.#handled = encodeSequence(this.last.sequenceNumber);
  }
}
