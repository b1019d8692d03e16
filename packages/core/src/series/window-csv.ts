import { formatInstant } from './bucket.ts';
import { csvName } from './csv.ts';
import type { MeasureTotal, WindowTotal } from './window-total.ts';

/**
 * Windows as CSV (RFC 4180, its line ends included): `name,windowStart,windowEnd,records`, then `distanceSum,distanceMin,distanceMax,
 * distanceAverage` for each of `measures`. Numbers are the shortest that read back exactly; fields of a measure that a
 * window does not hold are empty. The rows keep the order of `totals`.
 */
export function* windowCsvLines(
  totals: Iterable<WindowTotal>,
  measures: readonly string[],
): Generator<string, void, undefined> {
  const columns = measures.flatMap((name) => [`${name}Sum`, `${name}Min`, `${name}Max`, `${name}Average`]);
  yield `${['name', 'windowStart', 'windowEnd', 'records', ...columns].join(',')}\r\n`;
  for (const { name, startMs, endMs, records, measures: figures } of totals) {
    const cells = measures.flatMap((measure) => figureCells(figures.get(measure)));
    yield `${[csvName(name), formatInstant(startMs), formatInstant(endMs), records, ...cells].join(',')}\r\n`;
  }
}

function figureCells(total: MeasureTotal | undefined): readonly (number | string)[] {
  return total === undefined ? ['', '', '', ''] : [total.sum, total.minimum, total.maximum, total.average];
}
