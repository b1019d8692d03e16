import { controlItems } from '@tidemark/core/control/keys';
import type { HealthItem } from '@tidemark/core/health/health';
import { healthKey } from '@tidemark/core/health/health';
import type { QuarantinedItem } from '@tidemark/core/health/quarantined';
import { ledgerKeepers } from '@tidemark/core/health/quarantined';
import type { DynamoDB } from '../aws/dynamodb.ts';

const pageItems = 1000;

/** What looks at a source read and write of the Control table beside its checkpoints. Every read is consistent. */
export class HealthItems {
  readonly #dynamodb: DynamoDB;
  readonly #table: string;
  readonly #source: string;
  readonly #signal: AbortSignal;

  constructor(dynamodb: DynamoDB, table: string, source: string, signal: AbortSignal) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#source = source;
    this.#signal = signal;
  }

  /** Undefined before the first look. */
  async last(): Promise<HealthItem | undefined> {
    const item = await this.#dynamodb.get(this.#table, healthKey(this.#source), this.#signal);
    return item as HealthItem | undefined;
  }

  /** Over whatever stands there: the older of two looks that overtake each other has seen less, and what it has not seen is told once more. */
  async remember({ LookedMs, Stream, ThroughMs, FromDay, Quarantined }: HealthItem): Promise<void> {
    await this.#dynamodb.update(
      {
        table: this.#table,
        key: healthKey(this.#source),
        expression: 'SET #looked = :looked, #stream = :stream, #through = :through, #day = :day, #aside = :aside',
        names: {
          ...{ '#looked': 'LookedMs', '#stream': 'Stream', '#through': 'ThroughMs', '#day': 'FromDay' },
          '#aside': 'Quarantined',
        },
        values: {
          ...{ ':looked': LookedMs, ':stream': Stream, ':through': ThroughMs, ':day': FromDay },
          ':aside': Quarantined,
        },
      },
      this.#signal,
    );
  }

  /** What was set aside of the arrivals from that day on, by whoever keeps a ledger. */
  async ledgersFrom(day: string): Promise<QuarantinedItem[]> {
    const items: QuarantinedItem[] = [];
    for (const keeper of ledgerKeepers) {
      const prefix = controlItems.ledgerPrefix(keeper);
      const query = {
        ...{ table: this.#table, partition: { name: 'Source', value: this.#source }, pageItems },
        sort: { name: 'Item', low: `${prefix}${day}`, high: `${prefix}~` },
        attributes: ['Item', 'Quarantined'],
      };
      for await (const page of this.#dynamodb.pages(query, this.#signal)) {
        for (const { Item, Quarantined } of page) items.push({ Item: String(Item), Quarantined: Number(Quarantined) });
      }
    }
    return items;
  }
}
