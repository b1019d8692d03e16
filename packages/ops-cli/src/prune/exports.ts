import type { DeployedSource } from '@tidemark/core/deployment';
import { countsPrefix, exportDay, parseExportKey } from '@tidemark/core/prune/object';
import type { Restorable } from '@tidemark/core/prune/restored';
import type { Stretch } from '@tidemark/core/prune/stretch';
import { dayNumber } from '@tidemark/core/series/day';
import type { SpanSize } from '@tidemark/core/series/key';
import type { Objects } from '../aws/s3.ts';
import { entriesBySize } from '../sizes.ts';

/** What was exported of one size in a range: whole days of UTC. */
export interface FoundExports extends Stretch {
  readonly size: SpanSize;
  readonly series: number;
  readonly objects: number;
  /** Compressed. */
  readonly bytes: number;
  /** Days of the range, and those of which there is an object. */
  readonly days: number;
  readonly exportedDays: number;
}

/** Lists the exports of each size. `onProgress` is told how many objects were found so far. */
export async function findExports(
  objects: Pick<Objects, 'list'>,
  source: DeployedSource,
  ranges: Restorable,
  onProgress: (objects: number) => void,
): Promise<FoundExports[]> {
  let found = 0;
  const exports: FoundExports[] = [];
  for (const [size, stretch] of entriesBySize(ranges)) {
    const { fromMs, toMs } = stretch;
    const [firstDay, lastDay] = [exportDay(fromMs), exportDay(toMs - 1)];
    const [series, days] = [new Set<string>(), new Set<string>()];
    const tally = { objects: 0, bytes: 0 };
    const prefix = countsPrefix(source.name, size);
    for await (const page of objects.list(source.bucket, prefix, countsPrefix(source.name, size, firstDay))) {
      const objectsOfPage = page.flatMap(({ key, bytes }) => {
        const object = parseExportKey(key);
        return object === undefined ? [] : [{ ...object, bytes }];
      });
      const wanted = objectsOfPage.filter(({ day }) => day <= lastDay);
      for (const { series: each, day, bytes } of wanted) {
        series.add(each);
        days.add(day);
        tally.objects += 1;
        tally.bytes += bytes;
      }
      found += wanted.length;
      onProgress(found);
      if (wanted.length < objectsOfPage.length) break;
    }
    exports.push({
      ...{ size, fromMs, toMs, ...tally },
      ...{ series: series.size, exportedDays: days.size, days: dayNumber(toMs - 1) - dayNumber(fromMs) + 1 },
    });
  }
  return exports;
}
