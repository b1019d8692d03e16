import type { StoredItem } from '@tidemark/core/prune/line';
import { exportedItems } from './exported-lines.ts';
import type { Invocation } from './step.ts';

/** Lines between two looks at the lock. */
const chunkLines = 500;

/** Lines of an object, those after the first `begin` up to `end` of them. */
export interface LineChunk {
  readonly key: string;
  readonly begin: number;
  readonly end: number;
  readonly items: readonly StoredItem[];
}

/** The object in chunks, each of the same lines whichever invocation reads it; those before `skipped` lines are left out. */
export async function* chunksOf(invocation: Invocation, key: string, skipped: number): AsyncGenerator<LineChunk> {
  let items: StoredItem[] = [];
  let begin = 0;
  const chunk = (): LineChunk => ({ key, begin, end: begin + items.length, items });
  for await (const found of exportedItems(invocation, key)) {
    for (const item of found) {
      items.push(item);
      if (items.length < chunkLines) continue;
      if (begin >= skipped) yield chunk();
      begin += items.length;
      items = [];
    }
  }
  if (items.length > 0 && begin >= skipped) yield chunk();
}
