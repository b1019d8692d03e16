/** Eight heights. A package for these would be as long as its import. */
const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * Draws counts as a row of bars, the greatest the highest, zero as a blank. More values than `width` are added up in
 * groups of one size, so that the line shows the whole span.
 */
export function sparkline(values: readonly number[], width: number): string {
  const grouped = group(values, width);
  const max = Math.max(...grouped, 0);
  return grouped.map((value) => (value <= 0 ? ' ' : bars[Math.ceil((value / max) * bars.length) - 1])).join('');
}

/** Groups are of one size, so that no bar is high for holding more values; the first may be cut short. */
function group(values: readonly number[], width: number): readonly number[] {
  const size = Math.ceil(values.length / width);
  if (size <= 1) return values;
  const groups = Math.ceil(values.length / size);
  const missing = groups * size - values.length;
  const grouped = new Array<number>(groups).fill(0);
  for (const [index, value] of values.entries()) {
    const place = Math.floor((index + missing) / size);
    grouped[place] = (grouped[place] ?? 0) + value;
  }
  return grouped;
}

/** The counts of every bucket from the first to the last, absent ones as zero. `buckets` ascending by start. */
export function fillGaps(
  buckets: readonly { readonly startMs: number; readonly count: number }[],
  spanMs: number,
  fromMs: number,
  toMs: number,
): number[] {
  const values = new Array<number>(Math.max(0, Math.round((toMs - fromMs) / spanMs) + 1)).fill(0);
  for (const { startMs, count } of buckets) {
    const place = Math.round((startMs - fromMs) / spanMs);
    if (place >= 0 && place < values.length) values[place] = (values[place] ?? 0) + count;
  }
  return values;
}
