import { setTimeout as wait } from 'node:timers/promises';
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
/** More is written to a partition than it takes in a second: the client does not repeat what was cancelled for that. */
const throttles = ['ThrottlingError', 'ProvisionedThroughputExceeded'];
/** Waits of at most 0.1 s doubling to 6.4 s, all of them less than 13 s. */
const attemptsMax = 8;
const firstWaitMs = 100;

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
    const TransactItems = writes.map((write) => this.#itemOf(write));
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        await this.#client.send(new TransactWriteItemsCommand({ TransactItems }), { abortSignal: signal });
        return true;
      } catch (error) {
        if (isCancelledFor(error, conflicts)) return false;
        if (!isCancelledFor(error, throttles) || attempt === attemptsMax) throw error;
        await wait(Math.random() * firstWaitMs * 2 ** (attempt - 1), undefined, { signal });
      }
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

function isCancelledFor(error: unknown, codes: readonly string[]): boolean {
  if (!(error instanceof TransactionCanceledException)) return false;
  return (error.CancellationReasons ?? []).some(({ Code = '' }) => codes.includes(Code));
}
