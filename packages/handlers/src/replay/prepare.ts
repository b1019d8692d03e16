import type { AskedRange } from '@tidemark/core/replay/below-floor';
import { belowFloors } from '@tidemark/core/replay/below-floor';
import { firstBySize } from '@tidemark/core/replay/first-bucket';
import { takeLock } from '@tidemark/core/replay/lock';
import { pipeFromMs, pipeStart } from '@tidemark/core/replay/pipe-start';
import type { PrepareAnswer, PrepareCall } from '@tidemark/core/replay/recount-steps';
import type { RunItem } from '@tidemark/core/replay/run';
import { pipeName } from '@tidemark/core/replay/run';
import { StepFailure } from '../runs/failure.ts';
import { assertNotPruned } from './not-pruned.ts';
import type { Step } from './step.ts';

/** Takes the lock and, for a replay or backfill, a generation; then writes down the run. Nothing is touched where the lock is another run's. */
export async function prepare(step: Step<PrepareCall>): Promise<PrepareAnswer> {
  const { call, control } = step;
  const known = await control.run(call.run);
  if (known?.Outcome !== undefined) throw new StepFailure('Aborted', `run ${call.run} has ended: ${known.Outcome}`);
  return call.kind === 'undo' ? prepareUndo(step) : prepareRecount(step);
}

async function prepareRecount(step: Step<PrepareCall>): Promise<PrepareAnswer> {
  const { call } = step;
  const { settings, request, kind, run } = call;
  const fromMs = request.from === 'trim-horizon' ? undefined : request.from;
  const pipe = pipeName(settings.pipePrefix, run);
  if (kind === 'backfill') return prepareBackfill(step, fromMs, pipe);
  if (fromMs !== undefined) await assertAboveFloors(step, { fromMs });
  const generation = await lock(step, pipe);
  const PipeFromMs = fromMs === undefined ? undefined : pipeFromMs(fromMs);
  await writeRun(step, {
    Generation: generation,
    Pipe: pipe,
    Phase: 'starting pipe',
    ...(PipeFromMs === undefined ? {} : { PipeFromMs }),
  });
  return { generation, pipe, start: pipeStart(PipeFromMs) };
}

/** A backfill knows its first bucket: the archive holds what the stream does not. Its pipe begins where that ends (tail.ts). */
async function prepareBackfill(
  step: Step<PrepareCall>,
  fromMs: number | undefined,
  pipe: string,
): Promise<PrepareAnswer> {
  const { call, control } = step;
  const { archive, sizes } = call.settings;
  if (fromMs === undefined || !archive)
    throw new StepFailure('BadCall', 'a backfill is of a range, and of a source with an archive');
  const { toMs } = call.request;
  await assertAboveFloors(step, { fromMs, ...(toMs === undefined ? {} : { toMs }) });
  const generation = await lock(step, pipe);
  const First = firstBySize(fromMs, sizes, await control.floors());
  await writeRun(step, { Generation: generation, Pipe: pipe, FirstMs: fromMs, First, Phase: 'reading the archive' });
  const archived = await control.checkpoints('archive');
  return { generation, pipe, shards: [...archived.keys()].sort().map((shardId) => ({ shardId })) };
}

/** Before the lock is taken: where a prune raises a floor just then, the first bucket lies at it all the same. */
async function assertAboveFloors({ call, control }: Step<PrepareCall>, range: AskedRange): Promise<void> {
  const refusal = belowFloors(await control.floors(), call.settings.sizes, range);
  if (refusal !== undefined) throw new StepFailure('BelowFloor', refusal);
}

/** An undo needs the run that it takes back whole: what was true before, and how far live counting was when it was held. */
async function prepareUndo(step: Step<PrepareCall>): Promise<PrepareAnswer> {
  const { call, control } = step;
  const { undoes } = call.request;
  if (undoes === undefined) throw new StepFailure('BadCall', 'request.undoes: an undo is of a run');
  const undone = await control.run(undoes);
  if (undone === undefined) throw new StepFailure('CannotUndo', `there is no run ${undoes}`);
  const isOurs = undone.UndoneBy === undefined || undone.UndoneBy === call.run;
  if (!isOurs) throw new StepFailure('CannotUndo', `run ${undoes} was undone by ${undone.UndoneBy}`);
  const { Outcome, Before, HoldCheckpoints, Generation } = undone;
  if (Outcome !== 'switched' || !Before || !HoldCheckpoints || Generation === undefined) {
    throw new StepFailure('CannotUndo', `run ${undoes} did not switch: it ${Outcome ?? 'has not ended'}`);
  }
  await assertNotPruned(control, undoes, undone);
  await lock(step);
  await writeRun(step, { Undoes: undoes, Phase: 'preparing' });
  return {};
}

/** The generation that the run may count into. */
async function lock({ call, control, nowMs }: Step<PrepareCall>, pipe?: string): Promise<number> {
  const { run, kind, execution } = call;
  const request = { run, kind, execution, nowMs, ...(pipe === undefined ? {} : { pipe }) };
  const { Lock } = await control.change((item) => takeLock(item, request));
  return Lock?.Generation ?? 0;
}

/** What is written first holds: the step may come again. */
async function writeRun({ call, control, nowMs }: Step<PrepareCall>, fields: Partial<RunItem>): Promise<void> {
  const { request, kind, execution, run, settings } = call;
  const { from, toMs, verify, force, reason, startedBy } = request;
  await control.setRun(
    run,
    {},
    {
      Kind: kind,
      ...(from === undefined ? {} : { From: from }),
      StartedMs: nowMs,
      Execution: execution,
      Settings: settings,
      ...(toMs === undefined ? {} : { ToMs: toMs }),
      ...(verify === undefined ? {} : { Verify: verify }),
      ...(force === undefined ? {} : { Force: force }),
      ...(reason === undefined ? {} : { Reason: reason }),
      ...(startedBy === undefined ? {} : { StartedBy: startedBy }),
      ...fields,
    },
  );
}
