import { recountBytesPerSecondMax } from '@tidemark/core/limits';
import { spanMs } from '@tidemark/core/replay/compare';
import type { SpanSize } from '@tidemark/core/series/key';
import { sizesOf } from '../../sizes.ts';
import { prices } from './prices.ts';
import type { Workload } from './workload.ts';

/** What a run will come to, about. */
export interface Estimate {
  /** How many buckets and windows there are in the range, by size, whatever the number of series. */
  readonly spans: readonly { readonly size: SpanSize; readonly count: number }[];
  readonly series: number;
  readonly shards: number;
  readonly events: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** Records arrive about as fast as they can be recounted: it may never come near the tip. */
  readonly isOverloaded: boolean;
  readonly dollars: number;
}

/** Records and bytes of one batch of a pipe. */
const batchRecordsMax = 2000;
const batchBytesMax = 2_000_000;
/** Seconds that a batch waits for its last records at least, and then takes to be written. */
const batchSecondsMin = 1.5;
/** Whatever the amount: until a pipe runs, comparing, the hold, the switch until everybody knows. Milliseconds. */
const overheadMs = 8 * 60_000;
/** Transitions between states of a run, and a gigabyte that its functions have. */
const transitions = 200;
const gb = 0.5;
/** Data is base64 there, and has an envelope. */
const pipeRequestBytes = 64 * 1024;
const pipeInflation = 2;
/** New records arrive meanwhile; where they nearly fill what a recount may read, nobody can say when it will be level. */
const loadMax = 0.95;
/** Partials in a read unit of a strongly consistent query: 4 KB of some 200 bytes. */
const partialsPerReadUnit = 20;

/** About: each part errs on the high side, but for a fault that makes everything come again. */
export function estimateOf(workload: Workload): Estimate {
  const { source, nowMs, series, shards, isOnDemand, archive } = workload;
  const sizes = sizesOf(source);
  const fromMs = workload.firstMs ?? workload.arrivalsFromMs;
  const lengthMs = Math.max(0, Math.min(workload.toMs ?? nowMs, nowMs) - fromMs);
  const spans = sizes.map((size) => ({ size, count: Math.ceil(lengthMs / spanMs(size)) }));
  const [events, bytes] = [sum(shards.map((shard) => shard.events)), sum(shards.map((shard) => shard.bytes))];
  const batches = sum(shards.map(batchesOf));
  const seconds = shards.map(secondsOf);
  const arrivingSeconds = Math.max(1, (nowMs - workload.arrivalsFromMs) / 1000);
  const loads = seconds.map((each) => each / arrivingSeconds);
  const catchingUp = seconds.map((each, at) => each / (1 - Math.min(loadMax, loads[at] ?? 0)));
  // Checkpoint and ledger, and every series of a batch once a size; a batch that spans several small buckets writes some more.
  const writes = batches * (2 + Math.min(series, events / Math.max(1, batches)) * sizes.length * 2);
  const partials = Math.min(sum(spans.map(({ count }) => count)) * series * Math.max(1, shards.length), writes);
  const dollars =
    Math.max(batches, (bytes * pipeInflation) / pipeRequestBytes) * prices.pipeRequest +
    batches * prices.lambdaCall +
    sum(seconds) * gb * prices.lambdaGbSecond +
    writes * prices.writeUnit +
    ((2 * partials) / partialsPerReadUnit) * prices.readUnit +
    transitions * prices.transition +
    (isOnDemand && archive === undefined ? (bytes / 1e9) * prices.kinesisGbOut : 0) +
    (archive === undefined ? 0 : archive.objects * prices.s3Get + shards.length * prices.s3List);
  return {
    ...{ spans, series, shards: shards.length, events, bytes, dollars },
    isOverloaded: loads.some((load) => load >= loadMax),
    durationMs: Math.max(0, ...catchingUp) * 1000 + overheadMs,
  };
}

/** What a recount takes to read and write all of a shard, at the pace that it keeps. */
function secondsOf(shard: Workload['shards'][number]): number {
  return Math.max(shard.bytes / recountBytesPerSecondMax, batchesOf(shard) * batchSecondsMin);
}

function batchesOf({ events, bytes }: { readonly events: number; readonly bytes: number }): number {
  return events === 0 ? 0 : Math.ceil(Math.max(events / batchRecordsMax, bytes / batchBytesMax));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
