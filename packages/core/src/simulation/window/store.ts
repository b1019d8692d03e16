import type { WindowItem } from '../../series/partial.ts';
import type { Fence } from '../../series/sequence.ts';
import { Store } from '../store.ts';

/** What a conditional write of a window answers: it took effect, or the item that stood in its way. */
export type WindowAnswer = { readonly conflict: WindowItem } | undefined;

/** Tables and bucket in memory, with the partials of windows: each is written whole, and its fence must be the one that the writer saw. */
export class WindowStore extends Store {
  /** By `<name>|<Bucket>`. */
  readonly windows = new Map<string, WindowItem>();
  /** Keys of partials and ledgers of which a part could not be split, and lies in the bucket instead. */
  readonly unsplit = new Set<string>();

  /** On the condition that the item's fence is `seen`; undefined: that there is none. */
  putWindow(key: string, item: WindowItem, seen: Fence | undefined): WindowAnswer {
    const old = this.windows.get(key);
    if (old !== undefined && old.LastSequence !== seen) {
      return { conflict: old };
    }
    this.replaceWindow(key, item);
    return undefined;
  }

  /** Without a condition. */
  replaceWindow(key: string, item: WindowItem): void {
    this.windows.set(key, item);
    this.writes += 1;
  }

  putUnsplit(key: string): void {
    this.unsplit.add(key);
    this.writes += 1;
  }
}
