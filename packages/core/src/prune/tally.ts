import type { RunItem } from '../replay/run.ts';
import type { SpanSize } from '../series/key.ts';

/** Items, and their bytes as DynamoDB reckons them. */
export interface ItemTally {
  readonly Items: number;
  readonly Bytes: number;
}

/** What a prune has deleted and written so far. */
export interface PruneTally extends ItemTally {
  /** Buckets and windows that the items were of, each counted once a series, size and generation. */
  readonly Buckets: number;
  /** Objects written, those under `again/` among them. */
  readonly Objects: number;
  /** The part of `Items` that was of generations which nobody reads any more: deleted without an export. */
  readonly Replaced: number;
  /** The part of `Items` that came back after an earlier deletion, and was exported under `again/`. */
  readonly Again: number;
  /** What the deletions took of the table's write units. */
  readonly WriteUnits: number;
  /** The same items by size, and by the slot of their series. */
  readonly BySize: Readonly<Partial<Record<SpanSize, ItemTally>>>;
  readonly BySlot: Readonly<Record<string, ItemTally>>;
}

/** What a restore has brought back so far. */
export interface RestoreTally extends ItemTally {
  /** Items that were there already: left as they are, and not part of `Items`. What came back after its deletion and holds less is replaced. */
  readonly Standing: number;
  /** Objects read. */
  readonly Objects: number;
  /** Days of a series and size that no object is of: nothing was counted on them, or nothing was ever exported. */
  readonly Missing: number;
}

export const emptyPruneTally: PruneTally = {
  Items: 0,
  Bytes: 0,
  Buckets: 0,
  Objects: 0,
  Replaced: 0,
  Again: 0,
  WriteUnits: 0,
  BySize: {},
  BySlot: {},
};
export const emptyRestoreTally: RestoreTally = { Items: 0, Bytes: 0, Standing: 0, Objects: 0, Missing: 0 };

/** One after the other. */
export function addPruneTallies(one: PruneTally, other: PruneTally): PruneTally {
  return {
    Items: one.Items + other.Items,
    Bytes: one.Bytes + other.Bytes,
    Buckets: one.Buckets + other.Buckets,
    Objects: one.Objects + other.Objects,
    Replaced: one.Replaced + other.Replaced,
    Again: one.Again + other.Again,
    WriteUnits: one.WriteUnits + other.WriteUnits,
    BySize: addByKey(one.BySize, other.BySize),
    BySlot: addByKey(one.BySlot, other.BySlot),
  };
}

/** What all children of a run have done, by its item. */
export function totalPruned({ Pruned = {} }: Pick<RunItem, 'Pruned'>): PruneTally {
  return Object.values(Pruned).reduce(addPruneTallies, emptyPruneTally);
}

export function totalRestored({ Restored = {} }: Pick<RunItem, 'Restored'>): RestoreTally {
  return Object.values(Restored).reduce(addRestoreTallies, emptyRestoreTally);
}

export function addRestoreTallies(one: RestoreTally, other: RestoreTally): RestoreTally {
  return {
    Items: one.Items + other.Items,
    Bytes: one.Bytes + other.Bytes,
    Standing: one.Standing + other.Standing,
    Objects: one.Objects + other.Objects,
    Missing: one.Missing + other.Missing,
  };
}

type ByKey = Readonly<Record<string, ItemTally | undefined>>;

function addByKey(one: ByKey, other: ByKey): Record<string, ItemTally> {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, addItems(one[key], other[key])]));
}

function addItems(one: ItemTally | undefined, other: ItemTally | undefined): ItemTally {
  return { Items: (one?.Items ?? 0) + (other?.Items ?? 0), Bytes: (one?.Bytes ?? 0) + (other?.Bytes ?? 0) };
}
