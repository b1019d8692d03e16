import { setTimeout as sleep } from 'node:timers/promises';
import { interruptible } from '../interruptible.ts';
import { Lane, type PutRecords } from './lane.ts';
import type { OutgoingRecord } from './record.ts';

export interface ProduceOptions {
  readonly put: PutRecords;
  /** Records in the order in which they are to be sent, in chunks of any size. */
  readonly records: AsyncIterable<readonly OutgoingRecord[]>;
  /** Undefined: as fast as the stream takes them. */
  readonly eventsPerSecond?: number;
  /** Called after each call to Kinesis. */
  readonly onProgress?: (progress: ProduceProgress) => void;
  /** Stops it: the calls under way are finished, what waits is not sent. */
  readonly signal?: AbortSignal;
}

export interface ProduceProgress {
  /** Records that the stream took. */
  readonly sent: number;
  /** Their data. */
  readonly bytes: number;
  /** Times a record was refused and sent again. */
  readonly retried: number;
}

export interface ProduceResult extends ProduceProgress {
  readonly seconds: number;
  /** Whether `signal` ended it. */
  readonly interrupted: boolean;
}

/** Calls under way at once. Eight of 500 records each keep several shards and one core busy. */
const lanesCount = 8;
/** How finely a limited speed is portioned. */
const portionMs = 50;

/** Puts records on a stream, the records of one partition key in order, as far as Kinesis allows. Throws AWS's errors. */
export async function produce(options: ProduceOptions): Promise<ProduceResult> {
  const { put, records, eventsPerSecond, onProgress, signal } = options;
  const progress = { sent: 0, bytes: 0, retried: 0 };
  const events = {
    sent: (count: number, bytes: number) => {
      progress.sent += count;
      progress.bytes += bytes;
      onProgress?.(progress);
    },
    refused: (count: number) => {
      progress.retried += count;
    },
  };
  const lanes = Array.from({ length: lanesCount }, () => new Lane(put, events));
  signal?.addEventListener(
    'abort',
    () => {
      for (const lane of lanes) lane.stop();
    },
    { once: true },
  );
  const startMs = performance.now();
  for await (const portion of paced(untilAborted(records, signal), eventsPerSecond, signal)) {
    for (const record of portion) lanes[laneOf(record.partitionKey)]?.add(record);
    for (const lane of lanes) lane.kick();
    for (const lane of lanes) await lane.room();
    if (signal?.aborted === true) break;
  }
  const drained = await Promise.allSettled(lanes.map((lane) => lane.drain()));
  const failed = drained.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const seconds = (performance.now() - startMs) / 1000;
  return { ...progress, seconds, interrupted: signal?.aborted === true };
}

/** Ends with the signal, even while the input keeps it waiting. */
async function* untilAborted<Chunk>(
  chunks: AsyncIterable<Chunk>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Chunk> {
  const iterator = chunks[Symbol.asyncIterator]();
  while (signal?.aborted !== true) {
    const next = await interruptible(iterator.next(), signal).catch((error: unknown) => {
      if (signal?.aborted !== true) throw error;
      return undefined;
    });
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}

/** Hands chunks on no faster than `eventsPerSecond`, in portions of a twentieth of a second. */
async function* paced(
  chunks: AsyncIterable<readonly OutgoingRecord[]>,
  eventsPerSecond: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly OutgoingRecord[]> {
  const startMs = performance.now();
  let handed = 0;
  for await (const chunk of chunks) {
    if (eventsPerSecond === undefined) {
      yield chunk;
      continue;
    }
    for (let from = 0; from < chunk.length; ) {
      if (signal?.aborted === true) return;
      const due = Math.floor(((performance.now() - startMs) / 1000) * eventsPerSecond) + 1 - handed;
      const portion = chunk.slice(from, from + Math.max(0, due));
      if (portion.length > 0) yield portion;
      handed += portion.length;
      from += portion.length;
      if (from < chunk.length) await sleep(Math.max(portionMs, 1000 / eventsPerSecond));
    }
  }
}

/** The lane of a partition key (FNV-1a). */
function laneOf(partitionKey: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < partitionKey.length; index++) {
    hash = Math.imul(hash ^ partitionKey.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % lanesCount;
}
