import { renderCount, renderTable } from '../render.ts';
import type { Entry } from './entries.ts';
import type { GivenUp } from './given-up.ts';
import { setAsideOf } from './object.ts';

/** What was listed, added up. */
export interface ListTotals {
  /** Of records, by the reason of each event; a record with events of several reasons counts under each. */
  readonly reasons: Readonly<Record<string, ReasonTotal>>;
  readonly parts: number;
  readonly foreign: number;
  readonly givenUp: Readonly<Record<string, number>>;
}

export interface ReasonTotal {
  readonly records: number;
  readonly events: number;
  readonly bytes: number;
  /** Records that are on the stream anew. */
  readonly resubmitted: number;
}

const nothing: ReasonTotal = { records: 0, events: 0, bytes: 0, resubmitted: 0 };
export const noTotals: ListTotals = { reasons: {}, parts: 0, foreign: 0, givenUp: {} };

export function addEntry(totals: ListTotals, { held, bytes, marker }: Entry): ListTotals {
  if (held.kind === 'part') return { ...totals, parts: totals.parts + 1 };
  if (held.kind === 'foreign') return { ...totals, foreign: totals.foreign + 1 };
  const reasons: Record<string, ReasonTotal> = { ...totals.reasons };
  const events = new Map<string, number>();
  for (const { reason } of setAsideOf(held.body)) events.set(reason, (events.get(reason) ?? 0) + 1);
  for (const [reason, count] of events) {
    const before = reasons[reason] ?? nothing;
    reasons[reason] = {
      records: before.records + 1,
      events: before.events + count,
      bytes: before.bytes + bytes,
      resubmitted: before.resubmitted + (marker?.State === 'sent' ? 1 : 0),
    };
  }
  return { ...totals, reasons };
}

export function addGivenUp(totals: ListTotals, { work }: GivenUp): ListTotals {
  return { ...totals, givenUp: { ...totals.givenUp, [work]: (totals.givenUp[work] ?? 0) + 1 } };
}

export function renderReasons({ reasons }: ListTotals): string {
  const rows = Object.entries(reasons)
    .toSorted(([, one], [, other]) => other.events - one.events)
    .map(([reason, { records, events, bytes, resubmitted }]) => [
      reason,
      ...[events, records, bytes, resubmitted].map(renderCount),
    ]);
  const titles = ['events', 'records', 'bytes', 'resubmitted'].map((title) => ({ title, align: 'right' as const }));
  return rows.length === 0 ? '' : renderTable([{ title: 'reason' }, ...titles], rows);
}
