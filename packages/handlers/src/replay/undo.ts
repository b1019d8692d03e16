import type { Floors } from '@tidemark/core/control/floors';
import { firstStart, joinKey, spanMs } from '@tidemark/core/replay/compare';
import type { UndoReport } from '@tidemark/core/replay/report';
import { reportKey } from '@tidemark/core/replay/report';
import type { RunItem } from '@tidemark/core/replay/run';
import type { UndoAnswer, UndoCall, UndoCursor } from '@tidemark/core/replay/switch-steps';
import type { Assignment } from '@tidemark/core/replay/timeline';
import { assign, earliestMs, rangesOf } from '@tidemark/core/replay/timeline';
import type { UndoPlan } from '@tidemark/core/replay/undo';
import { holdOf, Stays, stayReasonOf, undoOf } from '@tidemark/core/replay/undo';
import type { SpanSize } from '@tidemark/core/series/key';
import { decodeBucket, sliceOfShard } from '@tidemark/core/series/key';
import { StepFailure } from '../runs/failure.ts';
import { assertNotPruned } from './not-pruned.ts';
import { noteCorrections } from './noted-corrections.ts';
import { partialsOf } from './pairs.ts';
import type { StandingRun, Step } from './step.ts';
import { standingRun } from './step.ts';
import { commit } from './switch.ts';
import { unitsFrom } from './units.ts';

/** The run that is taken back: it has switched, and so it has all of these. */
type UndoneRun = RunItem & Required<Pick<RunItem, 'Generation' | 'HoldCheckpoints' | 'Before'>>;

type SizePlan = UndoPlan & { readonly size: SpanSize };

/** Looks at every partial of the run that is taken back; then switches the buckets into which nothing was counted since. */
export async function undo(step: Step<UndoCall>): Promise<UndoAnswer> {
  const { call, control } = step;
  const run = await standingRun(step);
  const undone = await undoneRun(step, run);
  const { Stage } = run.timeline.Lock ?? {};
  const isSwitched = Stage === 'switched';
  // A prune may have had the lock between the first step's look at the run and its taking of the lock.
  if (!isSwitched) await assertNotPruned(control, run.item.Undoes ?? '', undone);
  if (!isSwitched && (Stage !== 'holding' || run.item.HoldCheckpoints === undefined)) {
    throw new StepFailure('OutOfTurn', 'live counting is not held and drained');
  }
  const plan = isSwitched ? [] : await planned(step, run, undone);
  if ('cursor' in plan) return { done: false, cursor: plan.cursor };
  const switched = await commit(step, run, plan);
  await control.setRun(run.item.Undoes ?? '', {}, { UndoneBy: call.run });
  const { GivenBack = 0, Stays: stays = 0 } = (await control.run(call.run)) ?? {};
  return { done: true, givenBack: GivenBack, stays, reportKey: reportKey(call.source, call.run), ...switched };
}

/** What is to be assigned, when all was looked at, and what is to be corrected was noted; where the time was up before, where to go on. */
async function planned(
  step: Step<UndoCall>,
  run: StandingRun,
  undone: UndoneRun,
): Promise<readonly Assignment[] | { readonly cursor: UndoCursor }> {
  const { cursor } = step.call;
  const floors = await step.control.floors();
  const looked = cursor?.noted === undefined ? await look(step, run, undone, floors) : { isDone: true, cursor };
  if (!looked.isDone) return { cursor: looked.cursor };
  const plans = plansOf(run, undone, floors, step.call.settings.sizes, looked.cursor);
  const assignments = plans.flatMap((plan) => plan.assignments);
  const { Ranges: before } = run.timeline;
  const change = { before, now: assign(before, assignments), isUndo: true };
  const { isDone, ...noted } = await noteCorrections(step, change, looked.cursor.noted ?? { parts: 0 });
  if (!isDone) return { cursor: { ...looked.cursor, noted } };
  await writePlan(step, run, plans, noted.parts);
  return assignments;
}

async function undoneRun({ control }: Step<UndoCall>, { item }: StandingRun): Promise<UndoneRun> {
  const undone = item.Undoes === undefined ? undefined : await control.run(item.Undoes);
  if (undone?.Before === undefined || undone.HoldCheckpoints === undefined || undone.Generation === undefined) {
    throw new StepFailure('CannotUndo', `run ${item.Undoes} did not switch`);
  }
  return undone as UndoneRun;
}

