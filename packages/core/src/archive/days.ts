import type { ReadBatch } from '../count/read.ts';
import { dayNumber, formatDay } from '../series/day.ts';

/** How much of one shard's arrivals of one day an archive holds. */
export interface ArchivedDay {
  /** Arrival day in UTC, `2026-11-02`. */
  readonly day: string;
  /** Kinesis records. */
  readonly records: number;
  /** Events, counted as the ledger's `Received` counts them: those of an aggregate one by one, a record that cannot be read as one. */
  readonly received: number;
}

/** A day of which archive and ledger say otherwise. */
export interface DayDifference {
  readonly day: string;
  readonly archived: number;
  /** What the ledger received; 0 where it has no item. */
  readonly received: number;
}

/** What distinct records of one shard add to its days, ascending. */
export function archivedDays({ records, events, malformed }: ReadBatch): ArchivedDay[] {
  const dayOf = records.map(({ arrivalMs }) => dayNumber(arrivalMs));
  const days = new Map<number, { records: number; received: number }>();
  for (const day of dayOf) {
    const tally = days.get(day);
    if (tally === undefined) days.set(day, { records: 1, received: 0 });
    else tally.records += 1;
  }
  const receive = (record: number): void => {
    const tally = days.get(dayOf[record] as number);
    if (tally !== undefined) tally.received += 1;
  };
  for (const record of events.record) receive(record);
  for (const { record } of malformed) receive(record);
  return [...days].sort(([one], [other]) => one - other).map(([day, tally]) => ({ day: formatDay(day), ...tally }));
}

/** Days of one shard, each once and ascending. */
export function addArchivedDays(one: readonly ArchivedDay[], other: readonly ArchivedDay[]): ArchivedDay[] {
  const days = new Map(one.map((each) => [each.day, each]));
  for (const { day, records, received } of other) {
    const before = days.get(day);
    days.set(day, { day, records: (before?.records ?? 0) + records, received: (before?.received ?? 0) + received });
  }
  return [...days.values()].sort((left, right) => (left.day < right.day ? -1 : 1));
}

/**
 * The days of one shard on which the archive holds other than the ledger received: the only sign of a gap. `received`: by day, the ledger's
 * `Received`. Compare days that are over and wholly read: of the day on which the archive was turned on it may hold a part, and so may a ledger
 * of the day on which the stream was first counted.
 */
export function dayDifferences(days: readonly ArchivedDay[], received: ReadonlyMap<string, number>): DayDifference[] {
  const archived = new Map(days.map((each) => [each.day, each.received]));
  return [...new Set([...archived.keys(), ...received.keys()])]
    .toSorted()
    .map((day) => ({ day, archived: archived.get(day) ?? 0, received: received.get(day) ?? 0 }))
    .filter((each) => each.archived !== each.received);
}
