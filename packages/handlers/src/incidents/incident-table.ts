import { setTimeout as wait } from 'node:timers/promises';
import { firstAlarm } from '@tidemark/core/incidents/alarm-changed';
import type { AlarmItem, IncidentItem } from '@tidemark/core/incidents/items';
import { alarmKey, incidentKey } from '@tidemark/core/incidents/items';
import type { DynamoDB, Item } from '../aws/dynamodb.ts';
import type { DynamoDBTransactions, Write } from '../aws/dynamodb-transactions.ts';

/** An incident is changed by its execution, by transitions of its alarm, by senders and by people: several conflicts in a row are rare. */
const attemptsMax = 20;
/** Longest wait before the first other attempt, and before any, in milliseconds, so that those who are in each other's way part. */
const firstWaitMs = 50;
const waitMsMax = 1000;

/** Alarms and incidents in the Control table. Every read is consistent. */
export class IncidentTable {
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

  async alarm(source: string, alarm: string): Promise<AlarmItem> {
    const item = await this.#dynamodb.get(this.#table, alarmKey(source, alarm), this.#signal);
    return item === undefined ? firstAlarm : withoutKeys<AlarmItem>(item);
  }

  async incident(source: string, incident: string): Promise<IncidentItem | undefined> {
    const item = await this.#dynamodb.get(this.#table, incidentKey(source, incident), this.#signal);
    return item && incidentOf(item);
  }

  /** All or none. False where somebody else has changed one of them since it was read. */
  write(writes: readonly Write[]): Promise<boolean> {
    return this.#transactions.write(writes, this.#signal);
  }

  /**
   * Reads an incident, changes and writes it, again where somebody else has changed it in between. An answer that was lost is found as a change that was made.
   * Undefined where there is no such incident.
   */
  async change<Change extends { readonly item: IncidentItem }>(
    source: string,
    incident: string,
    change: (item: IncidentItem) => Change | Promise<Change>,
  ): Promise<Change | undefined> {
    return this.untilWritten(async () => {
      const read = await this.incident(source, incident);
      if (read === undefined) return { writes: [], result: undefined };
      const result = await change(read);
      return { writes: incidentWrites(source, incident, read, result.item), result };
    });
  }

  /** Tries until what `attempt` has made of what it read is written. */
  async untilWritten<Result>(
    attempt: () => Promise<{ readonly writes: readonly Write[]; readonly result: Result }>,
  ): Promise<Result> {
    for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
      if (attempts > 0) {
        const mostMs = Math.min(waitMsMax, firstWaitMs * 2 ** (attempts - 1));
        await wait(Math.random() * mostMs, undefined, { signal: this.#signal });
      }
      const { writes, result } = await attempt();
      if (await this.write(writes)) return result;
    }
    throw new Error(`changed by others ${attemptsMax} times in a row`);
  }
}

/** What is to be written so that the table has `next`: nothing where it is the very item that was read. */
export function incidentWrites(
  source: string,
  incident: string,
  read: IncidentItem | undefined,
  next: IncidentItem,
): Write[] {
  if (read === next) return [];
  return [{ kind: 'put', key: incidentKey(source, incident), item: { ...next }, readVersion: read?.Version ?? 0 }];
}

/** The partition is the incident's source, and named as such in the item. */
export function incidentOf({ Item: _, ...item }: Item): IncidentItem {
  return item as unknown as IncidentItem;
}

export function withoutKeys<Kept>({ Source: _, Item: __, ...item }: Item): Kept {
  return item as Kept;
}
