const delimiters: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };

export interface CsvConfig {
  readonly delimiter: string | undefined;
  /** Undefined: the first row has them. */
  readonly headers: readonly string[] | undefined;
}

/** The rows as objects of text. Quoted fields may hold delimiters, line breaks and doubled quotes; a field that is missing is empty. */
export function parseCsv(text: string, { delimiter = 'COMMA', headers }: CsvConfig): readonly object[] {
  const rows = rowsOf(text, delimiters[delimiter] ?? ',');
  const names = headers ?? rows.shift() ?? [];
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  const endRow = () => {
    row.push(field);
    // An empty line is no row.
    if (row.length > 1 || field !== '') rows.push(row);
    row = [];
    field = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      field += '"';
      at++;
    } else if (character === '"' && (isQuoted || field === '')) isQuoted = !isQuoted;
    else if (isQuoted) field += character;
    else if (character === delimiter) {
      row.push(field);
      field = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r' || text[at + 1] !== '\n') field += character;
  }
  endRow();
  return rows;
}
