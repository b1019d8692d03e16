import { effectiveFrom, inForce } from './history.ts';
import { controlItems } from './keys.ts';

/** The most series that events arriving from `FromMs` on (milliseconds since the epoch) may have. */
export interface CapEntry {
  readonly FromMs: number;
  readonly MaxSeries: number;
}

/** Item `CATALOGUE` of the Control table, without its keys. */
export interface CatalogueItem {
  /** In the order of admission; a name's place is its slot, and never moves. */
  readonly Names: readonly string[];
  /** Ascending by `FromMs`; the first holds from the beginning. */
  readonly Caps: readonly CapEntry[];
}

/**
 * The names admitted so far, and how many might be at which arrival time. An event of name N that arrived at t is counted
 * under N exactly when `slotOf(N) < capAt(t)`. Slots never move and caps change only for arrivals still to come, so
 * that an old copy of the names decides like the newest: whoever is missing from a full list can only ever get a slot past its cap.
 */
export interface Catalogue extends CatalogueItem {
  slotOf(name: string): number | undefined;
  capAt(arrivalMs: number): number;
}

/** One conditional update: `SET Names = list_append(Names, names)`, on the condition that `size(Names) = sizeBefore`. */
export interface Admission {
  readonly names: readonly string[];
  readonly sizeBefore: number;
}

/** One conditional update: `SET Caps = list_append(Caps, [cap])`, on the condition that `size(Caps) = sizeBefore`. */
export interface CapChange {
  readonly cap: CapEntry;
  readonly sizeBefore: number;
}

export function catalogueKey(source: string): { Source: string; Item: string } {
  return { Source: source, Item: controlItems.catalogue };
}

/** What to put, on the condition that there is no such item, where a source has no catalogue yet. */
export function firstCatalogue(maxSeries: number): CatalogueItem {
  return { Names: [], Caps: [{ FromMs: 0, MaxSeries: maxSeries }] };
}

export function catalogueOf(item: CatalogueItem): Catalogue {
  const slots = new Map<string, number>();
  for (const [slot, name] of item.Names.entries()) {
    slots.set(name, slot);
  }
  return {
    Names: item.Names,
    Caps: item.Caps,
    slotOf: (name) => slots.get(name),
    capAt: (arrivalMs) => inForce(item.Caps, arrivalMs)?.MaxSeries ?? 0,
  };
}

/**
 * Admits `names`, which `namesToAdmit` chose against this very catalogue, all of them in one write. Whoever finds the
 * condition failed takes the old item that comes back as its catalogue, and chooses anew.
 */
export function admission(catalogue: Catalogue, names: readonly string[]): Admission {
  if (names.some((name) => catalogue.slotOf(name) !== undefined)) {
    throw new Error('a name has a slot already: names to admit must be chosen against the same catalogue');
  }
  return { names, sizeBefore: catalogue.Names.length };
}

/**
 * The change that makes `maxSeries` the cap of arrivals from a moment in the future, or undefined where the last cap
 * recorded says so already. `nowMs` is the writer's clock: the only use of one, and only to choose that moment.
 */
export function capChange(catalogue: Catalogue, maxSeries: number, nowMs: number): CapChange | undefined {
  const last = catalogue.Caps.at(-1);
  if (last?.MaxSeries === maxSeries) {
    return undefined;
  }
  const fromMs = Math.max(effectiveFrom(nowMs), last?.FromMs ?? 0);
  return { cap: { FromMs: fromMs, MaxSeries: maxSeries }, sizeBefore: catalogue.Caps.length };
}
