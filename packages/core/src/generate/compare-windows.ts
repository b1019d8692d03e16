import type { FiguresRow, WindowRow } from './window-expectation.ts';

/** A figure of a window that is not what it must be. A row, or a measure of it, that is missing counts no readings. */
export interface WindowDifference {
  readonly name: string;
  readonly startMs: number;
  /** `records`, or a measure's name and the figure: `distance sum`. */
  readonly figure: string;
  readonly expected: number | undefined;
  readonly found: number | undefined;
}

export interface WindowComparison {
  readonly differences: readonly WindowDifference[];
  /** Sums compared, and those of them that are equal to the last bit. */
  readonly sums: number;
  readonly equalSums: number;
}

/** How far a sum may be off, relative to the larger of the two. */
const sumTolerance = 1e-9;

/**
 * Every figure of every (name, window): readings, minima and maxima must be equal, sums within 1e-9 of each other. Throws where
 * `found` has a row twice.
 */
export function compareWindows(expected: Iterable<WindowRow>, found: Iterable<WindowRow>): WindowComparison {
  const pairs = new Map<string, { expected?: WindowRow; found?: WindowRow }>();
  for (const row of expected) pairs.set(keyOf(row), { expected: row });
  for (const row of found) {
    const pair = pairs.get(keyOf(row)) ?? {};
    if (pair.found !== undefined) throw new Error(`${row.name} has two rows of one window`);
    pairs.set(keyOf(row), { ...pair, found: row });
  }
  const differences: WindowDifference[] = [];
  let sums = 0;
  let equalSums = 0;
  for (const { expected, found } of pairs.values()) {
    const { name, startMs } = (expected ?? found) as WindowRow;
    const differ = (figure: string, one: number | undefined, other: number | undefined): void => {
      differences.push({ name, startMs, figure, expected: one, found: other });
    };
    if (expected?.records !== found?.records) differ('records', expected?.records, found?.records);
    // A row that is missing, or that nobody sent, is told once.
    if (expected === undefined || found === undefined) continue;
    for (const measure of new Set([...expected.measures.keys(), ...found.measures.keys()])) {
      const [one, other] = [expected.measures.get(measure), found.measures.get(measure)];
      for (const figure of ['count', 'minimum', 'maximum'] as const) {
        if (one?.[figure] !== other?.[figure]) differ(`${measure} ${figure}`, one?.[figure], other?.[figure]);
      }
      sums += 1;
      if (one?.sum === other?.sum) equalSums += 1;
      else if (!areNear(one, other)) differ(`${measure} sum`, one?.sum, other?.sum);
    }
  }
  return { differences, sums, equalSums };
}

function keyOf({ name, startMs }: WindowRow): string {
  return `${startMs}#${name}`;
}

function areNear(one: FiguresRow | undefined, other: FiguresRow | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return Math.abs(one.sum - other.sum) <= sumTolerance * Math.max(Math.abs(one.sum), Math.abs(other.sum));
}
