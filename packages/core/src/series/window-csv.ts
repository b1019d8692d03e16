import { formatInstant } from './bucket.ts';
import { csvName } from './csv.ts';
import type { MeasureTotal, WindowTotal } from './window-total.ts';

/**
 * Windows as CSV (RFC 4180, its line ends included), after the header: `measures` in the order given, fields of one that a window does
 * not hold empty. The rows keep the order of `totals`.
 */
export function* windowCsvLines(
  totals: Iterable<WindowTotal>,
  measures: readonly string[],
): Generator<string, void, undefined> {
  yield windowCsvHeader(measures);
  for (const total of totals) yield windowCsvLine(total, measures);
}

/** `name,windowStart,windowEnd,records`, then `distanceSum,distanceMin,distanceMax,distanceAverage` for each measure. */
export function windowCsvHeader(measures: readonly string[]): string {
  const columns = measures.flatMap((name) => [`${name}Sum`, `${name}Min`, `${name}Max`, `${name}Average`]);
  return `${['name', 'windowStart', 'windowEnd', 'records', ...columns].join(',')}\r\n`;
}

/** Numbers are the shortest that read back exactly. */
export function windowCsvLine(total: WindowTotal, measures: readonly string[]): string {
  const { name, startMs, endMs, records } = total;
  const cells = measures.flatMap((measure) => figureCells(total.measures.get(measure)));
  return `${[csvName(name), formatInstant(startMs), formatInstant(endMs), records, ...cells].join(',')}\r\n`;
}

function figureCells(total: MeasureTotal | undefined): readonly (number | string)[] {
  return total === undefined ? ['', '', '', ''] : [total.sum, total.minimum, total.maximum, total.average];
}
