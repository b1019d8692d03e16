import type { CheckpointItem } from '@tidemark/core/control/checkpoint';
import type { StreamConsumer } from '@tidemark/core/control/keys';
import { controlItems } from '@tidemark/core/control/keys';
import type { CheckpointUpdate } from '@tidemark/core/count/checkpoint';
import type { DynamoDB } from '../aws/dynamodb.ts';

/** A checkpoint that stands there or further on already is left as it is. */
export async function writeCheckpoint(
  dynamodb: DynamoDB,
  table: string,
  checkpoint: CheckpointUpdate,
  signal: AbortSignal,
): Promise<void> {
  await dynamodb.update(
    {
      table,
      key: { ...checkpoint.key },
      expression:
        'SET #fence = :fence, #received = :received, #previous = if_not_exists(#arrival, :arrival), #arrival = :arrival',
      condition: 'attribute_not_exists(#fence) OR #fence < :fence',
      names: {
        '#fence': 'LastSequence',
        '#received': 'Received',
        '#previous': 'PreviousArrivalMs',
        '#arrival': 'ArrivalMs',
      },
      values: { ':fence': checkpoint.lastSequence, ':received': checkpoint.received, ':arrival': checkpoint.arrivalMs },
    },
    signal,
  );
}

/** How far a shard is wholly handled, read consistently; undefined where nothing of it ever was. */
export async function readCheckpoint(
  dynamodb: DynamoDB,
  table: string,
  source: string,
  consumer: StreamConsumer,
  shardId: string,
  signal: AbortSignal,
): Promise<CheckpointItem | undefined> {
  const key = { Source: source, Item: controlItems.checkpoint(consumer, shardId) };
  return (await dynamodb.get(table, key, signal)) as CheckpointItem | undefined;
}
