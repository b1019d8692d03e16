import type { RecountedBatch } from './function-log.ts';

/** Of a pipe: fewer in a batch mean that the recount has caught up. */
export const batchRecords = 2000;

/**
 * Of full batches that follow each other: a recount that has caught up waits for what arrives. One read of the shard may give five seconds of what it
 * gives, and then nothing for as long: the slope of a straight line through all batches evens that out.
 */
export function recordsASecond(batches: readonly RecountedBatch[]): number {
  const end = batches.findIndex(({ records }) => records < batchRecords);
  const full = end === -1 ? batches : batches.slice(0, end);
  if (full.length < 4) throw new Error(`${full.length} full batches are too few to measure by`);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const seconds = full.map(({ atMs }) => atMs / 1000);
  const counted = full.map((_, index) => (index + 1) * batchRecords);
  const [meanSecond, meanCounted] = [mean(seconds), mean(counted)];
  const together = mean(seconds.map((second, index) => (second - meanSecond) * ((counted[index] ?? 0) - meanCounted)));
  return together / mean(seconds.map((second) => (second - meanSecond) ** 2));
}
