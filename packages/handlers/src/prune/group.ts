import type { ExportObject } from '@tidemark/core/prune/object';
import { exportDay, seriesKey } from '@tidemark/core/prune/object';
import type { SpanSize } from '@tidemark/core/series/key';
import type { Expired } from './expired.ts';

/** Items of one series, size, generation and UTC day, in the order of their keys; at least one. */
export interface Group {
  readonly name: string;
  readonly size: SpanSize;
  readonly generation: number;
  readonly day: string;
  readonly items: readonly Expired[];
}

/** Cuts what is exported of a portion into groups, in order. */
export function groupsOf(items: readonly Expired[]): Group[] {
  const groups: (Group & { readonly items: Expired[] })[] = [];
  let last: Expired | undefined;
  for (const each of items) {
    const { unit, startMs } = each;
    if (!unit.range.exported) continue;
    const day = exportDay(startMs);
    const group = groups.at(-1);
    if (group !== undefined && last?.unit === unit && group.day === day) {
      group.items.push(each);
    } else {
      const { name, range } = unit;
      groups.push({ name, size: range.size, generation: range.generation, day, items: [each] });
    }
    last = each;
  }
  return groups;
}

/** The object that holds these items of the group, the first of them first. */
export function objectOf(source: string, { name, size, generation, day }: Group, first: Expired): ExportObject {
  return { source, size, day, series: seriesKey(name), generation, firstMs: first.startMs, slice: first.slice };
}
