import { arrivalDisorderMsMax } from '../limits.ts';
import type { ArchiveObject } from './object.ts';

/** Arrivals from `fromMs` on, before `toMs`, in milliseconds since the epoch. */
export interface ArrivalRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ArchiveSelection {
  /** In the order in which they are to be read. */
  readonly objects: readonly ArchiveObject[];
  /**
   * Whether one of the listed objects begins before the range for sure, so that nothing of the range can lie in an earlier day. False: list
   * earlier days too, until this is true or there are none.
   */
  readonly reachesBack: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Which objects of one shard hold its arrivals of a range, in the order of its records. `listed`: in any order, of the days that the
 * caller has listed; a batch that was retried leaves objects that overlap, one delivered twice may be listed twice. Read them in
 * turn and pass over what is at or below the last record that was handled (`afterHandled`): every record comes once, in the order of the
 * stream. Records outside the range come too, since an object is read whole.
 *
 * That no record is missing cannot be told from sequence numbers: between two neighbours lie any number of others that were never given. Only
 * the number of records can tell (days.ts).
 */
export function selectObjects(listed: readonly ArchiveObject[], range: ArrivalRange): ArchiveSelection {
  const objects = withoutCovered(listed);
  // Whatever stands before an object arrived before its first record did, but for a little.
  const start = objects.findLastIndex(({ day }) => startMs(day) + dayMs + arrivalDisorderMsMax <= range.fromMs);
  const end = objects.findIndex(({ day }) => startMs(day) - arrivalDisorderMsMax >= range.toMs);
  return {
    objects: objects.slice(Math.max(start, 0), end === -1 ? objects.length : end),
    reachesBack: start !== -1,
  };
}

/** By their first records, without those whose records all lie in others. Each object holds its shard's records without a gap. */
function withoutCovered(listed: readonly ArchiveObject[]): ArchiveObject[] {
  const ordered = listed.toSorted((one, other) => {
    // Of two that begin alike the longer holds the other.
    if (one.first === other.first) return one.last > other.last ? -1 : Number(one.last < other.last);
    return one.first < other.first ? -1 : 1;
  });
  const kept: ArchiveObject[] = [];
  for (const object of ordered) {
    const newest = kept.at(-1);
    if (newest !== undefined && object.last <= newest.last) continue;
    // Between the one before it and this one, the newest may have nothing of its own.
    const before = kept.at(-2);
    if (before !== undefined && object.first <= before.last) kept.pop();
    kept.push(object);
  }
  return kept;
}

function startMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
