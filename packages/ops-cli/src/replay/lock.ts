import type { DeployedSource } from '@tidemark/core/deployment';
import type { RunLock } from '@tidemark/core/replay/lock';
import type { Tables } from '../aws/dynamodb.ts';
import { Failure } from '../failure.ts';
import { renderDuration, renderInstant } from '../render.ts';
import { commandOf, type Target } from '../target.ts';
import { familyOf } from './family.ts';
import { readRun, readTimeline } from './runs.ts';

/** Throws a Failure while a run has the lock of a source: who, since when, and what can be done about it. */
export async function refuseWhileLocked(target: Target, tables: Tables, source: DeployedSource): Promise<void> {
  const { Lock } = await readTimeline(tables, source);
  if (Lock !== undefined) throw await lockedFailure(target, tables, source, Lock);
}

async function lockedFailure(target: Target, tables: Tables, source: DeployedSource, lock: RunLock): Promise<Failure> {
  const { Run, Kind, SinceMs } = lock;
  const [found, nowMs] = [await readRun(tables, source, Run), await target.nowMs()];
  const by = found?.item.StartedBy === undefined ? '' : `, started by ${found.item.StartedBy}`;
  const phase = found === undefined ? '' : `; it is ${found.item.Phase}`;
  const since = `since ${renderInstant(SinceMs)} (${renderDuration(nowMs - SinceMs)})`;
  const command = `${commandOf(target)} ${familyOf(Kind)}`;
  const cancel = lock.Stage === 'switched' ? [] : [`Cancel it:   ${command} cancel ${Run}`];
  return new Failure(
    [
      `Source ${source.name} is locked: ${Kind} ${Run} has the lock ${since}${by}${phase}. One run at a time.`,
      `Look at it:  ${command} status ${Run} --follow`,
      ...cancel,
    ].join('\n'),
  );
}
