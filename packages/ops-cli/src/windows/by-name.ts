import type { WindowTotal } from '@tidemark/core/series/window-total';

/** The windows of one name. */
export interface NameRow {
  readonly name: string;
  /** In the order of the totals: ascending. */
  readonly windows: readonly WindowTotal[];
  readonly records: number;
}

/** A row a name, in the order of their first windows. */
export function byName(totals: readonly WindowTotal[]): NameRow[] {
  const rows = new Map<string, { name: string; windows: WindowTotal[]; records: number }>();
  for (const total of totals) {
    const row = rows.get(total.name) ?? { name: total.name, windows: [], records: 0 };
    rows.set(total.name, row);
    row.windows.push(total);
    row.records += total.records;
  }
  return [...rows.values()];
}
