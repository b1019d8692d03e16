import { gzipSync } from 'node:zlib';
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type CatalogueItem, capChange, catalogueKey, catalogueOf } from '@tidemark/core/control/catalogue';
import { floorsKey } from '@tidemark/core/control/floors';
import { Random } from '@tidemark/core/generate/random';
import { decisionsCacheMs } from '@tidemark/core/limits';
import type { Engine } from '@tidemark/local/engine';
import type { Outgoing, World } from './world.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Minute buckets older than a day and hour buckets older than three days take nothing. */
export function floorsAt(nowMs: number) {
  return { '1m': nowMs - dayMs, '1h': nowMs - 3 * dayMs } as const;
}

/**
 * Small groups of events for a source of three shards, each of which makes the functions do all that they ever do: every
 * remembered decision is read again, a new name is admitted, another cap recorded, a record set aside.
 */
export class Groups {
  readonly #engine: Engine;
  readonly #world: World;
  readonly #maxSeries: number;
  readonly #random: Random;
  readonly #dynamodb: DynamoDBClient;
  #sent = 0;

  constructor(engine: Engine, world: World, { maxSeries, seed }: { maxSeries: number; seed: number }) {
    this.#engine = engine;
    this.#world = world;
    this.#maxSeries = maxSeries;
    this.#random = new Random(seed);
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
    const { controlTable: TableName, name } = this.#world.source;
    await this.#dynamodb.send(new PutItemCommand({ TableName, Item: marshall({ ...floorsKey(name), Floors }) }));
  }

  /**
   * Puts the next group. `shards`: to so many alone. `rival`: a second new name comes in the first shard, which the caller
   * sees to that another shard seems to have admitted meanwhile.
   */
  async send({ shards = 3, rival = false }: { shards?: number; rival?: boolean } = {}): Promise<void> {
    // What the functions remember grows old.
    this.#engine.clock.advance(decisionsCacheMs + 1000);
    await this.#deployOtherCap();
    this.#sent += 1;
    const nowMs = this.#engine.clock.now();
    const records = this.#records(nowMs).filter(({ shard = 0 }) => shard < shards);
    await this.#world.put(rival ? [...records, event(0, { name: this.rivalName, timeMs: nowMs })] : records);
  }

  /** The second new name of the group that was sent last with one. */
  get rivalName(): string {
    return `rival ${this.#sent}`;
  }

  /** Admits it, as an invocation for another shard would. */
  async admitRival(): Promise<void> {
    const { controlTable: TableName, name } = this.#world.source;
    await this.#dynamodb.send(
      new UpdateItemCommand({
        ...{ TableName, Key: marshall(catalogueKey(name)) },
        UpdateExpression: 'SET #names = list_append(#names, :rival)',
        ExpressionAttributeNames: { '#names': 'Names' },
        ExpressionAttributeValues: marshall({ ':rival': [this.rivalName] }),
      }),
    );
  }

  /** Records a cap as a deployment with another `maxSeries` would: the functions set theirs against it. */
  async #deployOtherCap(): Promise<void> {
    const { controlTable: TableName, name } = this.#world.source;
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

  #records(nowMs: number): Outgoing[] {
    const recentMs = nowMs - this.#random.integer(5) * minuteMs;
    const known = { name: 'page view', timeMs: recentMs };
    const first = { name: `new ${this.#sent}`, timeMs: recentMs };
    const old = { name: 'page view', timeMs: nowMs - 2 * dayMs };
    const tooOld = JSON.stringify({ event_type: 'page view', utc_timestamp: iso(nowMs - 9 * dayMs) });
    return [
      event(0, known),
      event(0, first),
      { shard: 0, partitionKey: 'torn', data: Buffer.from('{"event_type":'), fate: malformed },
      event(0, known),
      event(1, known),
      event(1, first),
      event(1, old),
      event(2, known),
      {
        shard: 2,
        partitionKey: 'ages ago',
        data: Buffer.from(tooOld),
        fate: { kind: 'quarantined', column: 'TooOld' },
      },
      { ...event(2, known), data: gzipSync(event(2, known).data) },
    ];
  }
}

const malformed = { kind: 'quarantined', column: 'Malformed' } as const;

/** A good event for a shard. */
export function event(shard: number, { name, timeMs }: { name: string; timeMs: number }): Outgoing {
  const data = Buffer.from(JSON.stringify({ event_type: name, utc_timestamp: iso(timeMs) }));
  return { shard, partitionKey: name, data, fate: { kind: 'event', name, timeMs } };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
