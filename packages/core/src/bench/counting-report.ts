import type { Machine } from './machine.ts';
import type { BenchReport, Budget } from './report.ts';

export interface CountingResult {
  readonly name: string;
  readonly eventsPerSecond: number;
  readonly nanosecondsPerEvent: number;
  /** How many times the speed of the plain loop, and of the published Python. */
  readonly ofPlain: number;
  readonly ofPublished?: number;
}

export interface CountingSetting {
  readonly events: number;
  readonly bytesPerEvent: number;
  readonly batchSize: number;
  readonly rounds: number;
  /** Version of python3; undefined where there is none. */
  readonly python: string | undefined;
}

const publishedMin = 3;

/** The first result is Tidemark's with the plain loop's one bucket size. */
export function countingReport(
  machine: Machine,
  setting: CountingSetting,
  results: readonly CountingResult[],
): BenchReport {
  const { events, bytesPerEvent, batchSize, rounds, python } = setting;
  return {
    name: 'counting',
    title: 'Counting, from decoded batch to planned writes, on one core',
    machine,
    tables: [
      {
        columns: ['contender', 'events/s', 'ns/event', 'x plain loop', 'x published Python'],
        rows: results.map((each) => [
          each.name,
          each.eventsPerSecond.toLocaleString('en-US'),
          each.nanosecondsPerEvent.toLocaleString('en-US'),
          each.ofPlain.toFixed(2),
          each.ofPublished?.toFixed(2) ?? '-',
        ]),
      },
    ],
    budgets: budgetsOf(results[0]),
    remarks: [
      `${events.toLocaleString('en-US')} generated events of ${bytesPerEvent} bytes in batches of ${batchSize.toLocaleString('en-US')}; the contenders take turns over ${rounds} rounds. A figure is the median by processor time, a ratio the median of the ratios within each round. ${python === undefined ? 'There is no python3 here.' : `Python ${python}.`}`,
    ],
    figures: { setting, results },
  };
}

function budgetsOf(own: CountingResult | undefined): Budget[] {
  if (own === undefined) return [];
  const plain: Budget = {
    what: 'speed of Tidemark with all checks, one bucket size, beside the plain loop',
    limit: 'at least 1',
    found: own.ofPlain.toFixed(2),
    holds: own.ofPlain >= 1,
  };
  if (own.ofPublished === undefined) return [plain];
  return [
    plain,
    {
      what: '... and beside the published Python',
      limit: `at least ${publishedMin}`,
      found: own.ofPublished.toFixed(2),
      holds: own.ofPublished >= publishedMin,
    },
  ];
}
