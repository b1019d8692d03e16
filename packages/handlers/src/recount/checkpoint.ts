import type { MarkedCheckpoint } from '@tidemark/core/count/checkpoint';
import type { DynamoDB } from '../aws/dynamodb.ts';
import { checkpointUpdate, notPassed, withFirst } from '../control/checkpoint.ts';
import type { Origin } from './write.ts';

/**
 * As a live checkpoint, and beside it the first record that came by the run's pipe. Where the archive was counted before, the pipe begins with records
 * that the checkpoint has passed: the first of them is kept all the same, since it shows that archive and stream meet.
 */
export async function writeRecountCheckpoint(
  dynamodb: DynamoDB,
  table: string,
  checkpoint: MarkedCheckpoint,
  origin: Origin,
  signal: AbortSignal,
): Promise<void> {
  const { first, key } = checkpoint;
  const marked = withFirst(checkpointUpdate(table, checkpoint, notPassed), first);
  const names = { '#streamFirst': 'StreamFirstSequence', '#streamArrival': 'StreamFirstArrivalMs' };
  const values = { ':first': first.sequence, ':firstArrival': first.arrivalMs };
  const keepStreamFirst =
    '#streamFirst = if_not_exists(#streamFirst, :first), #streamArrival = if_not_exists(#streamArrival, :firstArrival)';
  const update =
    origin === 'archive'
      ? marked
      : { ...marked, expression: `${marked.expression}, ${keepStreamFirst}`, names: { ...marked.names, ...names } };
  const outcome = await dynamodb.update(update, signal);
  if (outcome.kind === 'done' || origin === 'archive' || outcome.old?.StreamFirstSequence !== undefined) return;
  await dynamodb.update({ table, key: { ...key }, expression: `SET ${keepStreamFirst}`, names, values }, signal);
}
