import { exportItemsMax } from '@tidemark/core/prune/object';
import type { Expired, ExpiredPage } from './expired.ts';
import { pageItems } from './expired.ts';
import type { Place } from './place.ts';

/** What an invocation has in memory at a time: so many items at most, one object's, and so many bytes of them but for a page. */
const bytesMax = 8 * 1024 * 1024;
/** After so long a portion is as large as it is: series without anything to delete take their time too. Milliseconds. */
const readMsMax = 20_000;

/** Items in the order of the walk, of one series or of several. */
export interface Portion {
  readonly items: readonly Expired[];
  /** Everything up to here is in this portion or in one before it. */
  readonly end: Place;
}

/** Gathers pages, as many as make a portion. */
export async function* portionsOf(pages: AsyncIterable<ExpiredPage>): AsyncGenerator<Portion> {
  let items: Expired[] = [];
  let bytes = 0;
  let end: Place | undefined;
  let startedMs = performance.now();
  for await (const { items: page, end: pageEnd } of pages) {
    items.push(...page);
    bytes = page.reduce((sum, each) => sum + each.bytes, bytes);
    end = pageEnd;
    const isFull = items.length + pageItems > exportItemsMax || bytes > bytesMax;
    if (!isFull && performance.now() - startedMs < readMsMax) continue;
    yield { items, end };
    [items, bytes, startedMs] = [[], 0, performance.now()];
  }
  if (end !== undefined) yield { items, end };
}
