import type { CheckpointItem } from '@tidemark/core/control/checkpoint';
import type { Recount, StreamReader } from '@tidemark/core/control/keys';
import { controlItems } from '@tidemark/core/control/keys';
import type { CheckpointUpdate, RecordMark } from '@tidemark/core/count/checkpoint';
import type { DynamoDB, Update } from '../aws/dynamodb.ts';
import { fenceIn } from '../count/fenced-write.ts';

/** A checkpoint that stands there or further on already is left as it is. */
export async function writeCheckpoint(
  dynamodb: DynamoDB,
  table: string,
  checkpoint: CheckpointUpdate,
  signal: AbortSignal,
): Promise<void> {
  const { first, lastSequence } = checkpoint;
  if (first === undefined) {
    await dynamodb.update(checkpointUpdate(table, checkpoint, notPassed), signal);
    return;
  }
  const isMarked = `(${notPassed}) AND (attribute_not_exists(#fence) OR attribute_exists(#first))`;
  const outcome = await dynamodb.update(withFirst(checkpointUpdate(table, checkpoint, isMarked), first), signal);
  if (outcome.kind === 'done' || fenceIn(outcome.old) >= lastSequence) return;
  await dynamodb.update(withFirst(checkpointUpdate(table, checkpoint, notPassed), unknownFirst), signal);
}

export const notPassed = 'attribute_not_exists(#fence) OR #fence < :fence';
/** Of a shard that a version counted which did not keep its first record: below every fence. */
const unknownFirst: RecordMark = { sequence: '', arrivalMs: 0 };

/** The update of `checkpoint`, on a condition over `#fence`. */
export function checkpointUpdate(table: string, checkpoint: CheckpointUpdate, condition: string): Update {
  const { key, lastSequence, received, arrivalMs } = checkpoint;
  return {
    table,
    key: { ...key },
    expression:
      'SET #fence = :fence, #received = :received, #previous = if_not_exists(#arrival, :arrival), #arrival = :arrival',
    condition,
    names: {
      '#fence': 'LastSequence',
      '#received': 'Received',
      '#previous': 'PreviousArrivalMs',
      '#arrival': 'ArrivalMs',
    },
    values: { ':fence': lastSequence, ':received': received, ':arrival': arrivalMs },
  };
}

/** The shard's first record stays what it is. */
export function withFirst(update: Update, { sequence, arrivalMs }: RecordMark): Update {
  return {
    ...update,
    expression: `${update.expression}, #first = if_not_exists(#first, :first), #firstArrival = if_not_exists(#firstArrival, :firstArrival)`,
    names: { ...update.names, '#first': 'FirstSequence', '#firstArrival': 'FirstArrivalMs' },
    values: { ...update.values, ':first': sequence, ':firstArrival': arrivalMs },
  };
}

/** How far a shard is wholly handled, read consistently; undefined where nothing of it ever was. */
export async function readCheckpoint(
  dynamodb: DynamoDB,
  table: string,
  source: string,
  reader: StreamReader | Recount,
  shardId: string,
  signal: AbortSignal,
): Promise<CheckpointItem | undefined> {
  const key = { Source: source, Item: controlItems.checkpoint(reader, shardId) };
  return (await dynamodb.get(table, key, signal)) as CheckpointItem | undefined;
}
