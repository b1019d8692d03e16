import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { itemBytes } from '@tidemark/core/prune/item-bytes';
import type { StoredItem } from '@tidemark/core/prune/line';
import { decodeBucket } from '@tidemark/core/series/key';
import type { SteppedEngine } from '../metering/stepped-engine.ts';
import { asPut, dayOf, tableItems } from './table-items.ts';

/** Items of a table, and their bytes as DynamoDB reckons them. */
export interface Amount {
  readonly items: number;
  readonly bytes: number;
}

/** How much of what a table of so many series is filled with is of a kind. */
export function amountOf(series: number, isOfKind: (item: StoredItem) => boolean): Amount {
  let [items, bytes] = [0, 0];
  for (const item of tableItems(series)) {
    if (!isOfKind(item)) continue;
    items += 1;
    bytes += itemBytes(item);
  }
  return { items, bytes };
}

/**
 * Looks at the whole Series table: of what was put there is everything that `isThere` says and nothing else, each as it was put; and of what was counted
 * since, each event once in every size. Throws where it is not so.
 */
export async function assertTable(
  { client, source }: SteppedEngine,
  series: number,
  isThere: (item: StoredItem) => boolean,
  eventsCounted: number,
): Promise<void> {
  const dynamodb = new DynamoDBClient(client);
  const counted = new Map<string, number>();
  let found = 0;
  try {
    const input = { TableName: source.seriesTable, ConsistentRead: true };
    for await (const { Items = [] } of paginateScan({ client: dynamodb }, input)) {
      for (const item of Items.map((each) => unmarshall(each) as StoredItem)) {
        if (dayOf(item) === undefined) {
          const { size } = decodeBucket(item.Bucket);
          counted.set(size, (counted.get(size) ?? 0) + Number(item.EventCount));
          continue;
        }
        if (!isThere(item)) throw new Error(`${item.EventName} ${item.Bucket}: should have gone`);
        if (!isDeepStrictEqual(item, asPut(item))) throw new Error(`${item.EventName} ${item.Bucket}: was changed`);
        found += 1;
      }
    }
  } finally {
    dynamodb.destroy();
  }
  const { items } = amountOf(series, isThere);
  if (found !== items) throw new Error(`${found} items are there of ${items} that should be`);
  for (const [size, events] of counted) {
    if (events !== eventsCounted) throw new Error(`${size}: ${events} events were counted of ${eventsCounted}`);
  }
}
