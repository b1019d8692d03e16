/** Where a walk through some series stands: everything up to this is done. Kept in the Control table. */
export interface Place {
  readonly Slot: number;
  /** Of a prune: the place of the range in the run's `Work`. Of a restore: the place of the size in the run's `Sizes`. */
  readonly Part: number;
  /** Ascends inside a part; empty before the first. */
  readonly Key: string;
}

/** Whether `place` lies at `other` or before it. */
export function isUpTo(place: Place, other: Place | undefined): boolean {
  if (other === undefined) return false;
  if (place.Slot !== other.Slot) return place.Slot < other.Slot;
  if (place.Part !== other.Part) return place.Part < other.Part;
  return place.Key <= other.Key;
}
