import type { Machine } from './machine.ts';
import type { BenchReport } from './report.ts';

export interface FoldingResult {
  readonly name: string;
  readonly readingsPerSecond: number;
  readonly nanosecondsPerReading: number;
  /** How many times the speed of the plain loop. */
  readonly ofPlain: number;
}

export interface FoldingSetting {
  readonly readings: number;
  readonly bytesPerReading: number;
  readonly batchSize: number;
  readonly windows: number;
  /** Length of a window. */
  readonly seconds: number;
  readonly unicorns: number;
  readonly measures: number;
  readonly rounds: number;
}

export function foldingReport(
  machine: Machine,
  setting: FoldingSetting,
  results: readonly FoldingResult[],
): BenchReport {
  const { readings, bytesPerReading, batchSize, windows, seconds, unicorns, measures, rounds } = setting;
  const number = (each: number): string => each.toLocaleString('en-US');
  return {
    name: 'folding',
    title: 'Folding readings into windows, from decoded batch to planned writes, on one core',
    machine,
    tables: [
      {
        columns: ['contender', 'readings/s', 'ns/reading', 'x plain loop'],
        rows: results.map(({ name, readingsPerSecond, nanosecondsPerReading, ofPlain }) => [
          name,
          number(readingsPerSecond),
          number(nanosecondsPerReading),
          ofPlain.toFixed(2),
        ]),
      },
    ],
    budgets: [],
    remarks: [
      `${number(readings)} generated readings of ${bytesPerReading} bytes with ${measures} measures, of ${unicorns} names, in ${windows} windows of ${seconds} s and batches of ${number(batchSize)} at most; the contenders take turns over ${rounds} rounds. A figure is the median by processor time, a ratio the median of the ratios within each round.`,
    ],
    figures: { setting, results },
  };
}
