import type { FloorsItem } from '../control/floors.ts';

/** What counting goes by where there is no item: nothing was ever pruned. */
export const noFloors: FloorsItem = { Floors: {} };

/**
 * The next item FLOORS. Put it on the condition that the table's item has the version that was read (0 also means that there is no `Version`, and perhaps no
 * item); read again where that fails.
 */
export function changedFloors(item: FloorsItem | undefined, change: Partial<Omit<FloorsItem, 'Version'>>): FloorsItem {
  return { ...(item ?? noFloors), ...change, Version: floorsVersion(item) + 1 };
}

/** 0: there is no item yet, or one from before versions. */
export function floorsVersion(item: FloorsItem | undefined): number {
  return item?.Version ?? 0;
}
