import { setTimeout as wait } from 'node:timers/promises';
import { abort } from '@tidemark/core/replay/lock';
import { tellRefusal } from '@tidemark/core/replay/refusal';
import type { WatchdogCall } from '@tidemark/core/replay/watchdog';
import { invoke } from '../aws/lambda.ts';
import { Failure } from '../failure.ts';
import { interruptible } from '../interruptible.ts';
import { startProgress } from '../progress.ts';
import { commandOf, type Target } from '../target.ts';
import type { Terminal } from '../terminal.ts';
import type { Clients } from './clients.ts';
import { changeTimeline, type FoundRun, readRun, readTimeline } from './runs.ts';

/** Throws a Failure for a run that has ended or switched. */
export async function requireCancellable(target: Target, { tables }: Clients, found: FoundRun): Promise<void> {
  const { source, run, item } = found;
  const { Lock } = await readTimeline(tables, source);
  if (Lock?.Run !== run) {
    throw new Failure(
      `run ${run} has ended${item.Outcome === undefined ? '' : `: ${item.Outcome}`}; there is nothing to cancel`,
    );
  }
  if (Lock.Stage === 'switched') throw switchedFailure(target, found);
}

export interface CancelReach {
  readonly target: Target;
  readonly clients: Clients;
  /** Name of the function that cleans up. */
  readonly watchdog: string;
  readonly terminal: Terminal;
}

/** Two minutes are waited for calls that may be on their way, and a pipe takes minutes to go. By the wall, in milliseconds. */
const cleanupMsMax = 15 * 60_000;
const pauseMs = 3_000;

/**
 * Wins the abort, which makes a switch that comes late fail; stops the execution; and has the watchdog let go of what was held. Undefined where
 * the operator leaves while it cleans up.
 */
export async function cancelRun(reach: CancelReach, found: FoundRun): Promise<FoundRun | undefined> {
  const { target, clients, watchdog, terminal } = reach;
  const { source, run, item } = found;
  const nowMs = await target.nowMs();
  const change = await changeTimeline(clients.tables, source, (timeline) => abort(timeline, run, nowMs));
  if (!change.ok && change.refusal.kind === 'switched') throw switchedFailure(target, found);
  if (!change.ok && change.refusal.kind !== 'lock-lost') throw new Failure(tellRefusal(change.refusal));
  const execution = change.ok ? (change.item.Lock?.Execution ?? item.Execution) : item.Execution;
  await clients.states.stop(execution, 'cancelled by an operator');
  const signal = terminal.interruption();
  const progress = startProgress(terminal, () => `Run ${run} is stopped; letting go of what it held ...`);
  const startedMs = performance.now();
  try {
    for (;;) {
      await interruptible(invoke(target.client, watchdog, callOf(source.name)), signal);
      const latest = await readRun(clients.tables, source, run);
      const { Lock } = await readTimeline(clients.tables, source);
      if (Lock?.Run !== run && latest !== undefined) return latest;
      if (performance.now() - startedMs > cleanupMsMax) throw unreleased(run);
      await wait(pauseMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.stop();
    terminal.note(`\nRun ${run} is cancelled. What is left of it is cleaned up within minutes.\n`);
    return undefined;
  } finally {
    progress.stop();
  }
}

function callOf(source: string): WatchdogCall {
  return { sources: [source] };
}

function switchedFailure(target: Target, { run, item }: FoundRun): Failure {
  return new Failure(
    item.Kind === 'undo'
      ? `run ${run} has switched and ends by itself`
      : `run ${run} has switched, and cannot be cancelled any more. When it has ended, use undo: ${commandOf(target)} replay undo ${run}`,
  );
}

function unreleased(run: string): Failure {
  return new Failure(
    `Run ${run} is aborted and stopped, but its lock was not released within 15 minutes. The watchdog goes on every five minutes: see docs/operating/runbook.md, "Replay: the lock is not released"`,
  );
}
