import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { BucketSize } from '@tidemark/core/series/bucket';
import { csvLines } from '@tidemark/core/series/csv';
import { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import { defaultSize, readTotals } from '@tidemark/ops-cli/counters/totals';
import { Failure } from '@tidemark/ops-cli/failure';
import { produce } from '@tidemark/ops-cli/produce/produce';
import { chooseSource, engineTarget } from '@tidemark/ops-cli/target';
import type { DemoEngine } from './engine.ts';
import { Metric } from './metric.ts';
import { checkForSource, type DemoOptions } from './options.ts';
import { type Reading, read, standingOf } from './reading.ts';
import { prepareSending } from './sending.ts';
import { judge, type Verdict } from './verdict.ts';
import { type Moment, type Watched, watch } from './watch.ts';

/** What a run of the demo came to. */
export interface DemoResult {
  readonly source: DeployedSource;
  readonly size: BucketSize;
  readonly sent: number;
  readonly watched: Watched<Reading>;
  readonly verdict: Verdict;
  /** From the first record sent until every one was counted. */
  readonly seconds: number;
  readonly remarks: readonly string[];
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly onStarted?: (source: DeployedSource) => void;
  readonly onMoment?: (moment: Moment<Reading>, size: BucketSize) => void;
}

/** Whether every count is what it must be. */
export function isExact({ watched, verdict }: DemoResult): boolean {
  const { differences, faults } = verdict;
  return watched.isComplete && watched.reading.isBalanced && differences.length === 0 && faults.length === 0;
}

/** Puts events on the stream of a running engine while it counts, waits until all is counted, and compares. */
export async function runDemo(engine: DemoEngine, options: DemoOptions, run: RunOptions): Promise<DemoResult> {
  const { onStarted, onMoment } = run;
  // Where one of sending and watching fails, the other has no reason to go on.
  const over = new AbortController();
  const signal = AbortSignal.any([run.signal, over.signal]);
  const target = await engineTarget(engine.endpoint, engine.stage, engine.region);
  const source = chooseSource(target, options.source);
  checkForSource(options, source);
  const size = options.bucket ?? defaultSize(source.buckets);
  onStarted?.(source);
  const tables = new Tables(target.client);
  const metric = new Metric(target.client, source);
  const kinesis = new Kinesis(target.client);
  try {
    const sending = await prepareSending(options, source, engine.now);
    const progress = { sent: 0, sending: true };
    const producing = produce({
      put: kinesis.putRecords(source.stream),
      records: sending.records,
      signal,
      onProgress: ({ sent }) => {
        progress.sent = sent;
      },
      ...(options.speed === undefined ? {} : { eventsPerSecond: options.speed }),
    }).finally(() => {
      progress.sending = false;
    });
    const watching = watch({
      read: () => read({ tables, metric, source, size, now: engine.now }),
      standing: standingOf,
      progress: () => ({ ...progress }),
      toSend: options.events,
      show: (moment) => onMoment?.(moment, size),
      signal,
    });
    const failed = engine.failed.then((error) => Promise.reject(new Failure(`The engine failed: ${error.message}`)));
    const [{ sent }, watched] = await Promise.race([Promise.all([producing, watching]), failed]);
    const verdict = await judge(tables, source, sending.expectation, watched.reading.ledger, engine.now());
    if (options.export !== undefined) await exportCounts(options.export, tables, source, size);
    const { countedSeconds: seconds } = watched;
    return { source, size, sent, watched, verdict, seconds, remarks: sending.remarks() };
  } finally {
    over.abort();
    for (const client of [tables, metric, kinesis]) client.close();
  }
}

/** Writes the counts of one size to a file. */
export async function exportCounts(
  path: string,
  tables: Tables,
  source: DeployedSource,
  size: BucketSize,
): Promise<void> {
  await pipeline(csvLines(await readTotals(tables, source, { size }), size), createWriteStream(path));
}
