import { exportDay, exportItemsMax } from '@tidemark/core/prune/object';
import type { WorkRange } from '@tidemark/core/prune/work';
import { bucketRange, decodeBucket } from '@tidemark/core/series/key';
import type { Tables } from '../aws/dynamodb.ts';
import { mapInParallel } from '../parallel.ts';

/** What of one size and generation goes in the same way, of every series. */
export interface WorkTally extends Pick<WorkRange, 'size' | 'generation' | 'exported'> {
  /** Ascending, apart from each other. */
  readonly ranges: readonly WorkRange[];
  /** Series that have anything there. */
  readonly series: number;
  /** Buckets or windows, each counted once a series. */
  readonly buckets: number;
  readonly items: number;
  /** About. */
  readonly bytes: number;
  /** Objects that an export of it takes; 0 where it is not exported. */
  readonly objects: number;
}

/** Everything that goes. */
export interface Walked {
  readonly tallies: readonly WorkTally[];
  /** Series that have anything that goes. */
  readonly series: number;
}

export interface WalkProgress {
  /** Series that are done. */
  readonly series: number;
  readonly of: number;
  readonly items: number;
}

const queriesMax = 16;

/** Goes over the keys of every series in every range: a page of them is held at a time. */
export async function walk(
  tables: Pick<Tables, 'keys'>,
  seriesTable: string,
  names: readonly string[],
  work: readonly WorkRange[],
  onProgress: (progress: WalkProgress) => void,
): Promise<Walked> {
  const tallies = alike(work).map((each) => ({ ...each, series: 0, buckets: 0, items: 0, bytes: 0, objects: 0 }));
  let [done, items, series] = [0, 0, 0];
  await mapInParallel(names, queriesMax, async (name) => {
    let isAnywhere = false;
    for (const tally of tallies) {
      let isThere = false;
      for (const range of tally.ranges) {
        const found = await walkSeries(tables, seriesTable, name, range, (more) => {
          items += more;
          onProgress({ series: done, of: names.length, items });
        });
        isThere ||= found.items > 0;
        tally.buckets += found.buckets;
        tally.items += found.items;
        tally.bytes += found.bytes;
        tally.objects += found.objects;
      }
      tally.series += isThere ? 1 : 0;
      isAnywhere ||= isThere;
    }
    done += 1;
    series += isAnywhere ? 1 : 0;
    onProgress({ series: done, of: names.length, items });
  });
  return { tallies, series };
}

function alike(work: readonly WorkRange[]): Pick<WorkTally, 'size' | 'generation' | 'exported' | 'ranges'>[] {
  const groups = Map.groupBy(work, ({ size, generation, exported }) => `${size} ${generation} ${exported}`);
  return [...groups.values()].flatMap((ranges) => {
    const [first] = ranges;
    return first === undefined
      ? []
      : [{ size: first.size, generation: first.generation, exported: first.exported, ranges }];
  });
}

async function walkSeries(
  tables: Pick<Tables, 'keys'>,
  seriesTable: string,
  name: string,
  { size, generation, fromMs, toMs, exported }: WorkRange,
  onItems: (items: number) => void,
): Promise<Pick<WorkTally, 'buckets' | 'items' | 'bytes' | 'objects'>> {
  const found = { buckets: 0, items: 0, bytes: 0, objects: 0 };
  const keyRange = bucketRange(size, generation, secondUp(fromMs), toMs === undefined ? undefined : secondUp(toMs));
  let lastMs = Number.NaN;
  let [day, itemsOfDay] = ['', 0];
  for await (const { keys, bytes } of tables.keys(seriesTable, name, keyRange)) {
    const starts = keys.flatMap(startOf);
    for (const startMs of starts) {
      if (startMs === lastMs) itemsOfDay += 1;
      else {
        found.buckets += 1;
        lastMs = startMs;
        const next = exportDay(startMs);
        itemsOfDay = next === day ? itemsOfDay + 1 : 1;
        day = next;
      }
      if (exported && itemsOfDay % exportItemsMax === 1) found.objects += 1;
    }
    found.items += starts.length;
    found.bytes += starts.length === 0 ? 0 : (bytes * starts.length) / keys.length;
    onItems(starts.length);
  }
  return found;
}

/** None of what is no key of a partial: a prune leaves that where it is. */
function startOf(key: string): number[] {
  try {
    return [decodeBucket(key).startMs];
  } catch {
    return [];
  }
}

/** Keys have second precision: an instant inside a second is the next one. */
function secondUp(timeMs: number): number {
  return Math.ceil(timeMs / 1000) * 1000;
}
