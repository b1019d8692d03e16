import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  type QueryCommandInput,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { CatalogueItem } from '@tidemark/core/control/catalogue';
import { controlItems } from '@tidemark/core/control/keys';
import type { PartialItem, WindowItem } from '@tidemark/core/series/partial';
import type { ClientSettings } from '../target.ts';

/** An item of the Control table, with its keys. */
export type ControlItem = Readonly<Record<string, unknown>> & { readonly Item: string };

/** What a total is made of. */
export type Partial = Pick<PartialItem, 'EventName' | 'Bucket' | 'EventCount'>;
/** The same with its count exact, however large. */
export interface ExactPartial extends Pick<PartialItem, 'EventName' | 'Bucket'> {
  readonly EventCount: bigint;
}
/** What a window's total is made of. */
export type WindowPartial = Pick<WindowItem, keyof Partial | 'Measures'>;

/** Two sort keys and what lies between them, both included. */
export interface SortKeyRange {
  readonly low: string;
  readonly high: string;
}

/** The sort keys of some items, and about how many bytes the whole items take. */
export interface KeysPage {
  readonly keys: readonly string[];
  readonly bytes: number;
}

/** No partial is smaller. */
const itemBytesMin = 100;

/** Items of a page of those that are read from the last on: few are wanted. */
const lastItems = 50;

/** DynamoDB keeps all 17 digits that a double has. Left to itself the SDK refuses to write what lies beyond 2^53, and reads a `BigInt`. */
const asTheyAre = { removeUndefinedValues: true, allowImpreciseNumbers: true };

const partialAttributes = ['EventName', 'Bucket', 'EventCount'];

/** The calls made with DynamoDB. Reads are strongly consistent: an operator is shown what stands. `close` lets the process end. */
export class Tables {
  readonly #client: DynamoDBClient;

  constructor(settings: ClientSettings) {
    this.#client = new DynamoDBClient(settings);
  }

  close(): void {
    this.#client.destroy();
  }

  /** The names and caps of a source's series; undefined before anything was counted. */
  async catalogue(controlTable: string, source: string): Promise<CatalogueItem | undefined> {
    const item = await this.controlItem(controlTable, source, controlItems.catalogue);
    if (item === undefined) return undefined;
    const { Names, Caps } = item as unknown as CatalogueItem;
    return { Names: Names ?? [], Caps: Caps ?? [] };
  }

