import { BatchWriteItemCommand, DynamoDBClient, PutItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from '@tidemark/core/prune/line';
import type { RunItem } from '@tidemark/core/replay/run';
import { runKey } from '@tidemark/core/replay/run';
import { type TimelineItem, timelineKey } from '@tidemark/core/replay/timeline';
import type { SteppedEngine } from '../metering/stepped-engine.ts';
import { cutoffMs, generations, ranges, runsEndedMs, sizes } from './pruned-days.ts';

export const itemsACall = 25;
const callsAtOnce = 16;

/** Cuts items into batches, as many as a call takes. */
export function* batchesOf<Item>(items: Iterable<Item>): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < itemsACall) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Writes batch after batch, so many at once; returns how many requests there were. Throws where DynamoDB Local does not take all of a batch. */
export async function writeAll(
  client: DynamoDBClient,
  tableName: string,
  requests: Iterable<WriteRequest>,
  atOnce: number = callsAtOnce,
): Promise<number> {
  const batches = batchesOf(requests);
  let written = 0;
  const worker = async (): Promise<void> => {
    for (let next = batches.next(); !next.done; next = batches.next()) {
      const RequestItems = { [tableName]: next.value };
      const { UnprocessedItems = {} } = await client.send(new BatchWriteItemCommand({ RequestItems }));
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('DynamoDB Local did not take all of a batch');
      written += next.value.length;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return written;
}

export function* putsOf(items: Iterable<StoredItem>): Generator<WriteRequest> {
  for (const item of items) yield { PutRequest: { Item: marshall(item) } };
}

/** Puts items into the Series table, as if they had been counted. Nobody publishes them. Returns how many there were. */
export async function putItems(
  { client, source, engine }: SteppedEngine,
  items: Iterable<StoredItem>,
): Promise<number> {
  const publishing = engine.mappings.list().find(({ options }) => options.functionName === source.publish);
  publishing?.update(false);
  await publishing?.settled();
  const dynamodb = new DynamoDBClient(client);
  try {
    return await writeAll(dynamodb, source.seriesTable, putsOf(items));
  } finally {
    dynamodb.destroy();
  }
}

/** Writes down the replays that the table has seen, before anything is counted: whoever counts may remember the timeline for a minute. */
export async function putReplays({ client, source, clock }: SteppedEngine): Promise<void> {
  const ended = { Kind: 'replay', Execution: 'bench', Phase: 'ended', From: cutoffMs, EndedMs: runsEndedMs } as const;
  const runs: readonly RunItem[] = [
    { ...ended, StartedMs: runsEndedMs - 2, Verify: true, Generation: generations.verified, Outcome: 'equal' },
    {
      ...{ ...ended, StartedMs: runsEndedMs - 1, Generation: generations.switched, Outcome: 'switched' },
      ...{ SwitchedMs: runsEndedMs, Before: {} },
      First: Object.fromEntries(sizes.map((size) => [size, ranges[size]?.[0]?.FromMs ?? clock.now()])),
    },
  ];
  const timeline: TimelineItem = { Version: 1, LastGeneration: generations.switched, Ranges: ranges };
  const dynamodb = new DynamoDBClient(client);
  try {
    const items = [
      { ...timelineKey(source.name), ...timeline },
      ...runs.map((run, at) => ({ ...runKey(source.name, `20261102T00000${at}Z-00000000`), ...run })),
    ];
    for (const item of items) {
      await dynamodb.send(new PutItemCommand({ TableName: source.controlTable, Item: marshall(item) }));
    }
  } finally {
    dynamodb.destroy();
  }
}
