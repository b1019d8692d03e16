import type { RunRequest } from '../replay/run.ts';
import { dayMs, dayStart } from '../series/day.ts';
import type { SpanSize } from '../series/key.ts';
import type { PruneSettings } from './settings.ts';

/** What starts before these instants goes, by size; each a UTC midnight, in milliseconds since the epoch. */
export type Cutoffs = Readonly<Partial<Record<SpanSize, number>>>;

/** The shortest retention: events of the last day are still on their way. Milliseconds. */
export const retentionMsMin = dayMs;

/**
 * Where the floors are to lie that a run asks for: whole days, so that an export has whole days. Empty where there is nothing to prune by. Throws a
 * RangeError for what is not older than a day.
 */
export function cutoffsOf(
  { sizes, retentionMs }: Pick<PruneSettings, 'sizes' | 'retentionMs'>,
  request: Pick<RunRequest, 'beforeMs' | 'sizes'>,
  nowMs: number,
): Cutoffs {
  const asked = request.sizes === undefined ? sizes : sizes.filter((size) => request.sizes?.includes(size));
  return Object.fromEntries(
    asked.flatMap((size) => {
      const kept = retentionMs[size];
      const beforeMs = request.beforeMs ?? (kept === undefined ? undefined : nowMs - kept);
      return beforeMs === undefined ? [] : [[size, cutoffAt(beforeMs, nowMs)]];
    }),
  );
}

function cutoffAt(beforeMs: number, nowMs: number): number {
  if (beforeMs > nowMs - retentionMsMin) {
    throw new RangeError(`${new Date(beforeMs).toISOString()} is not a day ago: events of that time still arrive`);
  }
  return dayStart(beforeMs);
}
