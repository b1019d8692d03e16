import { formatInstant } from '@tidemark/core/series/bucket';
import type { WindowTotal } from '@tidemark/core/series/window-total';

/** Windows for a program: `{ windowSeconds, measures, rows: [{ name, windowStart, windowEnd, records, measures: { distance: { count, sum, ... } } }] }`. */
export function windowsJson(totals: readonly WindowTotal[], seconds: number, measures: readonly string[]): object {
  const rows = totals.map(({ name, startMs, endMs, records, measures: figures }) => ({
    name,
    windowStart: formatInstant(startMs),
    windowEnd: formatInstant(endMs),
    records,
    measures: Object.fromEntries(measures.flatMap((measure) => entryOf(measure, figures))),
  }));
  return { windowSeconds: seconds, measures, rows };
}

/** None where the window does not hold the measure. */
function entryOf(measure: string, figures: WindowTotal['measures']): [string, unknown][] {
  const total = figures.get(measure);
  if (total === undefined) return [];
  const { count, sum, minimum, maximum, average } = total;
  return [[measure, { count, sum, minimum, maximum, average }]];
}