  /** One item of a source; undefined where there is none. */
  async controlItem(controlTable: string, source: string, key: string): Promise<ControlItem | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({
        TableName: controlTable,
        Key: { Source: { S: source }, Item: { S: key } },
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : controlItemOf(Item);
  }

  /**
   * Puts an item with its keys, on the condition that the one that stands has the version that was read; 0: that there is none.
   * False where the condition failed: somebody else has changed it, or is about to.
   */
  async putVersion(controlTable: string, item: { readonly Version: number }, read: number): Promise<boolean> {
    const condition =
      read === 0
        ? { ConditionExpression: 'attribute_not_exists(Version)' }
        : { ConditionExpression: 'Version = :read', ExpressionAttributeValues: { ':read': { N: String(read) } } };
    try {
      const Item = marshall(item, asTheyAre);
      await this.#client.send(new PutItemCommand({ TableName: controlTable, Item, ...condition }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException || error instanceof TransactionConflictException)
        return false;
      throw error;
    }
  }

  /** Puts an item with its keys, whatever stood there. */
  async put(controlTable: string, item: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: controlTable, Item: marshall(item, asTheyAre) }));
  }

  /** Deletes an item. That there is none is well. */
  async delete(controlTable: string, source: string, key: string): Promise<void> {
    const Key = { Source: { S: source }, Item: { S: key } };
    await this.#client.send(new DeleteItemCommand({ TableName: controlTable, Key }));
  }

  /** The items of a source whose sort key begins with `prefix`, the last first, page by page. */
  async *lastControlItems(controlTable: string, source: string, prefix: string): AsyncGenerator<ControlItem[]> {
    const pages = paginateQuery(
      { client: this.#client, pageSize: lastItems },
      { ...beginningWith(controlTable, source, prefix), ScanIndexForward: false },
    );
    for await (const { Items = [] } of pages) yield Items.map(controlItemOf);
  }

  /** Every item of a source whose sort key begins with `prefix`, in its order. */
  async controlItems(controlTable: string, source: string, prefix: string): Promise<ControlItem[]> {
    const items: ControlItem[] = [];
    const pages = paginateQuery({ client: this.#client }, beginningWith(controlTable, source, prefix));
    for await (const { Items = [] } of pages) items.push(...Items.map(controlItemOf));
    return items;
  }

  /** The partials of one series in a range, page by page. */
  async *partials(seriesTable: string, name: string, range: SortKeyRange): AsyncGenerator<Partial[]> {
    for await (const items of this.#inRange(seriesTable, name, range, partialAttributes))
      yield items as unknown as Partial[];
  }

  /** The same with exact counts. */
  async *exactPartials(seriesTable: string, name: string, range: SortKeyRange): AsyncGenerator<ExactPartial[]> {
    for await (const items of this.#inRange(seriesTable, name, range, partialAttributes, BigInt))
      yield items as unknown as ExactPartial[];
  }

  /** The same of windows. */
  async *windows(seriesTable: string, name: string, range: SortKeyRange): AsyncGenerator<WindowPartial[]> {
    for await (const items of this.#inRange(seriesTable, name, range, [...partialAttributes, 'Measures']))
      yield items as unknown as WindowPartial[];
  }

  /**
   * The sort keys of one series in a range, page by page in their order, with the bytes that the items take, to 4 KB a page. Read at half the price:
   * for an estimate.
   */
  async *keys(seriesTable: string, name: string, range: SortKeyRange): AsyncGenerator<KeysPage> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: seriesTable,
        ProjectionExpression: '#bucket',
        KeyConditionExpression: '#name = :name AND #bucket BETWEEN :low AND :high',
        ExpressionAttributeNames: { '#name': 'EventName', '#bucket': 'Bucket' },
        ExpressionAttributeValues: { ':name': { S: name }, ':low': { S: range.low }, ':high': { S: range.high } },
        ReturnConsumedCapacity: 'TOTAL',
      },
    );
    for await (const { Items = [], ConsumedCapacity } of pages) {
      const keys = Items.map(({ Bucket }) => Bucket?.S ?? '');
      // Half a unit is 4 KB, of which a page fills the last by half, as often as not.
      const bytes = ((ConsumedCapacity?.CapacityUnits ?? 0) * 2 - 0.5) * 4096;
      yield { keys, bytes: keys.length === 0 ? 0 : Math.max(bytes, keys.length * itemBytesMin) };
    }
  }

  async *#inRange(
    TableName: string,
    name: string,
    range: SortKeyRange,
    attributes: readonly string[],
    wrapNumbers: (text: string) => number | bigint = Number,
  ): AsyncGenerator<Record<string, unknown>[]> {
    const names = Object.fromEntries(attributes.map((attribute, index) => [`#a${index}`, attribute]));
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName,
        ConsistentRead: true,
        ProjectionExpression: Object.keys(names).join(', '),
        KeyConditionExpression: '#name = :name AND #bucket BETWEEN :low AND :high',
        ExpressionAttributeNames: { ...names, '#name': 'EventName', '#bucket': 'Bucket' },
        ExpressionAttributeValues: { ':name': { S: name }, ':low': { S: range.low }, ':high': { S: range.high } },
      },
    );
    for await (const { Items = [] } of pages) yield Items.map((item) => unmarshall(item, { wrapNumbers }));
  }
}

function controlItemOf(item: Record<string, AttributeValue>): ControlItem {
  return unmarshall(item, { wrapNumbers: Number }) as ControlItem;
}

function beginningWith(controlTable: string, source: string, prefix: string): QueryCommandInput {
  return {
    TableName: controlTable,
    ConsistentRead: true,
    KeyConditionExpression: '#source = :source AND begins_with(#item, :prefix)',
    ExpressionAttributeNames: { '#source': 'Source', '#item': 'Item' },
    ExpressionAttributeValues: { ':source': { S: source }, ':prefix': { S: prefix } },
  };
}
