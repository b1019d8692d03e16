import type { BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { clientSettings } from './client.ts';
import type { Item, Key } from './dynamodb.ts';
import { fromAttributes, numbersAsTheyAre } from './dynamodb.ts';

/** Keys of one `deleteBatch`, at most: what BatchWriteItem takes. */
export const deletedKeysMax = 25;
/** Keys of one `present`, at most: what BatchGetItem takes. */
export const presentKeysMax = 100;

/** What DynamoDB answers, after the client's own attempts, where it takes nothing of a batch for lack of capacity. */
const throttles = [
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
];

/** Many items at once. Apart from what counting does with its tables (dynamodb.ts): those functions carry none of it. */
export class DynamoDBBatches {
  readonly #client = new DynamoDBClient(clientSettings);

  /** Deletes, and returns the keys that DynamoDB did not take: all of them where it is short of capacity. One that has no item is deleted already. */
  async deleteBatch(table: string, keys: readonly Key[], signal: AbortSignal): Promise<readonly Key[]> {
    signal.throwIfAborted();
    const requests = keys.map((key) => ({ DeleteRequest: { Key: marshall(key) } }));
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
    try {
      const { UnprocessedItems = {} } = await this.#client.send(command, { abortSignal: signal });
      return (UnprocessedItems[table] ?? []).flatMap(({ DeleteRequest }) =>
        DeleteRequest?.Key === undefined ? [] : [fromAttributes(DeleteRequest.Key) as Key],
      );
    } catch (error) {
      if (!(error instanceof DynamoDBServiceException) || !throttles.includes(error.name)) throw error;
      return keys;
    }
  }

  /** The items that there are of these keys, read consistently, in no order. Keys that DynamoDB did not get to are asked for again at once. */
  async present(table: string, keys: readonly Key[], signal: AbortSignal): Promise<Item[]> {
    const items: Item[] = [];
    let asked: BatchGetItemCommandOutput['UnprocessedKeys'] = {
      [table]: { Keys: keys.map((key) => marshall(key)), ConsistentRead: true },
    };
    while (asked !== undefined && Object.keys(asked).length > 0) {
      signal.throwIfAborted();
      const command: BatchGetItemCommand = new BatchGetItemCommand({ RequestItems: asked });
      const answer: BatchGetItemCommandOutput = await this.#client.send(command, { abortSignal: signal });
      items.push(...(answer.Responses?.[table] ?? []).map(fromAttributes));
      asked = answer.UnprocessedKeys;
    }
    return items;
  }

  /** Puts the item where there is none of its key. False where there is one, which stays as it is. `attribute`: one that every item has. */
  async putNew(table: string, item: Item, attribute: string, signal: AbortSignal): Promise<boolean> {
    return this.#put(table, item, 'attribute_not_exists(#a0)', [attribute], {}, signal);
  }

  /** Puts the item in the place of another of its key. False where that is not there any more, or has another value of one of these `attributes`. */
  async putInPlace(
    table: string,
    item: Item,
    { seen, attributes }: { readonly seen: Item; readonly attributes: readonly string[] },
    signal: AbortSignal,
  ): Promise<boolean> {
    const condition = attributes.map((_, at) => `#a${at} = :v${at}`).join(' AND ');
    const values = Object.fromEntries(attributes.map((attribute, at) => [`:v${at}`, seen[attribute]]));
    return this.#put(table, item, condition, attributes, values, signal);
  }

  async #put(
    table: string,
    item: Item,
    condition: string,
    attributes: readonly string[],
    values: Item,
    signal: AbortSignal,
  ): Promise<boolean> {
    signal.throwIfAborted();
    const command = new PutItemCommand({
      TableName: table,
      Item: marshall(item, numbersAsTheyAre),
      ConditionExpression: condition,
      ExpressionAttributeNames: Object.fromEntries(attributes.map((attribute, at) => [`#a${at}`, attribute])),
      ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: marshall(values, numbersAsTheyAre) }),
    });
    try {
      await this.#client.send(command, { abortSignal: signal });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
