import { floorsOf } from '../../../control/floors.ts';
import { firstBySize } from '../../../replay/first-bucket.ts';
import { takeLock } from '../../../replay/lock.ts';
import { pipeFromMs } from '../../../replay/pipe-start.ts';
import type { RunItem } from '../../../replay/run.ts';
import { pipeName } from '../../../replay/run.ts';
import type { TimelineItem } from '../../../replay/timeline.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, changeTimeline, readRun, setRun } from '../control.ts';
import type { Step } from '../step.ts';
import { Refusal, request } from '../step.ts';
import type { ReplayWorld } from '../world.ts';

export interface Prepared {
  readonly generation: number | undefined;
  readonly pipe: string | undefined;
  readonly pipeFromMs: number | undefined;
}

/** Takes the lock, and with it a generation that no run ever had; writes the run. */
export function* prepare(world: ReplayWorld, context: RunContext): Step<Prepared> {
  const { request: asked, kind, execution } = context;
  const { Outcome } = yield* readRun(world, asked.run);
  if (Outcome !== undefined) {
    throw new Refusal('Aborted', `it has ended: ${Outcome}`);
  }
  const pipe = kind === 'undo' ? undefined : pipeName('simulated', asked.run);
  if (asked.undoes !== undefined) {
    yield* assertUndoable(world, asked.undoes);
  }
  const { nowMs } = world;
  const take = (item: TimelineItem) =>
    takeLock(lockable(world, item), {
      run: asked.run,
      kind,
      execution,
      nowMs,
      ...(pipe === undefined || !world.rules.pipeNamedFirst ? {} : { pipe }),
    });
  const { Lock } = yield* changeTimeline(world, 'take lock', take, world.rules.oneLock);
  const generation = Lock?.Generation;
  const fromMs = kind === 'replay' && typeof asked.from === 'number' ? asked.from : undefined;
  const fromArrivalMs = fromMs === undefined ? undefined : world.rules.pipeBeginsEarlier ? pipeFromMs(fromMs) : fromMs;
  const item: Partial<RunItem> = {
    Kind: kind,
    Verify: asked.verify === true,
    Force: asked.force === true,
    From: asked.from ?? 'trim-horizon',
    StartedMs: nowMs,
    Execution: execution,
    Phase: 'preparing',
    ...(generation === undefined ? {} : { Generation: generation }),
    ...(yield* rangeOf(world, context)),
    ...(asked.toMs === undefined ? {} : { ToMs: asked.toMs }),
    ...(asked.undoes === undefined ? {} : { Undoes: asked.undoes }),
    ...(fromArrivalMs === undefined ? {} : { PipeFromMs: fromArrivalMs }),
  };
  yield* setRun(world, asked.run, {}, item);
  return { generation, pipe, pipeFromMs: fromArrivalMs };
}

/** A backfill knows its first bucket: the archive holds what the stream does not. */
function* rangeOf({ store, scenario }: ReplayWorld, { kind, request: { from } }: RunContext): Step<Partial<RunItem>> {
  if (kind !== 'backfill' || typeof from !== 'number') {
    return {};
  }
  const floors = floorsOf(yield* request('read floors', () => store.current.floors));
  return { FirstMs: from, First: firstBySize(from, scenario.source.buckets, floors) };
}

/** With a rule off, a lock that is there is not looked at, or a generation is taken that looks free. */
function lockable({ rules }: ReplayWorld, item: TimelineItem): TimelineItem {
  const { Lock, ...free } = item;
  const unlocked: TimelineItem = rules.oneLock ? item : free;
  if (rules.generationUsedOnce) {
    return unlocked;
  }
  const inUse = Object.values(item.Ranges).flatMap((entries = []) => entries.map(({ Generation }) => Generation));
  return { ...unlocked, LastGeneration: Math.max(0, ...inUse) };
}

function* assertUndoable(world: ReplayWorld, undoes: string): Step<void> {
  const undone = yield* readRun(world, undoes);
  const { Outcome, UndoneBy } = undone;
  if (Outcome !== 'switched' || UndoneBy !== undefined) {
    throw new Refusal('CannotUndo', `${undoes} is ${Outcome}`);
  }
  assertNotPruned(world, undoes, undone);
}

/** Refuses to take a run back of which a prune has deleted what it replaced. */
export function assertNotPruned({ checks, nowMs }: ReplayWorld, run: string, item: Partial<RunItem>): void {
  if (item.UndoPrunedBy !== undefined) {
    checks.prunes.undoRefused(run, item, nowMs);
    throw new Refusal('CannotUndo', `${run} was pruned by ${item.UndoPrunedBy}`);
  }
}

/** With a rule off: the lock is told of the pipe only when there is one. */
export function* namePipe(world: ReplayWorld, { request: { run } }: RunContext, pipe: string): Step<void> {
  yield* changeTimeline(world, 'name pipe', (item) => {
    const { Lock, Version } = item;
    const isNamed = Lock?.Run !== run || Lock.Pipe === pipe;
    return { ok: true, item: isNamed ? item : { ...item, Version: Version + 1, Lock: { ...Lock, Pipe: pipe } } };
  });
}

/** From now on the recount is waited for. */
export function* noteRecounting(world: ReplayWorld, context: RunContext): Step<void> {
  yield* assertStanding(world, context);
  yield* setRun(world, context.request.run, {}, { RecountingMs: world.nowMs });
}
