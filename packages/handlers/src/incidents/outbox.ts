import { controlItems } from '@tidemark/core/control/keys';
import type { OutboxItem, Telling } from '@tidemark/core/incidents/items';
import { stagePartition } from '@tidemark/core/incidents/items';
import { claimed, isBeingTaken, outboxKey, queueOf, tellingId } from '@tidemark/core/incidents/outbox';
import type { DynamoDB } from '../aws/dynamodb.ts';
import { type DynamoDBTransactions, transactionWritesMax, type Write } from '../aws/dynamodb-transactions.ts';
import { inParallel } from '../parallel.ts';
import { withoutKeys } from './incident-table.ts';

/** Entries that one sender takes, so that it ends in time; the next takes the others. */
const entriesMax = 10_000;
const pageItemsMax = 1000;
/** So few of a queue are read to see who may begin: thousands may ask at once. */
const frontItems = 10;
const transactionsInParallel = 4;

interface Reading {
  readonly isEnough?: (entries: readonly OutboxItem[]) => boolean;
  readonly pageItems?: number;
}

/** What waits to be told, in the Control table. */
export class Outbox {
  readonly #dynamodb: DynamoDB;
  readonly #transactions: DynamoDBTransactions;
  readonly #table: string;
  readonly #signal: AbortSignal;

  constructor(dynamodb: DynamoDB, transactions: DynamoDBTransactions, table: string, signal: AbortSignal) {
    this.#dynamodb = dynamodb;
    this.#transactions = transactions;
    this.#table = table;
    this.#signal = signal;
  }

  async entry(incident: string, telling: Telling): Promise<OutboxItem | undefined> {
    const item = await this.#dynamodb.get(this.#table, outboxKey(incident, telling), this.#signal);
    return item && withoutKeys<OutboxItem>(item);
  }

  /** Entries of a queue, or of all, as many as one sender takes. Pages are read for as long as `isEnough` does not say so of what was read. */
  async entries(
    queue?: string,
    { isEnough = () => false, pageItems = pageItemsMax }: Reading = {},
  ): Promise<OutboxItem[]> {
    const prefix = controlItems.outboxPrefix(queue);
    const query = {
      ...{ table: this.#table, pageItems },
      partition: { name: 'Source', value: stagePartition },
      sort: { name: 'Item', low: prefix, high: `${prefix}~` },
    };
    const entries: OutboxItem[] = [];
    for await (const page of this.#dynamodb.pages(query, this.#signal)) {
      entries.push(...page.map((item) => withoutKeys<OutboxItem>(item)));
      if (entries.length >= entriesMax || isEnough(entries)) break;
    }
    return entries.slice(0, entriesMax);
  }

  /**
   * Takes what waits in the queue of a telling, for `batch` alone. Nothing while another takes from it: of several at once one goes on, and sends for
   * all of them. Entries of a sender that is dead, or was this very batch before it failed, are taken over.
   */
  async claim(telling: Telling, batch: string, nowMs: number): Promise<OutboxItem[]> {
    const queue = queueOf(telling);
    const isTaken = (found: readonly OutboxItem[]) => found.some((entry) => isBeingTaken(entry, batch, nowMs));
    const freeOf = (found: readonly OutboxItem[]) =>
      found.flatMap((entry) => {
        const next = claimed(entry, batch, nowMs);
        return next === undefined ? [] : [{ next, readVersion: entry.Version }];
      });
    const front = await this.#front(queue, (found) => isTaken(found) || freeOf(found).length > 0);
    if (isTaken(front)) return [];
    const [first] = freeOf(front);
    // All begin with the same one, and who gets it alone reads what else waits. It is one alone, since what is written in vain is paid for, by as many as try at once.
    if (first === undefined || !(await this.#write([first]))) return [];
    const entries = front.length < frontItems ? front : await this.entries(queue);
    // Since it looked, another has begun with one that came to lie before: the rest is left to that one.
    if (isTaken(entries)) return [first.next];
    const others = freeOf(entries).filter(({ next }) => !isSame(next, first.next));
    const groups = Array.from({ length: Math.ceil(others.length / transactionWritesMax) }, (_, index) =>
      others.slice(index * transactionWritesMax, (index + 1) * transactionWritesMax),
    );
    const isOurs = await inParallel(groups, (group) => this.#write(group), transactionsInParallel);
    return [first, ...groups.filter((_, index) => isOurs[index]).flat()].map(({ next }) => next);
  }

  /** A queue from its beginning, until what was found decides who may begin. */
  async #front(queue: string, isDecided: (found: readonly OutboxItem[]) => boolean): Promise<OutboxItem[]> {
    const few = await this.entries(queue, { isEnough: () => true, pageItems: frontItems });
    return few.length < frontItems || isDecided(few) ? few : this.entries(queue, { isEnough: isDecided });
  }

  async delete(entries: readonly OutboxItem[]): Promise<void> {
    for (let at = 0; at < entries.length; at += transactionWritesMax) {
      const deletions = entries.slice(at, at + transactionWritesMax).map(deletion);
      await this.#transactions.write(deletions, this.#signal);
    }
  }

  #write(claims: readonly { readonly next: OutboxItem; readonly readVersion: number }[]): Promise<boolean> {
    const writes = claims.map(({ next, readVersion }): Write => {
      return { kind: 'put', key: outboxKey(next.Incident, next.Telling), item: { ...next }, readVersion };
    });
    return this.#transactions.write(writes, this.#signal);
  }
}

function isSame(one: OutboxItem, other: OutboxItem): boolean {
  return one.Incident === other.Incident && tellingId(one.Telling) === tellingId(other.Telling);
}

/** Of an entry that was sent, or is no longer to be. */
export function deletion({ Incident, Telling }: OutboxItem): Write {
  return { kind: 'delete', key: outboxKey(Incident, Telling) };
}
