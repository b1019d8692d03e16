import { type Column, pad, printable, renderAmount, renderCount, renderInstant } from '../render.ts';
import type { Entry } from './entries.ts';
import type { GivenUp } from './given-up.ts';
import type { Marker } from './marker.ts';
import { setAsideOf } from './object.ts';

interface ListColumn extends Column {
  readonly name: 'arrival' | 'events' | 'bytes' | 'reason' | 'resubmitted';
  readonly width: number;
  /** In which order columns go where the terminal is too narrow, the highest first; 0: it always stays. */
  readonly goes: number;
}

/** With widths that fit what they hold: rows are printed as they are found. */
const allColumns: readonly ListColumn[] = [
  { name: 'arrival', title: 'arrival', width: 24, goes: 0 },
  { name: 'events', title: 'events', align: 'right', width: 7, goes: 0 },
  { name: 'bytes', title: 'bytes', align: 'right', width: 11, goes: 2 },
  { name: 'reason', title: 'reason', width: 25, goes: 0 },
  { name: 'resubmitted', title: 'resubmitted', width: 20, goes: 1 },
];
/** A day, a shard, a sequence number. */
const keyWidth = 95;

type Cells = Readonly<Record<ListColumn['name'], string>>;

/**
 * The list as a table. Where a terminal has no room for a key beside the rest, the key has a line of its own, unbroken, since it is there to be
 * copied; and where it has no room for the rest, what matters least goes. `columns`: Infinity where it is no terminal.
 */
export class ListLayout {
  readonly #columns: readonly ListColumn[];
  readonly #keyApart: boolean;

  constructor(columns: number) {
    this.#keyApart = widthOf(allColumns) + 2 + keyWidth > columns;
    this.#columns = this.#keyApart ? fitting(allColumns, columns) : allColumns;
  }

  head(): string {
    const titles = this.#columns.map(({ title, width, align = 'left' }) => pad(title, width, align));
    const rules = this.#columns.map(({ width }) => '─'.repeat(width));
    const [title, rule] = this.#keyApart ? [[], []] : [['key'], ['───']];
    return line([...titles, ...title]) + line([...rules, ...rule]);
  }

  entry(entry: Entry): string {
    const { object, bytes, held, marker } = entry;
    const rest = { bytes: renderCount(bytes), resubmitted: markerWord(marker) };
    switch (held.kind) {
      case 'record': {
        const { arrival } = held.body;
        const all = setAsideOf(held.body);
        const others = new Set(all.map(({ reason }) => reason)).size - 1;
        const reason = others === 0 ? held.body.reason : `${held.body.reason} +${others}`;
        return this.#row({ ...rest, arrival: printable(arrival, 24), events: renderCount(all.length), reason }, object);
      }
      case 'part':
        return this.#row({ ...rest, arrival: '', events: '', reason: 'part-past-mending' }, object);
      case 'foreign':
        return this.#row({ ...rest, arrival: '', events: '', reason: 'not of Tidemark' }, object);
    }
  }

  givenUp({ firstArrival, records, bytes, work, key }: GivenUp): string {
    const cells = {
      ...{ arrival: printable(firstArrival, 24), events: renderCount(records), bytes: renderCount(bytes) },
      ...{ reason: `given up (${work})`, resubmitted: '-' },
    };
    return this.#row(cells, key);
  }

  #row(cells: Cells, key: string): string {
    const shown = this.#columns.map(({ name, width, align = 'left' }) => pad(cells[name], width, align));
    if (!this.#keyApart) return line([...shown, printable(key)]);
    const isTold = cells.resubmitted === '-' || this.#columns.some(({ name }) => name === 'resubmitted');
    return `${line(shown)}  ${printable(key)}\n${isTold ? '' : `  resubmitted: ${cells.resubmitted}\n`}`;
  }
}

function fitting(columns: readonly ListColumn[], room: number): readonly ListColumn[] {
  const next = Math.max(...columns.map(({ goes }) => goes));
  if (next === 0 || widthOf(columns) <= room) return columns;
  return fitting(
    columns.filter(({ goes }) => goes !== next),
    room,
  );
}

function widthOf(columns: readonly ListColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width + 2, -2);
}

function line(cells: readonly string[]): string {
  return `${cells.join('  ').trimEnd()}\n`;
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
