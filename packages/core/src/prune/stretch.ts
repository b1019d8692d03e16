/** Instants at or after `fromMs` and before `toMs`, in milliseconds since the epoch; Infinity where there is no end. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What two stretches have in common; none where that is nothing. */
export function common(one: Stretch, other: Stretch): Stretch[] {
  const both = { fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) };
  return both.fromMs < both.toMs ? [both] : [];
}

/** What of a stretch lies in none of `taken`, ascending. These may overlap, in any order, and hold nothing. */
export function without(stretch: Stretch, taken: readonly Stretch[]): Stretch[] {
  const free: Stretch[] = [];
  let fromMs = stretch.fromMs;
  const ascending = taken.filter((each) => each.fromMs < each.toMs).sort((one, other) => one.fromMs - other.fromMs);
  for (const each of ascending) {
    free.push(...common(stretch, { fromMs, toMs: each.fromMs }));
    fromMs = Math.max(fromMs, each.toMs);
  }
  return [...free, ...common(stretch, { fromMs, toMs: Number.POSITIVE_INFINITY })];
}
