import { otherSeries } from '../series/partial.ts';

/**
 * A child's part of the catalogue, both ends included. Slots and not names: names never travel through executions, and a slot never moves.
 */
export interface SlotRange {
  /** Name of the child in the run's progress: `00` to `39`. */
  readonly child: string;
  /** -1: `$other`. */
  readonly first: number;
  readonly last: number;
}

/** `$other`, which has no slot of its own. */
export const otherSlot = -1;
/** Children of one run, at most. */
export const childrenMax = 40;
/** Children that work at the same time, at most: each may write so much less than the run. */
export const childrenAtOnce = 4;

/** The series of a slot; undefined for one that the catalogue does not have. */
export function nameOfSlot(names: readonly string[], slot: number): string | undefined {
  return slot === otherSlot ? otherSeries : names[slot];
}

/** Cuts `$other` and the `names` of a catalogue into ranges that differ by one slot at most. */
export function slotRanges(names: number): SlotRange[] {
  const slots = names + 1;
  const children = Math.min(childrenMax, slots);
  return Array.from({ length: children }, (_, at) => ({
    child: String(at).padStart(2, '0'),
    first: otherSlot + Math.floor((at * slots) / children),
    last: otherSlot + Math.floor(((at + 1) * slots) / children) - 1,
  }));
}
