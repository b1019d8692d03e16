import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type CatalogueItem, capChange, catalogueKey, catalogueOf } from '@tidemark/core/control/catalogue';
import { floorsKey } from '@tidemark/core/control/floors';
import type { DeployedSource } from '@tidemark/core/deployment';
import { decisionsCacheMs } from '@tidemark/core/limits';
import type { Engine } from '@tidemark/local/engine';

/** What others than the functions at hand write down of a source's remembered decisions: pruning, deployments, other shards. */
export class Decisions {
  readonly #engine: Engine;
  readonly #source: DeployedSource;
  readonly #maxSeries: number;
  readonly #dynamodb: DynamoDBClient;

  constructor(engine: Engine, source: DeployedSource, maxSeries: number) {
    this.#engine = engine;
    this.#source = source;
    this.#maxSeries = maxSeries;
    const { endpoint, region } = engine;
    this.#dynamodb = new DynamoDBClient({
      ...{ endpoint, region },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  }

  close(): void {
    this.#dynamodb.destroy();
  }

  /** As pruning would have left the floors: in force since the beginning. */
  async setFloors(floorMs: Readonly<Record<string, number>>): Promise<void> {
    const Floors = Object.fromEntries(
      Object.entries(floorMs).map(([size, FloorMs]) => [size, [{ FromMs: 0, FloorMs }]]),
    );
    const { controlTable: TableName, name } = this.#source;
    await this.#dynamodb.send(new PutItemCommand({ TableName, Item: marshall({ ...floorsKey(name), Floors }) }));
  }

  /** Lets what the functions remember grow old, and records a cap as a deployment with another `maxSeries` would: the functions set theirs against it. */
  async change(): Promise<void> {
    this.#engine.clock.advance(decisionsCacheMs + 1000);
    const { controlTable: TableName, name } = this.#source;
    const Key = marshall(catalogueKey(name));
    const { Item } = await this.#dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    if (Item === undefined) return;
    const catalogue = catalogueOf(unmarshall(Item) as CatalogueItem);
    const change = capChange(catalogue, this.#maxSeries + 1, this.#engine.clock.now());
    if (change === undefined) return;
    await this.#dynamodb.send(
      new UpdateItemCommand({
        ...{ TableName, Key },
        UpdateExpression: 'SET Caps = list_append(Caps, :caps)',
        ExpressionAttributeValues: marshall({ ':caps': [change.cap] }),
      }),
    );
  }

  /** Admits a name, as an invocation for another shard would. */
  async admit(series: string): Promise<void> {
    const { controlTable: TableName, name } = this.#source;
    await this.#dynamodb.send(
      new UpdateItemCommand({
        ...{ TableName, Key: marshall(catalogueKey(name)) },
        UpdateExpression: 'SET #names = list_append(#names, :series)',
        ExpressionAttributeNames: { '#names': 'Names' },
        ExpressionAttributeValues: marshall({ ':series': [series] }),
      }),
    );
  }
}
