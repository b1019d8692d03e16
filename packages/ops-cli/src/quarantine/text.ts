import { type Column, pad, printable, renderAmount, renderCount, renderInstant } from '../render.ts';
import type { Entry } from './entries.ts';
import type { GivenUp } from './given-up.ts';
import type { Marker } from './marker.ts';
import { setAsideOf } from './object.ts';

/** Columns of the list, with widths that fit what they hold: rows are printed as they are found. */
const columns: readonly (Column & { readonly width: number })[] = [
  { title: 'arrival', width: 24 },
  { title: 'events', align: 'right', width: 7 },
  { title: 'bytes', align: 'right', width: 11 },
  { title: 'reason', width: 25 },
  { title: 'resubmitted', width: 20 },
  { title: 'key', width: 3 },
];

export function listHead(): string {
  const rule = columns.map(({ width }) => '─'.repeat(width));
  return row(columns.map(({ title }) => title)) + row(rule);
}

export function entryRow(entry: Entry): string {
  const { object, bytes, held, marker } = entry;
  const cells = (arrival: string, events: string, reason: string): string =>
    row([arrival, events, renderCount(bytes), reason, markerWord(marker), printable(object)]);
  switch (held.kind) {
    case 'record': {
      const { arrival } = held.body;
      const all = setAsideOf(held.body);
      const others = new Set(all.map(({ reason }) => reason)).size - 1;
      const reason = others === 0 ? held.body.reason : `${held.body.reason} +${others}`;
      return cells(printable(arrival, 24), renderCount(all.length), reason);
    }
    case 'part':
      return cells('', '', 'part-past-mending');
    case 'foreign':
      return cells('', '', 'not of Tidemark');
  }
}

export function givenUpRow({ firstArrival, records, bytes, work, key }: GivenUp): string {
  return row([
    printable(firstArrival, 24),
    renderCount(records),
    renderCount(bytes),
    `given up (${work})`,
    '-',
    printable(key),
  ]);
}

/** `-`, the instant, or that it is under way. */
export function markerWord(marker: Marker | undefined): string {
  if (marker === undefined) return '-';
  return marker.State === 'sent' ? renderInstant(marker.SentMs ?? 0) : 'begun, not finished';
}

/** `12 records`, and of more events than records `12 records (40 events)`. */
export function amountOf(records: number, events: number): string {
  const said = renderAmount(records, 'record', 'records');
  return records === events ? said : `${said} (${renderAmount(events, 'event', 'events')})`;
}

function row(cells: readonly string[]): string {
  const padded = columns.map(({ width, align = 'left' }, index) => pad(cells[index] ?? '', width, align));
  return `${padded.join('  ').trimEnd()}\n`;
}
