import type { FiguresItem } from '../../series/figures.ts';
import type { DecisionItems } from '../decision-store.ts';
import { fateOf } from '../reference.ts';
import type { Reading, WindowRecord } from './readings.ts';
import type { WindowScenario } from './scenario.ts';

/** The figures of one measure over some readings, the sum in units of 2^-60: added up as integers, and by none of the code that is simulated. */
export interface Sums {
  count: number;
  sum: bigint;
  minimum: number;
  maximum: number;
}

/** What one window holds of one name, by the names of the measures. */
export interface WindowSums {
  records: number;
  /** Sequence number of the last record with such a reading. */
  last: number;
  readonly measures: Record<string, Sums>;
}

/** `<name>|w<seconds>#0000#<start>` of a reading that is counted; undefined of one that is set aside. */
type KeyOf = (reading: Reading) => string | undefined;

const unitsInOne = 2 ** 60;

/** What the records of a scenario come to, window by window, each by its own arrival. */
export class Reference {
  readonly #scenario: WindowScenario;
  readonly #measures: readonly string[];
  /** For each shard and record, `w<seconds>#0000#<start>`. */
  readonly #windows: readonly (readonly string[])[];

  constructor(scenario: WindowScenario) {
    const spanMs = scenario.seconds * 1000;
    this.#scenario = scenario;
    this.#measures = (scenario.source.revisions[0]?.event.measures ?? []).map(({ name }) => name);
    this.#windows = scenario.shards.map(({ records }) =>
      records.map(({ arrivalMs }) => {
        const start = new Date(arrivalMs - (arrivalMs % spanMs)).toISOString().replace('.000Z', 'Z');
        return `w${scenario.seconds}#0000#${start}`;
      }),
    );
  }

  /** `w<seconds>#0000#<start>` of the window that a record arrived in. */
  startOf(place: number, record: WindowRecord): string {
    const at = this.#scenario.shards[place]?.records.indexOf(record) ?? -1;
    return this.#windows[place]?.[at] ?? '';
  }

  /** Every window of one shard, by `<name>|w<seconds>#0000#<start>`, of the records up to `last`; of one window only where that is named. */
  windowsOf(
    place: number,
    decisions: DecisionItems,
    last = Number.POSITIVE_INFINITY,
    only?: string,
  ): Map<string, WindowSums> {
    const windows = new Map<string, WindowSums>();
    const shard = this.#scenario.shards[place];
    const starts = this.#windows[place] as readonly string[];
    for (const [at, record] of shard?.records.entries() ?? []) {
      const start = starts[at] as string;
      if (record.sequence > last || (only !== undefined && only !== start)) {
        continue;
      }
      const keyOf: KeyOf = (part) => {
        const fate = fateOf(part, record, this.#scenario.source.buckets, decisions);
        return fate.kind === 'Counted' ? `${fate.series}|${start}` : undefined;
      };
      for (const part of record.parts) {
        const key = keyOf(part);
        if (key !== undefined && 'measured' in part) {
          this.#add(windows, key, record.sequence, part.measured);
        }
      }
    }
    return windows;
  }

  #add(windows: Map<string, WindowSums>, key: string, sequence: number, measured: readonly number[]): void {
    const window = windows.get(key) ?? { records: 0, last: 0, measures: {} };
    windows.set(key, window);
    window.records += 1;
    window.last = sequence;
    for (const [at, name] of this.#measures.entries()) {
      const value = measured[at] as number;
      addSums(window.measures, name, { count: 1, sum: unitsOf(value), minimum: value, maximum: value });
    }
  }
}

export function addSums(measures: Record<string, Sums>, name: string, more: Sums): void {
  const sums = measures[name];
  if (sums === undefined) {
    measures[name] = { ...more };
    return;
  }
  sums.count += more.count;
  sums.sum += more.sum;
  sums.minimum = Math.min(sums.minimum, more.minimum);
  sums.maximum = Math.max(sums.maximum, more.maximum);
}

export function isSameSums(one: Readonly<Record<string, Sums>>, other: Readonly<Record<string, Sums>>): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => {
    const [mine, theirs] = [one[name], other[name]];
    return (
      mine?.count === theirs?.count &&
      mine?.sum === theirs?.sum &&
      mine?.minimum === theirs?.minimum &&
      mine?.maximum === theirs?.maximum
    );
  });
}

export function sumsOfItem({ Count, Sum, SumRest = [], Minimum, Maximum }: FiguresItem): Sums {
  const sum = [Sum, ...SumRest].reduce((units, value) => units + unitsOf(value), 0n);
  return { count: Count, sum, minimum: Minimum, maximum: Maximum };
}

/** The one way in which an item may hold these figures: equal readings must make equal items. */
export function itemOfSums({ count, sum, minimum, maximum }: Sums): FiguresItem {
  const parts: number[] = [];
  for (let left = sum; left !== 0n; left -= unitsOf(parts.at(-1) as number)) {
    // The nearest number: a conversion from an integer rounds only once, and a power of two divides without rounding.
    parts.push(Number(left) / unitsInOne);
  }
  const [Sum = 0, ...SumRest] = parts;
  return { Count: count, Sum, ...(SumRest.length === 0 ? {} : { SumRest }), Minimum: minimum, Maximum: maximum };
}

function unitsOf(value: number): bigint {
  return BigInt(value * unitsInOne);
}
