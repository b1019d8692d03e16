import type { Machine } from '@tidemark/core/bench/machine';
import type { BenchReport, Budget } from '@tidemark/core/bench/report';

export interface BundleResult {
  readonly function: string;
  /** Bytes, minified. */
  readonly bundle: number;
  readonly clients: number;
  readonly beyond: number;
  /** Milliseconds, medians of fresh processes, with source maps on as in Lambda. */
  readonly importMs: number;
  readonly clientsImportMs: number;
  readonly ratio: number;
  /** Without source maps. */
  readonly plainImportMs: number;
}

/** The functions that take every record of a stream. */
const readers = ['count', 'window', 'archive'];
const beyondBytesMax = 100 * 1024;
const ratioMax = 1.5;

export function bundleReport(machine: Machine, rounds: number, results: readonly BundleResult[]): BenchReport {
  return {
    name: 'bundles',
    title: 'Bundles of the functions: sizes and cold imports',
    machine,
    tables: [
      {
        columns: [
          'function',
          'bundle',
          'its AWS clients',
          'beyond',
          'cold import',
          'of the clients',
          'ratio',
          'without maps',
        ],
        rows: results.map((each) => [
          each.function,
          kib(each.bundle),
          kib(each.clients),
          kib(each.beyond),
          ms(each.importMs),
          ms(each.clientsImportMs),
          each.ratio.toFixed(2),
          ms(each.plainImportMs),
        ]),
      },
    ],
    budgets: results.filter((each) => readers.includes(each.function)).flatMap(budgetsOf),
    remarks: [
      `Medians of ${rounds} fresh processes each, which take turns, with source maps on as in Lambda. "Its AWS clients" is a bundle of the same clients alone, made in the same way.`,
    ],
    figures: { rounds, results },
  };
}

function budgetsOf({ function: name, beyond, ratio }: BundleResult): Budget[] {
  return [
    {
      what: `${name}: beyond the AWS clients that it imports`,
      limit: `at most ${kib(beyondBytesMax)}`,
      found: kib(beyond),
      holds: beyond <= beyondBytesMax,
    },
    {
      what: `${name}: cold import, beside that of the clients`,
      limit: `at most ${ratioMax}`,
      found: ratio.toFixed(2),
      holds: ratio <= ratioMax,
    },
  ];
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}
