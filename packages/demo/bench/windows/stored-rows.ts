import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { windowSize } from '@tidemark/core/series/window';
import { itemBytes } from '@tidemark/local/services/dynamodb/item-size';
import type { ClientSettings } from '@tidemark/ops-cli/target';
import { windowSeconds } from './scenario.ts';

/** Rows of windows as they are stored: one for each name, window and shard. */
export interface StoredRows {
  readonly rows: number;
  /** Write units of writing each of them once, whole. */
  readonly units: number;
}

const bytesAUnit = 1_024;

/** The rows of windows that end within the span: after `fromMs`, and at `toMs` the latest, milliseconds since the epoch. */
export async function storedRows(
  settings: ClientSettings,
  table: string,
  fromMs: number,
  toMs: number,
): Promise<StoredRows> {
  const client = new DynamoDBClient(settings);
  let [rows, units] = [0, 0];
  try {
    for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
      for (const item of Items) {
        const [size, , start = ''] = item.Bucket?.S?.split('#') ?? [];
        const endMs = Date.parse(start) + windowSeconds * 1_000;
        if (size !== windowSize(windowSeconds) || endMs <= fromMs || endMs > toMs) continue;
        rows += 1;
        units += Math.ceil(itemBytes(item as unknown as Parameters<typeof itemBytes>[0]) / bytesAUnit);
      }
    }
  } finally {
    client.destroy();
  }
  return { rows, units };
}
