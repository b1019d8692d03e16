import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { DeployedSource } from '@tidemark/core/deployment';
import { Expectation } from '@tidemark/core/generate/expectation';
import { WindowExpectation } from '@tidemark/core/generate/window-expectation';
import { windowCsvLines } from '@tidemark/core/series/window-csv';
import { measureNames, type WindowTotal } from '@tidemark/core/series/window-total';
import { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import { defaultSize } from '@tidemark/ops-cli/counters/totals';
import { Failure } from '@tidemark/ops-cli/failure';
import { chooseSource, engineTarget } from '@tidemark/ops-cli/target';
import { exportCounts } from '../demo.ts';
import type { DemoEngine } from '../engine.ts';
import { Metric } from '../metric.ts';
import { checkForSource, type DemoOptions } from '../options.ts';
import { type Moment, type Watched, watch } from '../watch.ts';
import { Arrivals } from './arrivals.ts';
import { sendAtTheirTimes } from './pace.ts';
import type { PlannedRecord, ReadingPlan } from './plan.ts';
import { readWindows, standingOf, type WindowReading } from './reading.ts';
import { Statistics } from './statistics.ts';
import { isFaultless, judgeWindows, type WindowVerdict } from './verdict.ts';

/** What a run of the demo for a source with a window came to. */
export interface WindowResult {
  readonly source: DeployedSource;
  readonly plan: ReadingPlan;
  readonly sent: number;
  readonly watched: Watched<WindowReading>;
  readonly verdict: WindowVerdict;
  /** From the first record sent until every one was counted. */
  readonly seconds: number;
}

export interface WindowRun {
  readonly signal: AbortSignal;
  readonly onStarted?: (source: DeployedSource) => void;
  /** `nowMs` is the engine's time, milliseconds since the epoch. */
  readonly onMoment?: (moment: Moment<WindowReading>, source: DeployedSource, nowMs: number) => void;
}

/** Lambda closes a window up to two minutes late where nothing comes any more. Seconds. */
const lateClosingSeconds = 120;
/** When everything is sent, the clock is to reach the end of the last window within about this time. */
const closingWallSeconds = 3;
/** Records that arrive later than they should lie in windows after the last. */
const slackMs = 3_600_000;

/** Whether every figure of every window is what it must be. */
export function isExact({ watched, verdict }: WindowResult): boolean {
  const { reading, isComplete } = watched;
  return isComplete && reading.isBalanced && (reading.counts?.isBalanced ?? true) && isFaultless(verdict);
}

/**
 * Sends the readings of a plan, each to arrive at its own time, to a source with a window, waits until the last window is closed, and compares.
 * The engine must have been started at the time of the first.
 */
export async function runWindows(
  engine: DemoEngine,
  options: DemoOptions & { readonly pace: number },
  plan: ReadingPlan,
  run: WindowRun,
): Promise<WindowResult> {
  // Where one of sending and watching fails, the other has no reason to go on.
  const over = new AbortController();
  const signal = AbortSignal.any([run.signal, over.signal]);
  const target = await engineTarget(engine.endpoint, engine.stage, engine.region);
  const source = chooseSource(target, options.source);
  checkForSource(options, source);
  const { window } = source;
  if (window === undefined) throw new Error(`source ${source.name} has no window`);
  run.onStarted?.(source);
  const span = { fromMs: plan.firstMs - window.seconds * 1000, toMs: plan.lastMs + slackMs };
  const tables = new Tables(target.client);
  const metric = new Metric(target.client, source);
  const statistics = new Statistics(target.client, source);
  const kinesis = new Kinesis(target.client);
  const arrivals = new Arrivals(target.client, source.stream);
  const tally = new Tally(source, window.seconds, arrivals);
  const counts =
    source.buckets.length === 0
      ? {}
      : { counts: { tables, metric, source, size: defaultSize(source.buckets), now: engine.now } };
  try {
    let sending = true;
    const producing = sendAtTheirTimes<PlannedRecord>({
      ...{ put: kinesis.putRecords(source.stream), clock: engine.clock, records: plan.records, pace: options.pace },
      ...{ onAccepted: (record, arrivalMs) => tally.add(record, arrivalMs), signal },
    }).finally(() => {
      sending = false;
      // Nothing but time is missing now for the last windows to close, and for what they wrote to be published.
      engine.clock.scale(Math.max(60, (window.seconds + lateClosingSeconds) / closingWallSeconds));
    });
    const watching = watch({
      read: async () => {
        const [reading] = await Promise.all([
          readWindows({ tables, statistics, source, span, ...counts }),
          // While the stream still has the records.
          arrivals.read(),
        ]);
        return reading;
      },
      standing: standingOf,
      progress: () => ({ sent: tally.sent, sending }),
      toSend: plan.records.length,
      show: (moment) => run.onMoment?.(moment, source, engine.now()),
      signal,
    });
    const failed = engine.failed.then((error) => Promise.reject(new Failure(`The engine failed: ${error.message}`)));
    const [, watched] = await Promise.race([Promise.all([producing, watching]), failed]);
    // Everything is done: what is read now must not age while it is read.
    engine.clock.scale(0);
    const verdict = await judgeWindows({
      ...{ tables, statistics, source, span, arrivals, reading: watched.reading, nowMs: engine.now() },
      ...{ expectation: tally.windows, counts: tally.counts, late: tally.late },
    });
    if (options.export !== undefined)
      await exportResult(options.export, tables, source, options, watched.reading.windows);
    return { source, plan, sent: tally.sent, watched, verdict, seconds: watched.countedSeconds };
  } finally {
    over.abort();
    for (const client of [tables, metric, statistics, kinesis, arrivals]) client.close();
  }
}

/** What the stream has taken, and what must become of it. */
class Tally {
  readonly windows: WindowExpectation;
  readonly counts: Expectation;
  readonly #arrivals: Arrivals;
  /** Records that arrived at another time than their own. */
  late = 0;

  constructor({ buckets }: DeployedSource, seconds: number, arrivals: Arrivals) {
    this.windows = new WindowExpectation(seconds);
    this.counts = new Expectation(buckets);
    this.#arrivals = arrivals;
  }

  get sent(): number {
    return this.windows.sent;
  }

  add(record: PlannedRecord, arrivalMs: number): void {
    const outcome = record.outcome(arrivalMs);
    this.windows.add(outcome, arrivalMs);
    this.counts.add(outcome);
    this.#arrivals.expect(record.data, arrivalMs);
    if (arrivalMs !== record.timeMs) this.late += 1;
  }
}

/** The windows or, where a bucket size is asked for, its counts. */
async function exportResult(
  path: string,
  tables: Tables,
  source: DeployedSource,
  { bucket }: DemoOptions,
  windows: readonly WindowTotal[],
): Promise<void> {
  if (bucket !== undefined) return exportCounts(path, tables, source, bucket);
  const configured = (source.event.measures ?? []).map(({ name }) => name);
  await pipeline(windowCsvLines(windows, measureNames(windows, configured)), createWriteStream(path));
}
