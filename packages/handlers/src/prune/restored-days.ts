import { countsPrefix, exportDay, parseExportKey, seriesPrefix } from '@tidemark/core/prune/object';
import type { Restorable } from '@tidemark/core/prune/restored';
import type { RestoreCursor } from '@tidemark/core/prune/steps';
import type { Stretch } from '@tidemark/core/prune/stretch';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import { rangesOf } from '@tidemark/core/replay/timeline';
import { dayMs } from '@tidemark/core/series/day';
import type { SpanSize } from '@tidemark/core/series/key';
import type { Invocation } from './step.ts';

/** One UTC day of one series and size. */
export interface RestoredDay {
  readonly slot: number;
  readonly name: string;
  readonly size: SpanSize;
  /** Place of the size among those that are restored. */
  readonly part: number;
  readonly day: string;
  readonly range: Stretch;
  readonly timeline: Pick<TimelineItem, 'Ranges'>;
  /** Keys of the objects that may hold what is true on that day, in order. */
  readonly objects: readonly string[];
}

/** As the key of an object in a cursor: past all objects of the day. */
export const wholeDay = '~';

/** What a child goes through. */
export interface RestoreWalk {
  /** Of the catalogue, by slot and one: `$other` comes first. */
  readonly names: readonly string[];
  readonly ranges: Restorable;
  readonly first: number;
  readonly last: number;
}

/** Every day that something was exported of and that is not done, from a place on: series by series, size by size, in order. */
export async function* restoredDays(
  invocation: Invocation,
  timeline: TimelineItem,
  { names, ranges, first, last }: RestoreWalk,
  from: RestoreCursor | undefined,
): AsyncGenerator<RestoredDay> {
  const sizes = (Object.entries(ranges) as [SpanSize, Stretch][]).sort(([one], [other]) => (one < other ? -1 : 1));
  const fromPart = sizes.findIndex(([size]) => size === from?.size);
  const days = await Promise.all(sizes.map(([size, range]) => exportedDays(invocation, size, range)));
  for (let slot = from?.slot ?? first; slot <= last; slot += 1) {
    const name = names[slot + 1];
    if (name === undefined) throw new Error(`slot ${slot}: the catalogue has no such series`);
    for (const [part, [size, range]] of sizes.entries()) {
      if (slot === from?.slot && part < fromPart) continue;
      for (const day of days[part] ?? []) {
        if (slot === from?.slot && part === fromPart && isDone(day, from)) continue;
        const objects = await objectsOf(invocation, timeline, size, day, name);
        yield { slot, name, size, part, day, range, timeline, objects };
      }
    }
  }
}

function isDone(day: string, { day: at, object }: RestoreCursor): boolean {
  return day < at || (day === at && object?.key === wholeDay);
}

/** The days of the range under which anything lies, ascending. */
async function exportedDays(
  { exports, settings, signal }: Invocation,
  size: SpanSize,
  { fromMs, toMs }: Stretch,
): Promise<string[]> {
  const folders = await exports.folders(settings.bucket, countsPrefix(settings.source, size), signal);
  const days = folders.flatMap((folder) => (/^day=\d{4}-\d\d-\d\d$/.test(folder) ? [folder.slice('day='.length)] : []));
  return days.filter((day) => exportDay(fromMs) <= day && day <= exportDay(toMs - 1)).sort();
}

async function objectsOf(
  { exports, settings, signal }: Invocation,
  timeline: TimelineItem,
  size: SpanSize,
  day: string,
  name: string,
): Promise<string[]> {
  const startMs = Date.parse(`${day}T00:00:00Z`);
  const generations = rangesOf(timeline, size, startMs, startMs + dayMs).map(({ generation }) => generation);
  const keys = await exports.keys(settings.bucket, seriesPrefix(settings.source, size, day, name), signal);
  return keys.filter((key) => generations.includes(parseExportKey(key)?.generation ?? -1)).sort();
}
