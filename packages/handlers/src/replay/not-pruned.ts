import type { RunItem } from '@tidemark/core/replay/run';
import { formatInstant } from '@tidemark/core/series/bucket';
import type { ControlTable } from '../runs/control-table.ts';
import { StepFailure } from '../runs/failure.ts';

/** Refuses to take a run back of which a prune has deleted what it replaced, or is just about to. */
export async function assertNotPruned(
  control: ControlTable,
  run: string,
  { UndoPrunedBy }: Pick<RunItem, 'UndoPrunedBy'>,
): Promise<void> {
  if (UndoPrunedBy === undefined) return;
  const { StartedMs, EndedMs } = (await control.run(UndoPrunedBy)) ?? {};
  const atMs = EndedMs ?? StartedMs;
  const when = atMs === undefined ? '' : `, ${EndedMs === undefined ? 'begun' : 'ended'} ${formatInstant(atMs)}`;
  throw new StepFailure('CannotUndo', `what run ${run} replaced was pruned by run ${UndoPrunedBy}${when}`);
}
