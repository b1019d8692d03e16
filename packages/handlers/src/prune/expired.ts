import { itemBytes } from '@tidemark/core/prune/item-bytes';
import type { StoredItem } from '@tidemark/core/prune/line';
import type { WorkRange } from '@tidemark/core/prune/work';
import type { PartialKey } from '@tidemark/core/series/key';
import { bucketRange, decodeBucket, encodeBucket } from '@tidemark/core/series/key';
import type { Place } from './place.ts';
import type { Invocation } from './step.ts';

/** One range of one series: what is read in one go. */
export interface Unit {
  readonly slot: number;
  readonly name: string;
  /** Place of the range in the run's `Work`. */
  readonly work: number;
  readonly range: WorkRange;
}

/** An item that is to go. */
export interface Expired {
  readonly unit: Unit;
  readonly item: StoredItem;
  readonly startMs: number;
  readonly slice: string;
  /** As DynamoDB reckons them. */
  readonly bytes: number;
}

/** Items of one unit in the order of their keys. The last page of each says that it is the end, and holds none. */
export interface ExpiredPage {
  readonly items: readonly Expired[];
  /** Everything up to here is in this page or in one before it. */
  readonly end: Place;
}

/** Items of a page, at most; DynamoDB gives at most 1 MB. */
export const pageItems = 1000;

/** Past all keys of a unit. */
const wholeUnit = '~';

/** What a child goes through. */
export interface Walk {
  /** Of the catalogue, by slot and one: `$other` comes first. */
  readonly names: readonly string[];
  readonly work: readonly WorkRange[];
  readonly first: number;
  readonly last: number;
}

/** Everything that is to go after a place, series by series and range by range; at least one page of each that is not done. */
export async function* expiredPages(
  invocation: Invocation,
  walk: Walk,
  from: Place | undefined,
): AsyncGenerator<ExpiredPage> {
  for (const unit of unitsOf(walk, from)) {
    const isInside = unit.slot === from?.Slot && unit.work === from.Part;
    if (!isInside) yield* pagesOf(invocation, unit, '');
    else if (from.Key !== wholeUnit) yield* pagesOf(invocation, unit, from.Key);
  }
}

function* unitsOf({ names, work, first, last }: Walk, from: Place | undefined): Generator<Unit> {
  for (let slot = from?.Slot ?? first; slot <= last; slot += 1) {
    const name = names[slot + 1];
    if (name === undefined) throw new Error(`slot ${slot}: the catalogue has no such series`);
    for (const [at, range] of work.entries()) {
      if (slot !== from?.Slot || at >= from.Part) yield { slot, name, work: at, range };
    }
  }
}

async function* pagesOf(
  { dynamodb, settings, signal }: Invocation,
  unit: Unit,
  after: string,
): AsyncGenerator<ExpiredPage> {
  const { size, generation, fromMs, toMs } = unit.range;
  const { low, high } = bucketRange(
    size,
    generation,
    secondUp(fromMs),
    toMs === undefined ? undefined : secondUp(toMs),
  );
  // No slice has a space: this lies past the key, and before whatever comes after it.
  const past = after === '' ? low : `${after} `;
  if (past < high) {
    const query = {
      table: settings.seriesTable,
      partition: { name: 'EventName', value: unit.name },
      sort: { name: 'Bucket', low: past, high },
      pageItems,
    };
    for await (const page of dynamodb.pages(query, signal)) {
      const items = (page as readonly unknown[] as readonly StoredItem[]).flatMap((item) => expired(unit, item));
      const last = items.at(-1);
      if (last !== undefined) yield { items, end: placeOf(last) };
    }
  }
  yield { items: [], end: { Slot: unit.slot, Part: unit.work, Key: wholeUnit } };
}

/** Just after an item. */
export function placeOf({ unit, item }: Expired): Place {
  return { Slot: unit.slot, Part: unit.work, Key: item.Bucket };
}

/** Somebody else may have put items there that are no partials: they stay. */
function expired(unit: Unit, item: StoredItem): Expired[] {
  const key = keyOf(item.Bucket);
  return key === undefined ? [] : [{ unit, item, startMs: key.startMs, slice: key.slice, bytes: itemBytes(item) }];
}

/** Undefined for what is no key of a partial, or not the way in which they are written. */
function keyOf(bucket: string): Omit<PartialKey, 'name'> | undefined {
  try {
    const key = decodeBucket(bucket);
    return encodeBucket(key) === bucket ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Keys have second precision: an instant inside a second is the next one, so that nothing that starts before it is taken in. */
function secondUp(timeMs: number): number {
  return Math.ceil(timeMs / 1000) * 1000;
}
