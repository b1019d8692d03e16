import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { Random } from '@tidemark/core/generate/random';
import { decodeBucket, type SpanSize } from '@tidemark/core/series/key';
import type { Engine } from '@tidemark/local/engine';
import type { Item } from '../found.ts';

export type Spoil = 'deleted' | 'added to' | 'wrong fence';
const spoils: readonly Spoil[] = ['deleted', 'added to', 'wrong fence'];

/** A partial that somebody has spoilt by hand. */
export interface Spoilt {
  readonly how: Spoil;
  readonly size: SpanSize;
  /** As it stood before. */
  readonly row: Item;
}

/** So many events that never were. */
export const addedEvents = 5;

/** Spoils partials by hand, behind the back of everybody. */
export class Spoiling {
  readonly #dynamodb: DynamoDBClient;
  readonly #table: string;

  constructor({ endpoint, region }: Engine, { seriesTable }: DeployedSource) {
    this.#dynamodb = new DynamoDBClient({
      ...{ endpoint, region },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    this.#table = seriesTable;
  }

  close(): void {
    this.#dynamodb.destroy();
  }

  /** Of each size some in each way. */
  async spoil(rows: readonly Item[], sizes: readonly SpanSize[], each: number, random: Random): Promise<Spoilt[]> {
    const spoilt: Spoilt[] = [];
    for (const size of sizes) {
      const left = rows.filter(({ Bucket }) => decodeBucket(String(Bucket)).size === size);
      for (const how of spoils.flatMap((how) => Array<Spoil>(each).fill(how))) {
        const [row] = left.splice(random.integer(left.length), 1);
        if (row === undefined) throw new Error(`too few partials of ${size} to spoil`);
        spoilt.push({ how, size, row });
      }
    }
    for (const one of spoilt) await this.#perform(one);
    return spoilt;
  }

  async #perform({ how, row: { EventName, Bucket, LastSequence } }: Spoilt): Promise<void> {
    const item = { TableName: this.#table, Key: marshall({ EventName, Bucket }) };
    if (how === 'deleted') {
      await this.#dynamodb.send(new DeleteItemCommand(item));
      return;
    }
    const [UpdateExpression, value] =
      how === 'added to' ? ['ADD EventCount :value', addedEvents] : ['SET LastSequence = :value', lower(LastSequence)];
    const ExpressionAttributeValues = marshall({ ':value': value });
    await this.#dynamodb.send(new UpdateItemCommand({ ...item, UpdateExpression, ExpressionAttributeValues }));
  }
}

/** A fence just before the right one: what is delivered again would be counted again. */
function lower(fence: unknown): string {
  const [length = '', digits = ''] = String(fence).split(':');
  return `${length}:${String(BigInt(digits) - 1n).padStart(digits.length, '0')}`;
}
