import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DeployedSource } from '@tidemark/core/deployment';
import { compareWindows } from '@tidemark/core/generate/compare-windows';
import { compareCounts, type Expectation } from '@tidemark/core/generate/expectation';
import type { WindowExpectation } from '@tidemark/core/generate/window-expectation';
import { formatInstant } from '@tidemark/core/series/bucket';
import { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { readTotals } from '@tidemark/ops-cli/counters/totals';
import type { ClientSettings } from '@tidemark/ops-cli/target';
import { readWindowTotals } from '@tidemark/ops-cli/windows/totals';
import type { Design } from './scenario.ts';

/** What a table shows in the end of everything that was sent. A row is of one name in one window, or bucket. */
export interface RowsFound {
  /** Rows that must be. */
  readonly rows: number;
  readonly right: number;
  readonly wrong: number;
  readonly missing: number;
}

export interface Sent {
  readonly windows: WindowExpectation;
  readonly counts: Expectation;
}

/** As far as the sum of plain additions may be off that of exact ones, relative to it. */
const sumTolerance = 1e-9;

/** Compares every row with what was sent, as readers see them. */
export async function findRows(
  design: Design,
  source: DeployedSource,
  client: ClientSettings,
  sent: Sent,
): Promise<RowsFound> {
  const tables = new Tables(client);
  try {
    if (design === 'windows') return await findWindows(tables, source, sent.windows);
    if (design === 'counters') return await findCounters(tables, source, sent.counts);
    return await findPublished(client, source, sent.windows);
  } finally {
    tables.close();
  }
}

async function findWindows(tables: Tables, source: DeployedSource, sent: WindowExpectation): Promise<RowsFound> {
  const expected = sent.rows();
  const found = await readWindowTotals(tables, source, {});
  const { differences } = compareWindows(expected, found);
  return judged(expected, found, differences);
}

async function findCounters(tables: Tables, source: DeployedSource, sent: Expectation): Promise<RowsFound> {
  const expected = sent.rows();
  const found = await readTotals(tables, source, { size: '1m' });
  return judged(expected, found, compareCounts(expected, found));
}

/** The published design's rows have one measure, under the name and the start of the window. */
async function findPublished(
  settings: ClientSettings,
  { seriesTable }: DeployedSource,
  sent: WindowExpectation,
): Promise<RowsFound> {
  const expected = sent.rows();
  const sums = new Map(expected.map((row) => [keyOf(row), row.measures.get('distance')?.sum ?? Number.NaN]));
  const client = new DynamoDBClient(settings);
  const found: Row[] = [];
  const differing: Row[] = [];
  try {
    for await (const { Items = [] } of paginateScan({ client }, { TableName: seriesTable, ConsistentRead: true })) {
      for (const item of Items) {
        const { EventName, Bucket, Distance } = unmarshall(item);
        const row = { name: String(EventName), startMs: Date.parse(Bucket) };
        const sum = sums.get(keyOf(row)) ?? Number.NaN;
        found.push(row);
        if (!(Math.abs(sum - Distance) <= sumTolerance * Math.abs(sum))) differing.push(row);
      }
    }
  } finally {
    client.destroy();
  }
  const keys = new Set(found.map(keyOf));
  return judged(expected, found, [...differing, ...expected.filter((row) => !keys.has(keyOf(row)))]);
}

interface Row {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
}

/** `differing`: rows of which anything differs, missing ones included. A row that nobody sent is wrong. */
function judged(expected: readonly Row[], found: readonly Row[], differing: readonly Row[]): RowsFound {
  const foundKeys = new Set(found.map(keyOf));
  const differ = new Set(differing.map(keyOf));
  const missing = expected.filter((row) => !foundKeys.has(keyOf(row))).length;
  return {
    rows: expected.length,
    right: expected.filter((row) => !differ.has(keyOf(row))).length,
    wrong: differ.size - missing,
    missing,
  };
}

function keyOf({ name, startMs }: Row): string {
  return `${formatInstant(startMs)} ${name}`;
}
