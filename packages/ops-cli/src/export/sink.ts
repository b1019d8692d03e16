/** How totals are written. */
export const exportFormats = ['csv', 'jsonl', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Where bytes go, in order. Resolves when they were taken up: a slow disk or reader is waited for. */
export interface Output {
  write(data: string | Uint8Array): Promise<void>;
}

/** Takes rows in their order, a bounded number of which it holds, and writes what ends a file. */
export interface Sink<Row> {
  rows(rows: readonly Row[]): Promise<void>;
  end(): Promise<void>;
}

/** Lines of text after a header, which stands even where no line follows. */
export function textSink<Row>(output: Output, header: string, lineOf: (row: Row) => string): Sink<Row> {
  let head = header;
  const write = async (text: string): Promise<void> => {
    const all = head + text;
    head = '';
    if (all !== '') await output.write(all);
  };
  return { rows: (rows) => write(rows.map(lineOf).join('')), end: () => write('') };
}
