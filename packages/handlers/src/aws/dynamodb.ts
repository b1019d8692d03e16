import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { clientSettings } from './client.ts';

export type Key = Readonly<Record<string, string>>;
/** An item as plain JavaScript values; numbers are doubles, and come back as they were written. */
export type Item = Readonly<Record<string, unknown>>;

/** One conditional update: an expression over `#names` and `:values`. */
export interface Update {
  readonly table: string;
  readonly key: Key;
  readonly expression: string;
  readonly condition?: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** `old` is the item that the condition found, undefined where there is none. */
export type UpdateOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'condition-failed'; readonly old: Item | undefined };

/** Consistent reads and conditional updates. A condition that fails is a value; every other fault throws. */
export class DynamoDB {
  readonly #client = new DynamoDBClient(clientSettings);

  async get(table: string, key: Key, signal: AbortSignal): Promise<Item | undefined> {
    signal.throwIfAborted();
    const command = new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true });
    const { Item: item } = await this.#client.send(command, { abortSignal: signal });
    return item && fromAttributes(item);
  }

  async update(update: Update, signal: AbortSignal): Promise<UpdateOutcome> {
    signal.throwIfAborted();
    const command = new UpdateItemCommand({
      TableName: update.table,
      Key: marshall(update.key),
      UpdateExpression: update.expression,
      ...(update.condition === undefined ? {} : { ConditionExpression: update.condition }),
      ExpressionAttributeNames: { ...update.names },
      ExpressionAttributeValues: marshall(update.values, numbersAsTheyAre),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await this.#client.send(command, { abortSignal: signal });
      return { kind: 'done' };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { kind: 'condition-failed', old: error.Item && fromAttributes(error.Item) };
    }
  }

  /**
   * Items of one partition whose sort key lies between `low` and `high`, ascending, a page of
   * `pageItems` after the other for as long as the caller asks.
   */
  async *pages(query: RangeQuery, signal: AbortSignal): AsyncGenerator<Item[]> {
    let next: Record<string, AttributeValue> | undefined;
    do {
      signal.throwIfAborted();
      const { attributes = [] } = query;
      const command = new QueryCommand({
        TableName: query.table,
        ConsistentRead: true,
        KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :low AND :high',
        ...(attributes.length === 0 ? {} : { ProjectionExpression: attributes.map((name) => `#${name}`).join(', ') }),
        ExpressionAttributeNames: {
          '#partition': query.partition.name,
          '#sort': query.sort.name,
          ...Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: marshall({
          ':partition': query.partition.value,
          ':low': query.sort.low,
          ':high': query.sort.high,
        }),
        Limit: query.pageItems,
        ExclusiveStartKey: next,
      });
      const page = await this.#client.send(command, { abortSignal: signal });
      yield (page.Items ?? []).map(fromAttributes);
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
  }
}

export interface RangeQuery {
  readonly table: string;
  readonly partition: { readonly name: string; readonly value: string };
  readonly sort: { readonly name: string; readonly low: string; readonly high: string };
  readonly pageItems: number;
  /** The only ones that are wanted. Absent: all. */
  readonly attributes?: readonly string[];
}

/**
 * DynamoDB keeps 38 digits of a number and JavaScript writes 17, all that a double has. Left to itself the SDK refuses to write what lies
 * beyond 2^53, and reads a `BigInt`.
 */
export const numbersAsTheyAre = { allowImpreciseNumbers: true };

export function fromAttributes(attributes: Record<string, AttributeValue>): Item {
  return unmarshall(attributes, { wrapNumbers: Number });
}
