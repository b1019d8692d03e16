import type { WorkQuestion } from '@tidemark/core/prune/work';
import type { RunItem } from '@tidemark/core/replay/run';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import type { Invocation } from './step.ts';

/** What is asked of every run that there was: the rest of their items is left where it is. */
const asked = [
  'Kind',
  'Generation',
  'Swept',
  'Before',
  'First',
  'ToMs',
  'Undoes',
  'UndoneBy',
  'UndoPrunedBy',
  'Outcome',
  'EndedMs',
] as const satisfies readonly (keyof RunItem)[];

/** Everything that says what is to go: nobody changes any of it while the run has the lock. */
export async function workQuestion(
  { control, settings, nowMs }: Invocation,
  timeline: TimelineItem,
  { Sizes }: RunItem,
): Promise<WorkQuestion> {
  return {
    timeline,
    floors: await control.floors(),
    sizes: settings.sizes,
    ...(Sizes === undefined ? {} : { only: Sizes }),
    runs: await control.runs(asked),
    keepReplacedMs: settings.keepReplacedMs,
    nowMs,
  };
}
