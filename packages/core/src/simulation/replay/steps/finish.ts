import { abort, letGo, release } from '../../../replay/lock.ts';
import type { RunItem, RunOutcome } from '../../../replay/run.ts';
import type { TimelineItem } from '../../../replay/timeline.ts';
import { changeTimeline, readRun, readTimeline, setRun } from '../control.ts';
import type { Step } from '../step.ts';
import { request } from '../step.ts';
import type { ReplayWorld } from '../world.ts';

export interface Aborted {
  readonly aborted: boolean;
  readonly switched: boolean;
  /** The pipe that is to be deleted. */
  readonly pipe: string | undefined;
}

/** After a failure: tries to win against the switch. With the rule off, whoever cleans up looks whether it has switched, and no more. */
export function* abortRun(world: ReplayWorld, run: string): Step<Aborted> {
  for (;;) {
    const read = yield* readTimeline(world);
    const { Lock } = read;
    const pipe = Lock?.Run === run ? Lock.Pipe : undefined;
    if (!world.rules.abortWinsFirst) {
      const switched = Lock?.Run === run && Lock.Stage === 'switched';
      return { aborted: Lock?.Run === run && !switched, switched, pipe };
    }
    const changed = abort(read, run, world.nowMs);
    if (!changed.ok) {
      return { aborted: false, switched: changed.refusal.kind === 'switched', pipe };
    }
    const { item } = changed;
    const put = (): boolean => world.store.putTimeline(item, read.Version);
    if (item === read || (yield* request(`abort: timeline ${item.Version}`, put))) {
      return { aborted: true, switched: false, pipe };
    }
  }
}

export function* letGoOf(world: ReplayWorld, run: string): Step<void> {
  yield* changeTimeline(world, 'let go', (item) => letGo(abortedAtLast(world, item), run));
}

/** The last step of every run: writes how it ended, and releases the lock. */
export function* finish(world: ReplayWorld, run: string, outcome: RunOutcome, error?: string): Step<void> {
  const { nowMs } = world;
  const told: Pick<RunItem, 'Error'> = error === undefined ? {} : { Error: error };
  yield* setRun(world, run, { Phase: 'ended' }, { Outcome: outcome, EndedMs: nowMs, ...told });
  const { Undoes } = yield* readRun(world, run);
  if (outcome === 'undone' && Undoes !== undefined) {
    yield* setRun(world, Undoes, { UndoneBy: run });
  }
  yield* changeTimeline(world, 'release', (item) => release(abortedAtLast(world, item), run));
}

/** Without the rule that an abort is written first, a run that did not switch is let go of and released as it is. */
function abortedAtLast({ rules }: ReplayWorld, item: TimelineItem): TimelineItem {
  const { Lock } = item;
  return rules.abortWinsFirst || Lock === undefined || Lock.Stage === 'switched'
    ? item
    : { ...item, Lock: { ...Lock, Stage: 'aborted' } };
}
