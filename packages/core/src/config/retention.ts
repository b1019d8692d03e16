import * as v from 'valibot';
import { type BucketSize, bucketSizes } from '../series/bucket.ts';
import type { SpanSize } from '../series/key.ts';
import { duration, durationMs } from './duration.ts';
import { mistakeAt, settings, show } from './settings.ts';

/** The window of a source, whatever its length. */
type RetentionKey = BucketSize | 'window';

const retentionKeys: readonly RetentionKey[] = [...bucketSizes, 'window'];

/** As it is written: durations by size. */
export type WrittenRetention = Readonly<Partial<Record<RetentionKey, string>>>;

const kept = v.exactOptional(duration);

/** How long counts are kept. A size that is absent is kept without end. */
export const retention: v.GenericSchema<unknown, WrittenRetention> = v.pipe(
  settings({ '1m': kept, '5m': kept, '15m': kept, '1h': kept, '1d': kept, window: kept }),
  v.check((written) => Object.keys(written).length > 0, "{} names no size; expected one, such as { '1m': '14d' }"),
);

/** Retentions of sizes that the source does not have, as issues of the source. */
export function keptInVain(written: WrittenRetention, buckets: readonly BucketSize[], hasWindow: boolean) {
  const own: readonly RetentionKey[] = [...buckets, ...(hasWindow ? ['window' as const] : [])];
  return retentionKeys.flatMap((key) => {
    if (written[key] === undefined || own.includes(key)) return [];
    const reason = key === 'window' ? 'the source has no window' : `the source does not count in ${key}`;
    const expected = `expected a retention of ${own.join(' or ')}`;
    return [mistakeAt(['retention', key], `${show(written[key])} cannot stand here: ${reason}; ${expected}`)];
  });
}

/** Milliseconds, by the sizes of the source: the window by its length. */
export function retentionMsOf(
  written: WrittenRetention,
  windowSeconds: number | undefined,
): Readonly<Partial<Record<SpanSize, number>>> {
  return Object.fromEntries(
    retentionKeys.flatMap((key) => {
      const text = written[key];
      return text === undefined ? [] : [[key === 'window' ? `w${windowSeconds}` : key, durationMs(text)]];
    }),
  );
}
