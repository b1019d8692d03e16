/** Spans of event time, in UTC, named by their start. */
export const bucketSizes = ['1m', '5m', '15m', '1h', '1d'] as const;
export type BucketSize = (typeof bucketSizes)[number];

const minute = 60_000;
export const bucketMs: Readonly<Record<BucketSize, number>> = {
  '1m': minute,
  '5m': 5 * minute,
  '15m': 15 * minute,
  '1h': 60 * minute,
  '1d': 24 * 60 * minute,
};

/** Start of the bucket that holds `timeMs`, both in milliseconds since the epoch. */
export function bucketStart(timeMs: number, size: BucketSize): number {
  const span = bucketMs[size];
  return Math.floor(timeMs / span) * span;
}

/** `2026-11-02T09:00:00Z`: second precision; years 0000 to 9999, so that string order is time order. */
export function formatInstant(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
