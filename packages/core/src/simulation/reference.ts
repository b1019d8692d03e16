import type { CatalogueItem } from '../control/catalogue.ts';
import { aheadOfArrivalMsMax } from '../limits.ts';
import type { BucketSize } from '../series/bucket.ts';
import { bucketMs, formatInstant } from '../series/bucket.ts';
import { otherSeries } from '../series/partial.ts';
import type { DecisionItems } from './decision-store.ts';
import type { Part, SentRecord } from './scenario.ts';

/** What must become of one part of a record, decided as plainly as possible and by none of the code that is simulated. */
export type Fate =
  | { readonly kind: 'Malformed' | 'TooOld' | 'TooNew' }
  | {
      readonly kind: 'Counted';
      readonly isOverCap: boolean;
      readonly series: string;
      readonly keys: readonly string[];
    };

/** `keys` of a counted event are `<series>|<size>#0000#<start>`, one for each bucket size that keeps it. */
export function fateOf(part: Part, record: SentRecord, buckets: readonly BucketSize[], items: DecisionItems): Fate {
  if ('reason' in part) {
    return { kind: 'Malformed' };
  }
  const { arrivalMs } = record;
  if (part.timeMs - arrivalMs > aheadOfArrivalMsMax) {
    return { kind: 'TooNew' };
  }
  const starts: string[] = [];
  for (const size of buckets) {
    const startMs = Math.floor(part.timeMs / bucketMs[size]) * bucketMs[size];
    const floor = lastUntil(items.floors.Floors[size] ?? [], arrivalMs);
    if (floor === undefined || startMs >= floor.FloorMs) {
      starts.push(`${size}#0000#${instant(startMs)}`);
    }
  }
  if (buckets.length > 0 && starts.length === 0) {
    return { kind: 'TooOld' };
  }
  const isOverCap = !isAdmitted(part.name, arrivalMs, items.catalogue);
  const series = isOverCap ? otherSeries : part.name;
  return { kind: 'Counted', isOverCap, series, keys: starts.map((start) => `${series}|${start}`) };
}

function isAdmitted(name: string, arrivalMs: number, catalogue: CatalogueItem | undefined): boolean {
  const slot = catalogue?.Names.indexOf(name) ?? -1;
  return slot !== -1 && slot < capAt(arrivalMs, catalogue);
}

export function capAt(arrivalMs: number, catalogue: CatalogueItem | undefined): number {
  return lastUntil(catalogue?.Caps ?? [], arrivalMs)?.MaxSeries ?? 0;
}

function lastUntil<Entry extends { readonly FromMs: number }>(
  entries: readonly Entry[],
  atMs: number,
): Entry | undefined {
  let found: Entry | undefined;
  for (const entry of entries) {
    if (entry.FromMs <= atMs) {
      found = entry;
    }
  }
  return found;
}

/** Scenarios lie within a few days, so that few instants are ever written out: some ten thousand minutes at most. */
const instants = new Map<number, string>();

function instant(timeMs: number): string {
  let text = instants.get(timeMs);
  if (text === undefined) {
    text = formatInstant(timeMs);
    instants.set(timeMs, text);
  }
  return text;
}
