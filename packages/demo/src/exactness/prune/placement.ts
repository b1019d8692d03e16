import { isDeepStrictEqual } from 'node:util';
import type { RestoredRange } from '@tidemark/core/control/floors';
import { type Differences, partialKey } from '../differences.ts';
import type { Item } from '../found.ts';
import type { ExportedLine } from './exported.ts';

/** What is known of a source's prunes and restores. Milliseconds since the epoch, by size. */
export interface Pruned {
  /** What starts before is gone. */
  readonly cutoffs: Readonly<Record<string, number>>;
  /** What of that was brought back. */
  readonly restored: Readonly<Record<string, readonly Pick<RestoredRange, 'FromMs' | 'ToMs'>[]>>;
  /** Whether what is gone may have been counted again, where nobody looks. */
  readonly hasGarbage?: boolean;
}

/**
 * Whether everything is where it belongs: what is true and old enough in the export, once, and nothing else; the rest in the table, and
 * nothing else of what is true; what was brought back in both, alike. `true rows`: of the generations that the timeline names.
 */
export function placementDifferences(
  rows: readonly Item[],
  lines: readonly ExportedLine[],
  pruned: Pruned,
): Differences {
  const present = new Map(rows.map((row) => [partialKey(row), row]));
  const seen = new Set<string>();
  const ofLines = lines.flatMap(({ item, size, startMs, objectKey }) => {
    const key = partialKey(item);
    const isSecond = seen.has(key);
    seen.add(key);
    if (isSecond) return [`${key}: a second line, in ${objectKey}`];
    if (!isOld(size, startMs, pruned)) return [`${key}: exported too early, in ${objectKey}`];
    const row = present.get(key);
    if (!isRestored(size, startMs, pruned) || isDeepStrictEqual(row, item)) return [];
    return [`${key}: restored as ${JSON.stringify(row)} in place of ${JSON.stringify(item)}`];
  });
  const ofRows = rows.flatMap((row) => {
    const { size, startMs } = spanOf(row);
    const isOver = isOld(size, startMs, pruned) && !isRestored(size, startMs, pruned);
    return isOver && !pruned.hasGarbage ? [`${partialKey(row)}: is still there`] : [];
  });
  return [...ofLines, ...ofRows];
}

/** What was ever counted: the lines of exports, and what was not exported. */
export function everCounted(rows: readonly Item[], lines: readonly ExportedLine[]): Item[] {
  const exported = new Set(lines.map(({ item }) => partialKey(item)));
  return [...lines.map(({ item }) => item), ...rows.filter((row) => !exported.has(partialKey(row)))];
}

/** What readers are to find. */
export function visible(all: readonly Item[], pruned: Pruned): Item[] {
  return all.filter((item) => {
    const { size, startMs } = spanOf(item);
    return !isOld(size, startMs, pruned) || isRestored(size, startMs, pruned);
  });
}

/** `1m` and the start of `1m#0000#2026-11-02T09:00:00Z#000000000000`. */
export function spanOf({ Bucket }: Item): { readonly size: string; readonly startMs: number } {
  const [size = '', , start = ''] = String(Bucket).split('#');
  return { size, startMs: Date.parse(start) };
}

function isOld(size: string, startMs: number, { cutoffs }: Pruned): boolean {
  return startMs < (cutoffs[size] ?? Number.NEGATIVE_INFINITY);
}

function isRestored(size: string, startMs: number, { restored }: Pruned): boolean {
  return (restored[size] ?? []).some(({ FromMs, ToMs }) => startMs >= FromMs && startMs < ToMs);
}
