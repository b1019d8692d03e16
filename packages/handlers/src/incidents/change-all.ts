import { setTimeout as wait } from 'node:timers/promises';
import type { IncidentItem, OutboxItem } from '@tidemark/core/incidents/items';
import { incidentKey } from '@tidemark/core/incidents/items';
import { presentKeysMax } from '../aws/dynamodb-batches.ts';
import { transactionWritesMax, type Write } from '../aws/dynamodb-transactions.ts';
import { inParallel } from '../parallel.ts';
import { type IncidentTable, incidentOf, incidentWrites } from './incident-table.ts';
import type { Invocation } from './step.ts';

/** One incident, and what of it is sent at once. */
export interface Sent {
  readonly source: string;
  readonly incident: string;
  /** At least one, in the order in which they are told. */
  readonly entries: readonly OutboxItem[];
}

/** `also`: what is written in the same transaction. */
export interface SentChange<Result> {
  readonly item: IncidentItem;
  readonly also: readonly Write[];
  readonly result: Result;
}

/** A transaction takes 4 MB; what JSON has fewer of takes less there. */
const transactionBytesMax = 2_000_000;
const requestsMax = 4;
/** Rounds of those that somebody else has changed meanwhile, and the longest wait before one, in milliseconds. */
const roundsMax = 20;
const waitMsMax = 500;

/**
 * Reads many incidents, changes and writes each, with few requests: several in a transaction at first, one by one where a transaction has failed. Results
 * stand in the order of `all`; undefined where there is no such incident.
 */
export async function changeAll<Result>(
  invocation: Invocation,
  all: readonly Sent[],
  change: (sent: Sent, item: IncidentItem) => Promise<SentChange<Result>>,
): Promise<(Result | undefined)[]> {
  const { table } = invocation;
  const results = new Map<Sent, Result>();
  let left = all;
  for (let round = 0; round < roundsMax && left.length > 0; round += 1) {
    if (round > 1) await wait(Math.random() * waitMsMax, undefined, { signal: invocation.signal });
    const read = await readAll(invocation, left);
    const changes = await Promise.all(
      left.map(async (sent) => {
        const item = read.get(nameOf(sent));
        return item === undefined ? [] : [{ sent, read: item, ...(await change(sent, item)) }];
      }),
    );
    const groups = packed(changes.flat(), round === 0 ? transactionWritesMax : 1);
    const failed = await inParallel(groups, (group) => write(table, group), requestsMax);
    for (const { sent, result } of changes.flat()) results.set(sent, result);
    left = failed.flat();
  }
  if (left.length > 0) throw new Error(`${left.length} incidents were changed by others ${roundsMax} times in a row`);
  return all.map((sent) => results.get(sent));
}

interface Change extends Omit<SentChange<unknown>, 'result'> {
  readonly sent: Sent;
  readonly read: IncidentItem;
}

/** Those that are to be read again. */
async function write(table: IncidentTable, group: readonly Change[]): Promise<Sent[]> {
  return (await table.write(group.flatMap(writesOf))) ? [] : group.map(({ sent }) => sent);
}

function writesOf({ sent: { source, incident }, read, item, also }: Change): Write[] {
  return [...incidentWrites(source, incident, read, item), ...also];
}

/** In groups of at most `changesMax` that fit into a transaction each. */
function packed(changes: readonly Change[], changesMax: number): Change[][] {
  const groups: Change[][] = [];
  let writes = 0;
  let bytes = 0;
  for (const change of changes) {
    const more = 1 + change.also.length;
    const size = JSON.stringify(change.item).length;
    const last = groups.at(-1);
    const fits = writes + more <= transactionWritesMax && bytes + size <= transactionBytesMax;
    if (last !== undefined && last.length < changesMax && fits) {
      last.push(change);
      writes += more;
      bytes += size;
    } else {
      groups.push([change]);
      writes = more;
      bytes = size;
    }
  }
  return groups;
}

async function readAll(
  { batches, environment, signal }: Invocation,
  all: readonly Sent[],
): Promise<Map<string, IncidentItem>> {
  const pages = Array.from({ length: Math.ceil(all.length / presentKeysMax) }, (_, index) =>
    all.slice(index * presentKeysMax, (index + 1) * presentKeysMax),
  );
  const read = await inParallel(
    pages,
    (page) => {
      const keys = page.map(({ source, incident }) => incidentKey(source, incident));
      return batches.present(environment.CONTROL_TABLE, keys, signal);
    },
    requestsMax,
  );
  return new Map(read.flat().map((item) => [`${item.Source} ${item.Item}`, incidentOf(item)]));
}

function nameOf({ source, incident }: Sent): string {
  const { Source, Item } = incidentKey(source, incident);
  return `${Source} ${Item}`;
}