/** Goes over the partials of the run's generation, wherever the timeline still names it above the prune floor, for a bounded time. */
async function look(
  step: Step<UndoCall>,
  { timeline }: StandingRun,
  { Generation: generation, HoldCheckpoints }: UndoneRun,
  floors: Floors,
): Promise<{ readonly isDone: boolean; readonly cursor: UndoCursor }> {
  const { call, control } = step;
  const { sizes } = call.settings;
  const begun = call.cursor ?? { stays: {}, last: {} };
  const stays = new Map(sizes.map((size) => [size, new Stays(size, begun.stays[size])]));
  const last: Partial<Record<SpanSize, number>> = { ...begun.last };
  const cursorAt = (after?: UndoCursor['after']): UndoCursor => ({
    stays: Object.fromEntries([...stays].map(([size, { spans }]) => [size, spans])),
    last,
    ...(after === undefined ? {} : { after }),
  });
  for (const unit of unitsFrom(sizes, await control.names(), begun.after)) {
    const { size, name } = unit;
    const hold = holdOf(size, HoldCheckpoints, sliceOfShard);
    const floorMs = Math.max(earliestMs, firstStart(size, floors.highestFloor(size)));
    const ranges = rangesOf(timeline, size, floorMs).filter((range) => range.generation === generation);
    for await (const rows of partialsOf(step, unit, ranges)) {
      for (const { Bucket, LastSequence: fence } of rows) {
        const { startMs, slice } = decodeBucket(Bucket);
        last[size] = Math.max(last[size] ?? startMs, startMs);
        const reason = stayReasonOf({ startMs, slice, fence }, hold);
        if (reason !== undefined) stays.get(size)?.add(startMs, reason);
      }
      const key = joinKey(rows.at(-1)?.Bucket ?? '');
      if (step.isTimeUp()) return { isDone: false, cursor: cursorAt({ size, name, key }) };
    }
    if (step.isTimeUp()) return { isDone: false, cursor: cursorAt({ size, name, key: '~' }) };
  }
  return { isDone: true, cursor: cursorAt() };
}

function plansOf(
  { timeline }: StandingRun,
  { Generation: generation, Before }: UndoneRun,
  floors: Floors,
  sizes: readonly SpanSize[],
  { stays, last }: UndoCursor,
): SizePlan[] {
  return sizes.map((size) => ({
    size,
    ...undoOf(timeline, Before, {
      size,
      generation,
      lastMs: last[size],
      stays: stays[size] ?? [],
      floorMs: floors.highestFloor(size),
    }),
  }));
}

/** Writes down what will be given back and what stays, with the reasons, before anything is switched. */
async function writePlan(
  { call, control, s3, signal }: Step<UndoCall>,
  run: StandingRun,
  plans: readonly SizePlan[],
  NotedParts: number,
): Promise<void> {
  const key = reportKey(call.source, call.run);
  const instant = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
  const report: UndoReport = {
    run: call.run,
    source: call.source,
    undoes: run.item.Undoes ?? '',
    givenBack: plans.flatMap(({ size, assignments }) =>
      assignments.map(({ fromMs, toMs, generation }) => ({
        size,
        from: instant(fromMs),
        to: instant(toMs),
        generation,
      })),
    ),
    stays: plans.flatMap(({ size, stays }) =>
      stays.map(({ fromMs, toMs, reason }) => ({ size, from: instant(fromMs), to: instant(toMs), reason })),
    ),
  };
  await s3.putJson(call.settings.bucket, key, report, signal);
  const staying = plans.reduce((sum, { size, stays }) => sum + bucketsIn(size, stays), 0);
  const GivenBack = report.givenBack.length;
  await control.setRun(call.run, { Phase: 'undoing', ReportKey: key, GivenBack, NotedParts, Stays: staying });
}

function bucketsIn(size: SpanSize, spans: readonly { readonly fromMs: number; readonly toMs: number }[]): number {
  return spans.reduce((sum, { fromMs, toMs }) => sum + Math.round((firstStart(size, toMs) - fromMs) / spanMs(size)), 0);
}
