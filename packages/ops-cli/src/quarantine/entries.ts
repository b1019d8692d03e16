import { controlItems } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { Tables } from '../aws/dynamodb.ts';
import type { ListedObject, Objects } from '../aws/s3.ts';
import { mapInParallel } from '../parallel.ts';
import type { Marker } from './marker.ts';
import { dayOf, type Quarantined, quarantinedOf, quarantinePrefix, setAsideOf, shortKey } from './object.ts';

/** Which objects of the quarantine. */
export interface EntryQuery {
  /** Arrivals from this on, milliseconds since the epoch; of a part of a window the window's start counts, by the day. */
  readonly sinceMs?: number;
  /** Arrivals before this. */
  readonly untilMs?: number;
  readonly reason?: string;
  /** A full key: only what comes after it. */
  readonly after?: string;
}

/** An object of the quarantine, read. */
export interface Entry {
  /** The key without `quarantine/<source>/`. */
  readonly object: string;
  readonly bytes: number;
  readonly held: Quarantined;
  /** Absent where it never was on its way back. */
  readonly marker?: Marker;
}

export interface EntryReach {
  readonly tables: Tables;
  readonly objects: Objects;
  readonly source: DeployedSource;
  /** Told as objects are looked at. */
  readonly onProgress?: (looked: number, object: string) => void;
}

/** Objects read at once: each may hold a record of ten megabytes. */
const readsMax = 8;
const chunkMax = 64;
const dayMs = 86_400_000;

/**
 * The objects that were asked for, day by day in the order of their keys, some at a time. `take` makes of each what is kept: bodies are not,
 * so that it does not matter how many there are.
 */
export async function* entries<Kept>(
  reach: EntryReach,
  query: EntryQuery,
  take: (entry: Entry) => Kept,
): AsyncGenerator<Kept[]> {
  const { objects, source, tables } = reach;
  const prefix = quarantinePrefix(source.name);
  let looked = 0;
  for (const day of await daysOf(reach, query)) {
    const markers = await markersOfDay(tables, source, day);
    for await (const page of objects.list(source.bucket, `${prefix}${day}/`, query.after)) {
      for (let at = 0; at < page.length; at += chunkMax) {
        const chunk = page.slice(at, at + chunkMax);
        const kept = await mapInParallel(chunk, readsMax, async (listed) => {
          const entry = await readEntry(reach, listed, markers);
          looked += 1;
          reach.onProgress?.(looked, entry?.object ?? '');
          return entry !== undefined && isAskedFor(entry, query) ? [take(entry)] : [];
        });
        yield kept.flat();
      }
    }
  }
}

async function daysOf({ objects, source }: EntryReach, query: EntryQuery): Promise<string[]> {
  const days = await objects.folders(source.bucket, quarantinePrefix(source.name));
  const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY, after } = query;
  const afterDay = after === undefined ? '' : dayOf(shortKey(source.name, after));
  return days
    .filter((day) => day >= afterDay && Date.parse(day) + dayMs > sinceMs && Date.parse(day) < untilMs)
    .toSorted();
}

async function markersOfDay(tables: Tables, source: DeployedSource, day: string): Promise<Map<string, Marker>> {
  const items = await tables.controlItems(source.controlTable, source.name, controlItems.resubmittedPrefix(day));
  const prefix = controlItems.resubmittedPrefix();
  return new Map(items.map((item) => [item.Item.slice(prefix.length), item as unknown as Marker]));
}

/** Undefined where the object is gone meanwhile. */
async function readEntry(
  { objects, source }: EntryReach,
  { key, bytes }: ListedObject,
  markers: ReadonlyMap<string, Marker>,
): Promise<Entry | undefined> {
  const held = await readQuarantined(objects, source, key);
  if (held === undefined) return undefined;
  const object = shortKey(source.name, key);
  const marker = markers.get(object);
  return { object, bytes, held, ...(marker === undefined ? {} : { marker }) };
}

/** Undefined where there is no such object. */
export async function readQuarantined(
  objects: Objects,
  { bucket, name }: DeployedSource,
  key: string,
): Promise<Quarantined | undefined> {
  try {
    const json = await objects.json(bucket, key);
    if (json === undefined) return undefined;
    const held = quarantinedOf(json);
    // What an object is taken for must not depend on whoever copied it there.
    if (held.kind !== 'foreign' && held.body.source !== name)
      return { kind: 'foreign', detail: `source: it is one of ${JSON.stringify(held.body.source)}` };
    return held;
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'foreign', detail: 'it is no JSON' };
    throw error;
  }
}

function isAskedFor({ held }: Entry, { sinceMs, untilMs, reason }: EntryQuery): boolean {
  if (held.kind === 'foreign') return reason === undefined;
  if (held.kind === 'part') return reason === undefined || reason === held.body.reason;
  const arrivalMs = Date.parse(held.body.arrival);
  if (sinceMs !== undefined && arrivalMs < sinceMs) return false;
  if (untilMs !== undefined && arrivalMs >= untilMs) return false;
  return reason === undefined || setAsideOf(held.body).some((each) => each.reason === reason);
}
