import { setTimeout as sleep } from 'node:timers/promises';
import type { RunItem, RunOutcome, RunPhase } from '@tidemark/core/replay/run';
import type { Asked, StartedRun } from '../../src/exactness/replay/runs.ts';
import type { FunctionUse } from '../metering/function-use.ts';
import type { SteppedEngine } from '../metering/stepped-engine.ts';
import type { DrivenRuns, HistoryEvent } from '../replay/driven-runs.ts';
import { pruneFunction } from '../replay/run-functions.ts';

/** A prune or a restore that ended as it should, and what it used. */
export interface MeteredPrune {
  readonly item: RunItem;
  /** In which its children worked, of wall time. */
  readonly seconds: number;
  /** Of the function that does all of its steps. */
  readonly use: FunctionUse;
  readonly transitions: number;
}

export interface PruneWork {
  readonly asked: Asked;
  readonly outcome: RunOutcome;
  /** What goes on while the children work, until the signal says so. */
  readonly beside?: (signal: AbortSignal) => Promise<unknown>;
}

const lookMs = 50;
/** In which the children are at work. */
const phases: readonly RunPhase[] = ['pruning', 'restoring'];

/** Has a prune or a restore done by the real state machine and function. The clock goes as the wall does, and its waits pass at once. */
export async function meteredPrune(
  stepped: SteppedEngine,
  runs: DrivenRuns,
  { asked, outcome, beside }: PruneWork,
): Promise<MeteredPrune> {
  const before = stepped.read();
  const started = await runs.start('prune', asked);
  const over = new AbortController();
  const [{ item, history }] = await Promise.all([
    runs.end(started, outcome).finally(() => over.abort()),
    besideWork(runs, started, over.signal, beside),
  ]);
  await stepped.settled();
  const after = stepped.read();
  const transitionsOf = ({ meter }: typeof after): number =>
    meter.stateMachines.reduce((sum, { transitions }) => sum + transitions, 0);
  return {
    item,
    seconds: workedMs(history) / 1000,
    use: stepped.useBetween(before, after, pruneFunction(stepped.engine)),
    transitions: transitionsOf(after) - transitionsOf(before),
  };
}

/** Nothing before the children begin: the clock jumps until then. */
async function besideWork(
  runs: DrivenRuns,
  started: StartedRun,
  signal: AbortSignal,
  beside: PruneWork['beside'],
): Promise<void> {
  if (beside === undefined) return;
  while (!signal.aborted) {
    const phase = (await runs.itemOf(started))?.Phase;
    if (phase !== undefined && phases.includes(phase)) {
      await beside(signal);
      return;
    }
    await sleep(lookMs);
  }
}

function workedMs(history: readonly HistoryEvent[]): number {
  const atOf = (type: string): number => {
    const [event, ...others] = history.filter((each) => each.type === type);
    if (event === undefined || others.length > 0) throw new Error(`expected one ${type} in the history`);
    return event.atMs;
  };
  return atOf('MapStateExited') - atOf('MapStateEntered');
}
