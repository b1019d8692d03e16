import { decisionsCacheMs } from '@tidemark/core/limits';
import type { Cutoffs } from '@tidemark/core/prune/cutoff';
import { cutoffsOf } from '@tidemark/core/prune/cutoff';
import { closeRestored, restorable, restoredMsDefault } from '@tidemark/core/prune/restored';
import { raiseFloors, workedFloors } from '@tidemark/core/prune/rise';
import type { PrepareAnswer, PrepareCall } from '@tidemark/core/prune/steps';
import { takeLock } from '@tidemark/core/replay/lock';
import type { RunItem } from '@tidemark/core/replay/run';
import type { SpanSize } from '@tidemark/core/series/key';
import { StepFailure } from '../runs/failure.ts';
import type { Step } from './step.ts';

/** Kept beside what readers may remember the floors for, in seconds. */
const marginSeconds = 5;

/** Takes the lock, writes down the run, and says from when on counting keeps away from what is to go. Nothing is touched where the lock is another run's. */
export async function prepare(step: Step<PrepareCall>): Promise<PrepareAnswer> {
  const { call, control } = step;
  const known = await control.run(call.run);
  if (known?.Outcome !== undefined) throw new StepFailure('Aborted', `run ${call.run} has ended: ${known.Outcome}`);
  return call.kind === 'prune' ? preparePrune(step, known) : prepareRestore(step);
}

async function preparePrune(step: Step<PrepareCall>, known: RunItem | undefined): Promise<PrepareAnswer> {
  const { call, control, nowMs } = step;
  const { sizes: only } = call.request;
  const cutoffs = known?.Cutoffs === undefined ? askedCutoffs(step) : {};
  await lock(step);
  await writeRun(step, { Phase: 'preparing' });
  // Stamped when it is written: only the time from then on keeps every memory of the time before away.
  const floors = await control.changeFloors((item) =>
    closeRestored(raiseFloors(item, cutoffs, Date.now()), nowMs, only),
  );
  const worked = workedFloors(floors, only);
  await control.setRun(
    call.run,
    { Phase: 'waiting for the floor' },
    {
      Cutoffs: worked.cutoffs,
      ...(worked.effectiveMs === undefined ? {} : { EffectiveMs: worked.effectiveMs }),
    },
  );
  const { EffectiveMs = nowMs } = (await control.run(call.run)) ?? {};
  const floorSeconds = Math.ceil((EffectiveMs - Date.now()) / 1000);
  // A reader may have looked at what was closed just before.
  return { waitSeconds: Math.max(floorSeconds, decisionsCacheMs / 1000 + marginSeconds) };
}

function askedCutoffs({ call, nowMs }: Step<PrepareCall>): Cutoffs {
  try {
    const cutoffs = cutoffsOf(call.settings, call.request, nowMs);
    if (Object.keys(cutoffs).length > 0) return cutoffs;
  } catch (error) {
    if (error instanceof RangeError) throw new StepFailure('BadCall', `request.beforeMs: ${error.message}`);
    throw error;
  }
  throw new StepFailure('NothingToPrune', 'no size has a retention: say what is to go with --older-than');
}

/** What lies below the floors then is what the run brings back: they only rise. */
async function prepareRestore(step: Step<PrepareCall>): Promise<PrepareAnswer> {
  const { call, control, nowMs } = step;
  const { from, toMs = Number.POSITIVE_INFINITY, untilMs, sizes = call.settings.sizes } = call.request;
  if (typeof from !== 'number') throw new StepFailure('BadCall', 'request.from: a restore is of a range');
  const floors = await control.floors();
  const below = Object.keys(restorable(floors, sizes, from, toMs)) as SpanSize[];
  if (below.length === 0) {
    throw new StepFailure('NothingToRestore', 'nothing of that range lies below a prune floor');
  }
  await lock(step);
  // Read again: only whoever has the lock raises them.
  const { cutoffs } = workedFloors(await control.floors(), below);
  const UntilMs = untilMs ?? nowMs + restoredMsDefault;
  await writeRun(step, { Phase: 'preparing', Sizes: below, UntilMs, Cutoffs: cutoffs });
  return { waitSeconds: 0 };
}

async function lock({ call, control, nowMs }: Step<PrepareCall>): Promise<void> {
  const { run, kind, execution } = call;
  await control.change((item) => takeLock(item, { run, kind, execution, nowMs }));
}

/** What is written first holds: the step may come again. */
async function writeRun({ call, control, nowMs }: Step<PrepareCall>, fields: Partial<RunItem>): Promise<void> {
  const { request, kind, execution, run } = call;
  const { from, toMs, beforeMs, sizes, nightly, reason, startedBy } = request;
  await control.setRun(
    run,
    {},
    {
      Kind: kind,
      StartedMs: nowMs,
      Execution: execution,
      ...(from === undefined ? {} : { From: from }),
      ...(toMs === undefined ? {} : { ToMs: toMs }),
      ...(beforeMs === undefined ? {} : { BeforeMs: beforeMs }),
      ...(sizes === undefined ? {} : { Sizes: sizes }),
      ...(nightly === undefined ? {} : { Nightly: nightly }),
      ...(reason === undefined ? {} : { Reason: reason }),
      ...(startedBy === undefined ? {} : { StartedBy: startedBy }),
      ...fields,
    },
  );
}
