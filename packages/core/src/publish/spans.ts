import type { Source } from '../config.ts';
import type { BucketSize } from '../series/bucket.ts';
import type { WindowSize } from '../series/window.ts';
import { windowSize } from '../series/window.ts';

/** What of a source's table is published: at least one of the two. CloudWatch adds up everything longer itself. */
export interface PublishedSpans {
  /** The smallest configured size; its counts become the metric `EventCount`. */
  readonly bucket?: BucketSize;
  /** The configured window; the figures of its measures become statistic sets. */
  readonly window?: WindowSize;
}

/** Throws an Error for a source that has neither buckets nor a window, which the configuration refuses. */
export function publishedSpans({ name, buckets: [bucket], window }: Source): PublishedSpans {
  if (bucket === undefined && window === undefined) throw new Error(`${name}: a source without buckets and window`);
  return {
    ...(bucket === undefined ? {} : { bucket }),
    ...(window === undefined ? {} : { window: windowSize(window.seconds) }),
  };
}
