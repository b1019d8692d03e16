import { BatchWriteItemCommand, DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { encodeBucket, sliceOfShard } from '@tidemark/core/series/key';
import type { BucketItem } from '@tidemark/core/series/partial';
import { encodeSequence } from '@tidemark/core/series/sequence';
import type { SteppedEngine } from '../metering/stepped-engine.ts';

const itemsACall = 25;
const callsAtOnce = 16;
const minuteMs = 60_000;
const shardId = 'shardId-000000000000';
/** Generations in which each partial stands. */
const generations = [0, 1];

/**
 * Puts partials as counting leaves them, of minutes before the clock's and of each name equally many, into the true generation and
 * into that of the run to come. Their fences lie before every record of the shard.
 */
export async function putPartials(
  { client, source, clock }: SteppedEngine,
  names: readonly string[],
  partials: number,
): Promise<void> {
  const dynamodb = new DynamoDBClient(client);
  const endMs = Math.floor(clock.now() / minuteMs) * minuteMs;
  const requests = Array.from({ length: partials }, (_, index) => {
    const EventName = names[index % names.length] ?? '';
    const startMs = endMs - minuteMs * (1 + Math.floor(index / names.length));
    return generations.map((generation) => requestOf({ EventName, startMs, generation }));
  }).flat();
  const calls = Array.from({ length: Math.ceil(requests.length / itemsACall) }, (_, call) =>
    requests.slice(call * itemsACall, (call + 1) * itemsACall),
  );
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < calls.length; at = next++) {
      const RequestItems = { [source.seriesTable]: calls[at] ?? [] };
      const { UnprocessedItems = {} } = await dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('DynamoDB Local did not take all of a batch');
    }
  };
  try {
    await Promise.all(Array.from({ length: callsAtOnce }, worker));
  } finally {
    dynamodb.destroy();
  }
}

interface Place {
  readonly EventName: string;
  /** Of the bucket, milliseconds since the epoch. */
  readonly startMs: number;
  readonly generation: number;
}

function requestOf({ EventName, startMs, generation }: Place): WriteRequest {
  const item: BucketItem = {
    EventName,
    Bucket: encodeBucket({ size: '1m', generation, startMs, slice: sliceOfShard(shardId) }),
    EventCount: 1,
    LastSequence: encodeSequence('1'),
    ...(generation === 0 ? { WrittenBy: 'live' } : { WrittenBy: 'recount', Recounted: 1 }),
  };
  return { PutRequest: { Item: marshall(item) } };
}
