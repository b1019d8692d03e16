import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { DynamoDBClient, TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { clientSettings } from './client.ts';
import type { Item, Key } from './dynamodb.ts';
import { numbersAsTheyAre } from './dynamodb.ts';

/** Writes of one transaction, at most: what TransactWriteItems takes, together with 4 MB. */
export const transactionWritesMax = 100;

/** `put`: on the condition that the item in the table has the `Version` that was read; 0: that there is none. */
export type Write =
  | { readonly kind: 'put'; readonly key: Key; readonly item: Item; readonly readVersion: number }
  | { readonly kind: 'delete'; readonly key: Key };

/** Some item is not as it was read, or another transaction is at it. */
const conflicts = ['ConditionalCheckFailed', 'TransactionConflict'];

/** All writes or none, each item at most once. A call whose answer was lost is known again by the token that the client gives it. */
export class DynamoDBTransactions {
  readonly #client = new DynamoDBClient(clientSettings);
  readonly #table: string;

  constructor(table: string) {
    this.#table = table;
  }

  /** False where a condition did not hold. */
  async write(writes: readonly Write[], signal: AbortSignal): Promise<boolean> {
    if (writes.length === 0) return true;
    signal.throwIfAborted();
    const command = new TransactWriteItemsCommand({ TransactItems: writes.map((write) => this.#itemOf(write)) });
    try {
      await this.#client.send(command, { abortSignal: signal });
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      if (reasons.some(({ Code = '' }) => conflicts.includes(Code))) return false;
      throw error;
    }
  }

  #itemOf(write: Write): TransactWriteItem {
    if (write.kind === 'delete') return { Delete: { TableName: this.#table, Key: marshall(write.key) } };
    const { key, item, readVersion } = write;
    return {
      Put: {
        TableName: this.#table,
        Item: marshall({ ...item, ...key }, { ...numbersAsTheyAre, removeUndefinedValues: true }),
        ConditionExpression: readVersion === 0 ? 'attribute_not_exists(#version)' : '#version = :read',
        ExpressionAttributeNames: { '#version': 'Version' },
        ...(readVersion === 0 ? {} : { ExpressionAttributeValues: marshall({ ':read': readVersion }) }),
      },
    };
  }
}
