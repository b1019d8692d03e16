import type { DeployedSource } from '@tidemark/core/deployment';
import type { SpanSize } from '@tidemark/core/series/key';
import { isWindowSize, windowSeconds, windowSize } from '@tidemark/core/series/window';

/** What a source counts: its bucket sizes, smallest first, and its window. */
export function sizesOf({ buckets, window }: Pick<DeployedSource, 'buckets' | 'window'>): SpanSize[] {
  return [...buckets, ...(window === undefined ? [] : [windowSize(window.seconds)])];
}

/** `1m`, `windows of 60 s` */
export function tellSize(size: SpanSize): string {
  return isWindowSize(size) ? `windows of ${windowSeconds(size)} s` : size;
}

/** As operators and the configuration call it: `1m`, `window`. */
export function sizeWord(size: SpanSize): string {
  return isWindowSize(size) ? 'window' : size;
}

/** What is known of some sizes, size by size. */
export function entriesBySize<Value>(bySize: Readonly<Partial<Record<SpanSize, Value>>>): [SpanSize, Value][] {
  return Object.entries(bySize) as [SpanSize, Value][];
}
