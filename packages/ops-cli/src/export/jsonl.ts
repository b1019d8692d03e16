import { type BucketSize, formatInstant } from '@tidemark/core/series/bucket';
import type { MeasureTotal, WindowTotal } from '@tidemark/core/series/window-total';
import type { BucketTotal } from './totals.ts';

/** `{"event_name":"page view","bucket_size":"1h","bucket_start":"2026-11-02 09:00:00","event_count":4711}`, digits exact. */
export function bucketLine({ name, startMs, count }: BucketTotal, size: BucketSize): string {
  return `{"event_name":${JSON.stringify(name)},"bucket_size":"${size}","bucket_start":"${sqlTimestamp(startMs)}","event_count":${count}}\n`;
}

/**
 * `{"name":"Shadowfax","window_start":"2026-11-02 09:00:00","window_end":"2026-11-02 09:01:00","records":60,"measures":{"distance":{"count":60,
 * "sum":...,"min":...,"max":...,"average":...}}}`; measures that the window does not hold are absent.
 */
export function windowLine({ name, startMs, endMs, records, measures }: WindowTotal): string {
  const row = {
    name,
    window_start: sqlTimestamp(startMs),
    window_end: sqlTimestamp(endMs),
    records,
    measures: Object.fromEntries([...measures].map(([measure, total]) => [measure, figuresOf(total)])),
  };
  return `${JSON.stringify(row)}\n`;
}

function figuresOf({ count, sum, minimum, maximum, average }: MeasureTotal) {
  return { count, sum, min: minimum, max: maximum, average };
}

/** `2026-11-02 09:00:00`: a timestamp as Athena and Redshift read one without being told its format. UTC. */
function sqlTimestamp(timeMs: number): string {
  return formatInstant(timeMs).slice(0, 19).replace('T', ' ');
}
