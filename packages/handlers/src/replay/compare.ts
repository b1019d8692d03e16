import type { ComparedRow } from '@tidemark/core/replay/compare';
import { firstStart, joinKey } from '@tidemark/core/replay/compare';
import type { CompareAnswer, CompareCall, CompareCursor } from '@tidemark/core/replay/recount-steps';
import type { ReportLine } from '@tidemark/core/replay/report';
import { emptyComparison, outcomeOf, partKey } from '@tidemark/core/replay/report';
import { generationOf } from '@tidemark/core/replay/timeline';
import { quietSeconds } from '@tidemark/core/replay/watchdog';
import type { SpanSize } from '@tidemark/core/series/key';
import { encodeBucket } from '@tidemark/core/series/key';
import { inParallel } from '../parallel.ts';
import { Comparison, readCheckpoints } from './comparison.ts';
import { pairsOf, segmentsOf } from './pairs.ts';
import { writeReport } from './report.ts';
import type { StandingRun, Step } from './step.ts';
import { standingRun } from './step.ts';
import { unitsFrom } from './units.ts';

/** What could not be decided is looked at again so many times, after so many seconds each. */
const againMax = 3;
const againSeconds = 30;
/** Undecided partials that are read at once. */
const chunkLines = 500;

const beginning: CompareCursor = { pass: 0, part: 0, parts: [], tally: emptyComparison, worst: [] };

/** Compares the true generation with the recount's, partial by partial, for a bounded time. */
export async function compare(step: Step<CompareCall>): Promise<CompareAnswer> {
  const { call, control } = step;
  const cursor = call.cursor ?? beginning;
  const run = await standingRun(step);
  await control.setRun(call.run, { Phase: 'comparing' });
  const comparison = new Comparison(step, cursor, await readCheckpoints(step, run.generation));
  const stopped =
    cursor.pass === 0 ? await compareAll(step, run, comparison) : await compareAgain(step, run, comparison);
  await comparison.endPart();
  const { tally, worst, part } = comparison;
  await control.setRun(call.run, { Compared: tally });
  if (stopped !== undefined) {
    return { done: false, waitSeconds: 0, cursor: { ...cursor, ...stopped, part, tally, worst } };
  }
  const parts = [...cursor.parts, part];
  const mayBeDecided = tally.UndecidedClosed > 0 || (cursor.pass === 0 && tally.Undecided > 0);
  if (mayBeDecided && cursor.pass < againMax) {
    const left = { ...tally, Undecided: 0, UndecidedClosed: 0 };
    const next = { pass: cursor.pass + 1, part: 0, parts, done: { part: 0, line: 0 }, tally: left, worst };
    return { done: false, waitSeconds: againSeconds, cursor: next };
  }
  const outcome = outcomeOf(tally);
  const reportKey = await writeReport(step, run, { outcome, tally, worst, parts });
  const { Verify = false, Force = false } = run.item;
  const proceed = !Verify && (Force || outcome === 'different');
  const quiet = quietSeconds(run.item.RecountingMs, step.nowMs);
  return { done: true, outcome, proceed, quietSeconds: quiet, compared: tally, reportKey };
}

/** All partials from the first bucket on. Returns where it stopped, undefined at the end. */
async function compareAll(
  step: Step<CompareCall>,
  { timeline, item, generation }: StandingRun,
  comparison: Comparison,
): Promise<Pick<CompareCursor, 'after'> | undefined> {
  const { call, control } = step;
  const { First = {}, ToMs } = item;
  const sizes = call.settings.sizes.filter((size) => First[size] !== undefined);
  for (const unit of unitsFrom(sizes, await control.names(), call.cursor?.after)) {
    const { size, name, after } = unit;
    const toMs = ToMs === undefined ? undefined : firstStart(size, ToMs);
    const segments = segmentsOf(size, First[size] ?? 0, toMs, timeline.Ranges, generation);
    let key = after ?? '';
    for await (const pairs of pairsOf(step, unit, segments, after)) {
      for (const pair of pairs) comparison.judge(name, size, pair);
      key = pairs.at(-1)?.key ?? key;
      if (comparison.isPartFull) await comparison.endPart();
      if (step.isTimeUp()) return { after: { size, name, key } };
    }
    if (step.isTimeUp()) return { after: { size, name, key: '~' } };
  }
  return undefined;
}

/** Those that the pass before could not decide. Returns where it stopped, undefined at the end. */
async function compareAgain(
  step: Step<CompareCall>,
  run: StandingRun,
  comparison: Comparison,
): Promise<Pick<CompareCursor, 'done'> | undefined> {
  const { call, s3, signal } = step;
  const { pass, parts, done = { part: 0, line: 0 } } = call.cursor ?? beginning;
  for (let part = done.part; part < (parts[pass - 1] ?? 0); part += 1) {
    const text = await s3.getText(call.settings.bucket, partKey(call.source, call.run, pass - 1, part), signal);
    const lines = text.trimEnd().split('\n');
    for (let line = part === done.part ? done.line : 0; line < lines.length; line += chunkLines) {
      if (step.isTimeUp()) return { done: { part, line } };
      const found = lines.slice(line, line + chunkLines).map((each) => JSON.parse(each) as ReportLine);
      await judgeAgain(
        step,
        run,
        comparison,
        found.filter(({ verdict }) => verdict === 'undecided'),
      );
      if (comparison.isPartFull) await comparison.endPart();
    }
  }
  return undefined;
}

async function judgeAgain(
  step: Step<CompareCall>,
  { timeline, generation }: StandingRun,
  comparison: Comparison,
  lines: readonly ReportLine[],
): Promise<void> {
  const pairs = await inParallel(lines, async ({ name, size, start, slice }) => {
    const startMs = Date.parse(start);
    const [live, recount] = await Promise.all(
      [generationOf(timeline, size, startMs), generation].map((each) =>
        readPartial(step, name, encodeBucket({ size, generation: each, startMs, slice })),
      ),
    );
    const key = joinKey(encodeBucket({ size, generation, startMs, slice }));
    return { key, ...(live === undefined ? {} : { live }), ...(recount === undefined ? {} : { recount }) };
  });
  for (const [at, pair] of pairs.entries()) {
    const line = lines[at];
    // Somebody may have deleted both.
    if (line === undefined || (pair.live === undefined && pair.recount === undefined)) continue;
    comparison.judge(line.name, line.size as SpanSize, pair);
  }
}

async function readPartial(
  { dynamodb, call, signal }: Step<CompareCall>,
  EventName: string,
  Bucket: string,
): Promise<ComparedRow | undefined> {
  const item = await dynamodb.get(call.settings.seriesTable, { EventName, Bucket }, signal);
  return item as unknown as ComparedRow | undefined;
}
