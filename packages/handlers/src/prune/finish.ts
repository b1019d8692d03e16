import { controlItems, recountOf } from '@tidemark/core/control/keys';
import { reportKey } from '@tidemark/core/prune/object';
import { pruneReport, restoreReport } from '@tidemark/core/prune/report';
import type { FinishAnswer, FinishCall } from '@tidemark/core/prune/steps';
import type { SweptGeneration } from '@tidemark/core/prune/swept';
import { sweptGenerations } from '@tidemark/core/prune/swept';
import { release } from '@tidemark/core/replay/lock';
import type { RunItem } from '@tidemark/core/replay/run';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import { failureOf, StepFailure } from '../runs/failure.ts';
import { showChildren } from './child.ts';
import { deleteControlItems } from './control-items.ts';
import { workQuestion } from './question.ts';
import type { Step } from './step.ts';

/** Sweeps what is left of generations that are gone, writes the report and how the run ended, then releases the lock. What was written first holds. */
export async function finish(step: Step<FinishCall>): Promise<FinishAnswer> {
  const { call, control, run, nowMs } = step;
  const { outcome, error } = call;
  const timeline = await control.timeline();
  const before = await control.run(run);
  if (before === undefined) throw new StepFailure('BadCall', `run ${run} was not prepared`);
  const ends = release(timeline, run);
  if (!ends.ok) throw failureOf(ends.refusal);
  // Without the lock the run was ended before, by this step or by the watchdog.
  if (timeline.Lock?.Run === run) await concludeRun(step, timeline, before);
  await control.setRun(
    run,
    { Phase: 'ended' },
    {
      Outcome: outcome,
      EndedMs: nowMs,
      ...(error === undefined ? {} : { Error: `${error.name}: ${error.cause}` }),
    },
  );
  await control.change((item) => release(item, run));
  const { Outcome = outcome, ReportKey } = (await control.run(run)) ?? {};
  return { outcome: Outcome, ...(ReportKey === undefined ? {} : { reportKey: ReportKey }) };
}

async function concludeRun(step: Step<FinishCall>, timeline: TimelineItem, item: RunItem): Promise<void> {
  const { call, control } = step;
  const field = item.Kind === 'restore' ? 'Restored' : 'Pruned';
  const children = item[field] === undefined ? [] : await showChildren(step, field);
  const swept = call.outcome === 'pruned' && item.Outcome === undefined ? await sweep(step, timeline, item) : [];
  // A report that is there says of more generations what no longer can be seen.
  if (item.ReportKey === undefined) await writeReport(step, swept);
  for (const each of swept) await control.setRun(each.run, {}, { Swept: true });
  await deleteControlItems(step, children);
}

/** Deletes checkpoints and ledgers of generations that no partial is left of. */
async function sweep(step: Step<FinishCall>, timeline: TimelineItem, item: RunItem): Promise<SweptGeneration[]> {
  const { control } = step;
  const swept = sweptGenerations(await workQuestion(step, timeline, item), item.Work ?? []);
  for (const { generation } of swept) {
    const recount = recountOf(generation);
    for (const prefix of [controlItems.checkpointPrefix(recount), controlItems.ledgerPrefix(recount)]) {
      const items = await control.itemsOf(prefix, ['Item']);
      await deleteControlItems(
        step,
        items.map(({ Item }) => String(Item)),
      );
    }
  }
  return swept;
}

async function writeReport(
  { call, control, s3, settings, signal }: Step<FinishCall>,
  swept: readonly SweptGeneration[],
): Promise<void> {
  const { run, source, outcome } = call;
  const item = await control.run(run);
  if (item === undefined) return;
  const ended = { run, source, outcome, item };
  const key = reportKey(source, run);
  const [, ...names] = await control.names();
  const report =
    item.Kind === 'restore'
      ? restoreReport(ended)
      : pruneReport(
          ended,
          names,
          swept.map(({ generation }) => generation),
        );
  await s3.putJson(settings.bucket, key, report, signal);
  await control.setRun(run, {}, { ReportKey: key });
}
