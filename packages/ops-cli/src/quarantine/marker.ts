import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { controlItems } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { ClientSettings } from '../target.ts';

/** Where an event stands on the stream. */
export interface Place {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** What the Control table says of an object that is on its way back, or was. Instants in milliseconds since the epoch. */
export interface Marker {
  readonly State: 'sending' | 'sent';
  /** The command that holds it: nobody else puts. */
  readonly Holder: string;
  /** Nothing of the object was put before. */
  readonly SinceMs: number;
  /** The holder signs no put after this. */
  readonly UntilMs: number;
  /** Events that go back. */
  readonly Events: number;
  readonly SentMs?: number;
  /** Where they stand, the first of them, by their places in the record. */
  readonly Places?: readonly (Place & { readonly index: number })[];
}

/** How long a holder may put before it must say anew that it is alive. */
export const holdMs = 60_000;
/** An item has 400 KB; of a record with more events than this the first are named. */
const placesMax = 200;

/** The markers of a source. Each change is one conditional write; one that is repeated because its answer was lost is known again. */
export class Markers {
  readonly #client: DynamoDBClient;
  readonly #source: DeployedSource;
  /** Names the command that runs. */
  readonly holder: string;

  constructor(settings: ClientSettings, source: DeployedSource, holder: string) {
    this.#client = new DynamoDBClient(settings);
    this.#source = source;
    this.holder = holder;
  }

  close(): void {
    this.#client.destroy();
  }

  async read(object: string): Promise<Marker | undefined> {
    const { Item } = await this.#client.send(new GetItemCommand({ ...this.#at(object), ConsistentRead: true }));
    return Item === undefined ? undefined : markerOf(Item);
  }

  /** Begins to send an object. Returns the marker that now stands: the holder's own, or the one of who came before. */
  async begin(object: string, events: number, nowMs: number): Promise<Marker> {
    const mine: Marker = {
      State: 'sending',
      Holder: this.holder,
      SinceMs: nowMs,
      UntilMs: nowMs + holdMs,
      Events: events,
    };
    const { TableName, Key } = this.#at(object);
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName,
          Item: { ...Key, ...marshall(mine) },
          ConditionExpression: 'attribute_not_exists(#item)',
          ExpressionAttributeNames: { '#item': 'Item' },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return mine;
    } catch (error) {
      return standing(error);
    }
  }

  /**
   * Takes an object over from whoever held it, on the condition that nobody did anything since `seen` was read. Returns what stands then.
   * `sinceMs`: nothing that was put before it is looked for any more.
   */
  take(object: string, seen: Marker, nowMs: number, sinceMs = seen.SinceMs): Promise<Marker> {
    const next = { ...seen, Holder: this.holder, SinceMs: sinceMs, UntilMs: nowMs + holdMs };
    return this.#change(object, seen, next);
  }

  /** Goes on holding. Returns what stands then: somebody may have taken over. */
  renew(object: string, held: Marker, nowMs: number): Promise<Marker> {
    return this.#change(object, held, { ...held, UntilMs: Math.max(held.UntilMs, nowMs + holdMs) });
  }

  /** Lets go before the time is over: nothing more is put. */
  async release(object: string, held: Marker, nowMs: number): Promise<void> {
    if (isHeldBy(held, this.holder) && nowMs < held.UntilMs)
      await this.#change(object, held, { ...held, UntilMs: nowMs });
  }

  /** Undoes `begin`: surely nothing was put. */
  async withdraw(object: string, held: Marker): Promise<void> {
    try {
      await this.#client.send(
        new DeleteItemCommand({
          ...this.#at(object),
          ConditionExpression: '#state = :sending AND Holder = :holder AND UntilMs = :until',
          ExpressionAttributeNames: { '#state': 'State' },
          ExpressionAttributeValues: marshall({
            ':sending': 'sending',
            ':holder': held.Holder,
            ':until': held.UntilMs,
          }),
        }),
      );
    } catch (error) {
      // Taken over meanwhile, or deleted by this very call, whose answer was lost.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Every event of the object stands on the stream. Whoever knows it may write it. */
  async finish(object: string, places: ReadonlyMap<number, Place>, nowMs: number): Promise<void> {
    const first = [...places].sort(([one], [other]) => one - other).slice(0, placesMax);
    try {
      await this.#client.send(
        new UpdateItemCommand({
          ...this.#at(object),
          UpdateExpression: 'SET #state = :sent, SentMs = :now, Places = :places',
          ConditionExpression: '#state = :sending',
          ExpressionAttributeNames: { '#state': 'State' },
          ExpressionAttributeValues: marshall({
            ':sent': 'sent',
            ':sending': 'sending',
            ':now': nowMs,
            ':places': first.map(([index, place]) => ({ index, ...place })),
          }),
        }),
      );
    } catch (error) {
      // It is written already, with the same places: each event stands on the stream once.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async #change(object: string, from: Marker, to: Marker): Promise<Marker> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          ...this.#at(object),
          UpdateExpression: 'SET Holder = :holder, UntilMs = :until, SinceMs = :since',
          ConditionExpression: '#state = :sending AND Holder = :before AND UntilMs = :untilBefore',
          ExpressionAttributeNames: { '#state': 'State' },
          ExpressionAttributeValues: marshall({
            ':sending': 'sending',
            ':holder': to.Holder,
            ':until': to.UntilMs,
            ':since': to.SinceMs,
            ':before': from.Holder,
            ':untilBefore': from.UntilMs,
          }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return to;
    } catch (error) {
      return standing(error);
    }
  }

  #at(object: string) {
    return {
      TableName: this.#source.controlTable,
      Key: { Source: { S: this.#source.name }, Item: { S: controlItems.resubmitted(object) } },
    };
  }
}

/** Whether `marker` is a hold of that command: then a condition that failed was a repetition of its own write. */
export function isHeldBy(marker: Marker, holder: string): boolean {
  return marker.State === 'sending' && marker.Holder === holder;
}

/** The marker for whose sake a condition failed. */
function standing(error: unknown): Marker {
  if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
  return markerOf(error.Item);
}

export function markerOf(item: Parameters<typeof unmarshall>[0]): Marker {
  return unmarshall(item) as unknown as Marker;
}
