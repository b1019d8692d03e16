import { type Machine, machineLine } from './machine.ts';

/** What one benchmark found: the same object for people, for machines and for the documentation. */
export interface BenchReport {
  /** `counting`: what `pnpm bench` calls it. */
  readonly name: string;
  readonly title: string;
  readonly machine: Machine;
  readonly tables: readonly BenchTable[];
  readonly budgets: readonly Budget[];
  /** What a reader must know to read the tables rightly: settings, assumptions. Whole sentences. */
  readonly remarks: readonly string[];
  /** The figures behind the tables, unrounded. */
  readonly figures: unknown;
}

export interface BenchTable {
  readonly columns: readonly string[];
  /** The first cell names the row; the others are figures. */
  readonly rows: readonly (readonly string[])[];
}

/** A bound that the project has set itself. */
export interface Budget {
  readonly what: string;
  readonly limit: string;
  readonly found: string;
  readonly holds: boolean;
}

export function printReport(report: BenchReport, asJson: boolean): void {
  process.stdout.write(asJson ? `${JSON.stringify(report)}\n` : renderReport(report));
}

/** For a terminal. */
export function renderReport({ title, machine, tables, budgets, remarks }: BenchReport): string {
  const parts = [title, ...tables.map(plainTable)];
  if (budgets.length > 0) parts.push(plainTable(budgetTable(budgets)));
  parts.push([...remarks, machineLine(machine)].join('\n'));
  return `${parts.join('\n\n')}\n`;
}

/** For the documentation, without the heading. */
export function markdownReport({ machine, tables, budgets, remarks }: BenchReport): string {
  const parts = tables.map(markdownTable);
  if (budgets.length > 0) parts.push(markdownTable(budgetTable(budgets)));
  parts.push(...remarks, machineLine(machine));
  return `${parts.join('\n\n')}\n`;
}

function budgetTable(budgets: readonly Budget[]): BenchTable {
  return {
    columns: ['budget', 'limit', 'found', ''],
    rows: budgets.map(({ what, limit, found, holds }) => [what, limit, found, holds ? 'holds' : 'MISSED']),
  };
}

function plainTable({ columns, rows }: BenchTable): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const cell = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(cell).join('  ').trimEnd()).join('\n');
}

function markdownTable({ columns, rows }: BenchTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}
