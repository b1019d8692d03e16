import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { itemBytes } from '@tidemark/local/services/dynamodb/item-size';
import type { ClientSettings } from '@tidemark/ops-cli/target';

/** What stands in a Series table. */
export interface Stored {
  /** Sum of the minutes' counters. */
  readonly counted: number;
  /** The minutes' items alone, of which there are sixty times as many as of hours. */
  readonly items: number;
  /** Their size on the average, with the 100 bytes that DynamoDB adds to each. */
  readonly bytesAnItem: number;
}

const overheadBytes = 100;

export async function readStored(settings: ClientSettings, table: string): Promise<Stored> {
  const client = new DynamoDBClient(settings);
  let [counted, items, bytes] = [0, 0, 0];
  try {
    for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
      for (const item of Items) {
        if (item.Bucket?.S?.startsWith('1m#') !== true) continue;
        counted += Number(item.EventCount?.N);
        items += 1;
        bytes += itemBytes(item as unknown as Parameters<typeof itemBytes>[0]) + overheadBytes;
      }
    }
  } finally {
    client.destroy();
  }
  return { counted, items, bytesAnItem: bytes / items };
}
