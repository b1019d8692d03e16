import { controlItems } from '@tidemark/core/control/keys';
import { slotRanges } from '@tidemark/core/prune/slots';
import type { PlanAnswer, PlanCall } from '@tidemark/core/prune/steps';
import { runsNoLongerUndoable } from '@tidemark/core/prune/undoable';
import { pruneWork } from '@tidemark/core/prune/work';
import type { RunItem } from '@tidemark/core/replay/run';
import { deleteControlItems } from './control-items.ts';
import { workQuestion } from './question.ts';
import type { StandingRun, Step } from './step.ts';
import { standingRun } from './step.ts';

/** Writes down what is to go, tells whoever can be undone no more, and cuts the catalogue into the parts of the children. */
export async function plan(step: Step<PlanCall>): Promise<PlanAnswer> {
  const run = await standingRun(step);
  const { control, call } = step;
  const isRestore = run.item.Kind === 'restore';
  // Names that are admitted from now on have nothing that is to go: their events arrive after the floors hold.
  const SlotsTotal = run.item.SlotsTotal ?? (await control.names()).length;
  await forgetOtherRuns(step);
  if (isRestore) await control.setRun(call.run, { Phase: 'restoring' }, { SlotsTotal, Restored: {} });
  else await planWork(step, run, SlotsTotal);
  return { children: slotRanges(SlotsTotal - 1) };
}

async function planWork(step: Step<PlanCall>, { timeline, item }: StandingRun, SlotsTotal: number): Promise<void> {
  const { control, call } = step;
  const question = await workQuestion(step, timeline, item);
  const planned = item.Work ?? pruneWork(question);
  await control.setRun(call.run, {}, { Work: planned, SlotsTotal, Pruned: {} } satisfies Partial<RunItem>);
  // Another invocation of this step may have written it first, a moment earlier or later: what goes is what stands there.
  const { Work = planned } = (await control.run(call.run)) ?? {};
  // Before anything is deleted: an undo that is asked for from now on is refused.
  for (const { run } of runsNoLongerUndoable(question.runs, question.floors, Work)) {
    await control.setRun(run, {}, { UndoPrunedBy: call.run });
  }
  await control.setRun(call.run, { Phase: 'pruning' });
}

/** What children of runs have left behind that were stopped: only one run has the lock. */
async function forgetOtherRuns(step: Step<PlanCall>): Promise<void> {
  const items = await step.control.itemsOf(controlItems.pruningPrefix(), ['Item']);
  const own = controlItems.pruningPrefix(step.run);
  const others = items.map(({ Item }) => String(Item)).filter((item) => !item.startsWith(own));
  await deleteControlItems(step, others);
}
