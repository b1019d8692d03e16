import type { SpanSize } from '@tidemark/core/series/key';

/** One series in one size: what is read in one go. */
export interface Unit {
  readonly size: SpanSize;
  readonly name: string;
  /** The key after which to go on, in the unit in which an invocation before had to stop. */
  readonly after?: string;
}

/** Where a walk over all units has stopped. */
export interface UnitPlace {
  readonly size: SpanSize;
  readonly name: string;
  /** `<start>#<slice>` of the last pair that is done; empty before the first, `~` where the unit is. */
  readonly key: string;
}

/** All series of all sizes, from a place on. Names only ever come to the end of the catalogue: what was walked stays behind. */
export function* unitsFrom(
  sizes: readonly SpanSize[],
  names: readonly string[],
  place: UnitPlace | undefined,
): Generator<Unit> {
  const units = sizes.flatMap((size) => names.map((name) => ({ size, name })));
  const at = place === undefined ? 0 : units.findIndex(({ size, name }) => size === place.size && name === place.name);
  if (place !== undefined && at === -1) throw new Error('the series at which to go on is in the catalogue no more');
  for (const [index, unit] of units.slice(at).entries()) {
    if (index > 0 || place === undefined || place.key === '') yield unit;
    else if (place.key !== '~') yield { ...unit, after: place.key };
  }
}
