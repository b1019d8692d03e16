import type { BucketItem, WindowItem } from '../series/partial.ts';

/** An item of the Series table, as it lies there. */
export type CountItem = BucketItem | WindowItem;

/** What the line of an export says. */
export type ReadCountLine =
  | { readonly kind: 'item'; readonly item: CountItem }
  /** By the field that is wrong. */
  | { readonly kind: 'bad'; readonly field: string; readonly detail: string };
