import type { WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from '@tidemark/core/prune/line';
import { withLocalTable } from '../local-table.ts';
import { putsOf, writeAll } from './put-items.ts';

/** What DynamoDB Local deletes at best. */
export interface DeleteLimit {
  readonly itemsASecond: number;
  /** BatchWriteItem calls of 25 at once with which it does. */
  readonly atOnce: number;
}

const atOnceTried = [1, 2, 4, 8, 16, 32];

/** Puts the items and deletes them again, with each number of calls at once, in a DynamoDB Local of its own, from a client that does nothing else. */
export function deleteLimit(items: readonly StoredItem[]): Promise<DeleteLimit> {
  return withLocalTable(Math.max(...atOnceTried), async ({ client, tableName }) => {
    let best: DeleteLimit = { itemsASecond: 0, atOnce: 0 };
    for (const atOnce of atOnceTried) {
      await writeAll(client, tableName, putsOf(items));
      const fromMs = performance.now();
      await writeAll(client, tableName, deletionsOf(items), atOnce);
      const itemsASecond = items.length / ((performance.now() - fromMs) / 1000);
      if (itemsASecond > best.itemsASecond) best = { itemsASecond, atOnce };
    }
    return best;
  });
}

function* deletionsOf(items: readonly StoredItem[]): Generator<WriteRequest> {
  for (const { EventName, Bucket } of items) yield { DeleteRequest: { Key: marshall({ EventName, Bucket }) } };
}
