import { formatInstant } from '@tidemark/core/series/bucket';
import stringWidth from 'string-width';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A table of plain columns, two spaces apart. Cells must be free of control characters (see `printable`). */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(columns, rows);
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => pad(cells[index] ?? '', widths[index] ?? 0, align ?? 'left'))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)].map((each) => `${each}\n`).join('');
}

/** A column of a table that fits its terminal. */
export interface FittingColumn<Row> extends Column {
  readonly cell: (row: Row) => string;
  /** In which order columns go where the terminal is too narrow, the highest first; 0: it always stays. */
  readonly goes: number;
}

/** A table with as many columns as the terminal has room for. Those that may go and hold nothing are left out anyway. */
export function renderFitting<Row>(
  columns: readonly FittingColumn<Row>[],
  rows: readonly Row[],
  terminalColumns: number,
): string {
  const rowsOf = (shown: readonly FittingColumn<Row>[]) => rows.map((row) => shown.map(({ cell }) => cell(row)));
  let shown = columns.filter(({ cell, goes }) => goes === 0 || rows.some((row) => cell(row) !== ''));
  while (tableWidth(shown, rowsOf(shown)) > terminalColumns) {
    const next = shown.reduce((most, { goes }) => Math.max(most, goes), 0);
    if (next === 0) break;
    shown = shown.filter(({ goes }) => goes !== next);
  }
  return renderTable(shown, rowsOf(shown));
}

/** Terminal columns that the table takes. */
export function tableWidth(columns: readonly Column[], rows: readonly (readonly string[])[]): number {
  return columnWidths(columns, rows).reduce((sum, width) => sum + width + 2, -2);
}

function columnWidths(columns: readonly Column[], rows: readonly (readonly string[])[]): number[] {
  return columns.map(({ title }, index) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(row[index] ?? '')), stringWidth(title)),
  );
}

/** Pads to a number of terminal columns; wide characters take two. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/**
 * Text of a stranger, safe to print: control characters, text-direction marks and half characters are shown as escapes, so
 * that a name can neither move the cursor nor hide itself. Longer than `width` terminal columns, it is cut with an ellipsis.
 */
export function printable(text: string, width = Number.POSITIVE_INFINITY): string {
  const escaped = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  if (stringWidth(escaped) <= width) return escaped;
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(escaped)) {
    if (stringWidth(cut + segment) >= width) break;
    cut += segment;
  }
  return `${cut}…`;
}

/**
 * Breaks text between words so that no line is wider than `columns`; lines after the first begin with `indent` spaces. A word that is too long stays
 * whole: an address that is cut cannot be copied.
 */
export function wrapped(text: string, columns: number, indent: number): string {
  const [first = '', ...words] = text.trimStart().split(' ');
  const lines: string[] = [];
  let line = `${text.slice(0, text.length - text.trimStart().length)}${first}`;
  for (const word of words) {
    const longer = `${line} ${word}`;
    if (stringWidth(longer) > columns) {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}

/** Columns before the text of a labelled line; and for the text, however narrow the terminal. */
const labelColumns = 11;
const textColumnsMin = 30;

/** Lines of a short title each and a text that is broken between words, one below the other. */
export function renderLabelled(lines: readonly (readonly [title: string, text: string])[], columns: number): string {
  const room = Math.max(textColumnsMin, columns - labelColumns);
  return lines
    .map(([title, text]) => {
      const body = wrapped(text, room, 0).replaceAll('\n', `\n${' '.repeat(labelColumns)}`);
      return `  ${title.padEnd(labelColumns - 2)}${body}\n`;
    })
    .join('');
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** `12,345` */
export function renderCount(count: number): string {
  return whole.format(count);
}

/** `1 record was`, `12,345 records were` */
export function renderAmount(count: number, one: string, many: string): string {
  return `${renderCount(count)} ${count === 1 ? one : many}`;
}

/** `1,234/s`, `0.4/s` */
export function renderRate(perSecond: number): string {
  return `${perSecond < 10 ? tenth.format(perSecond) : whole.format(perSecond)}/s`;
}

/** Of an estimate: `about $1.20`, `less than $0.01`. */
export function renderDollars(dollars: number): string {
  return dollars < 0.01 ? 'less than $0.01' : `about $${dollars.toFixed(2)}`;
}

/** Of an estimate, to three digits: nobody knows the rest. */
export function rounded(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(3));
}

/** `2026-11-02T09:00:00Z`, the second begun. */
export function renderInstant(timeMs: number): string {
  return formatInstant(Math.floor(timeMs / 1000) * 1000);
}

/** `812 bytes`, `1.2 KB`, `340 MB`, `2 TB`: thousands of thousands. */
export function renderBytes(bytes: number): string {
  const units = ['KB', 'MB', 'GB', 'TB'];
  if (bytes < 1000) return renderAmount(bytes, 'byte', 'bytes');
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${(value < 10 ? tenth : whole).format(value)} ${units[power - 1]}`;
}

/** `250 ms`, `4.2 s`, `3 min 20 s`, `5 h 2 min`, `3 d 4 h` */
export function renderDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (durationMs < 1000) return `${Math.max(0, Math.round(durationMs))} ms`;
  if (seconds < 60) return `${tenth.format(seconds)} s`;
  const units: readonly (readonly [number, string, number, string])[] = [
    [86_400, 'd', 3600, 'h'],
    [3600, 'h', 60, 'min'],
    [60, 'min', 1, 's'],
  ];
  for (const [size, name, rest, restName] of units) {
    if (seconds < size) continue;
    const remainder = Math.floor((seconds % size) / rest);
    return `${Math.floor(seconds / size)} ${name}${remainder === 0 ? '' : ` ${remainder} ${restName}`}`;
  }
  return `${whole.format(seconds)} s`;
}

/** `[██████░░░░]`, `share` from 0 to 1. */
export function renderBar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
}

/** Few large pieces instead of one a row. */
export function* joined(lines: Iterable<string>): Generator<string> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < 64 * 1024) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
