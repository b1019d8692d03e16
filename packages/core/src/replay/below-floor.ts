import type { Floors } from '../control/floors.ts';
import { formatInstant } from '../series/bucket.ts';
import type { SpanSize } from '../series/key.ts';
import { firstStart } from './compare.ts';

/** What a replay or backfill is asked to rebuild: buckets that start at or after `fromMs`, and before `toMs` where that is given. Milliseconds since the epoch. */
export interface AskedRange {
  readonly fromMs: number;
  readonly toMs?: number;
}

/**
 * Why a run that is asked for these buckets must be refused: of no size is anything left to rebuild, or, where the range has no end, every size is pruned
 * where it begins. Undefined where it need not: then each size begins at its floor, if that is later (`firstBySize`).
 */
export function belowFloors(floors: Floors, sizes: readonly SpanSize[], range: AskedRange): string | undefined {
  const isBelow = (size: SpanSize): boolean => liesBelow(floors.highestFloor(size), size, range);
  if (sizes.length === 0 || !sizes.every(isBelow)) return undefined;
  const [first, ...others] = sizes.map((size) => `before ${formatInstant(floors.highestFloor(size))}`);
  const told = [`${sizes[0]} is pruned ${first}`, ...others.map((before, at) => `${sizes[at + 1]} ${before}`)];
  return `${told.join(', ')}: bring counts back with \`tidemark prune restore\``;
}

function liesBelow(floorMs: number, size: SpanSize, { fromMs, toMs }: AskedRange): boolean {
  if (fromMs >= floorMs) return false;
  return toMs === undefined || firstStart(size, floorMs) >= firstStart(size, toMs);
}
