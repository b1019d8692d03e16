import type { RunKind } from '@tidemark/core/replay/lock';

/** The word of the commands that show, list and cancel a run: `tidemark replay status`, `tidemark prune status`. */
export type RunFamily = 'replay' | 'prune';

export function familyOf(kind: RunKind): RunFamily {
  return kind === 'prune' || kind === 'restore' ? 'prune' : 'replay';
}
