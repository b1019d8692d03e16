import { controlItems } from '../control/keys.ts';
import type { OutboxItem, Telling } from './items.ts';
import { stagePartition } from './items.ts';
import type { Contact } from './settings.ts';

/**
 * From the moment when a sender claims entries until it can no longer be at work, in milliseconds: the function's timeout of five minutes, and
 * room for clocks that differ.
 */
export const senderMsMax = 6 * 60_000;
/** Whoever has claimed entries so lately may be about to claim the others: what is sent in two goes would be two messages. Milliseconds. */
const claimingMs = 10_000;
/** Long after every sender is dead that could have claimed an entry, in milliseconds. */
const abandonedMs = 30 * 60_000;
/** How soon to look again whether another has sent an entry, in seconds. */
export const sendingWaitSeconds = 5;
/** How many incidents a message lists. */
export const listedMax = 20;

/** Where a telling waits, together with those it may share a message with: of one tier, of all last words, or of all ends. */
export function queueOf({ Kind, Tier }: Telling): string {
  return Kind === 'page' ? `tier-${Tier}` : Kind;
}

/** `page-1-1-2-1`: the same for the same telling, however often it is gathered. */
export function tellingId({ Kind, Raise, Round, Tier, Repeat, Try }: Telling): string {
  return [Kind, Raise, Round, Tier, Repeat, ...(Kind === 'end' ? [Try] : [])].join('-');
}

export function outboxKey(incident: string, telling: Telling): { Source: string; Item: string } {
  return { Source: stagePartition, Item: controlItems.outbox(queueOf(telling), incident, tellingId(telling)) };
}

/** What to put on the condition that there is no such entry. */
export function gathered(source: string, incident: string, telling: Telling, nowMs: number): OutboxItem {
  return { Version: 1, IncidentSource: source, Incident: incident, Telling: telling, GatheredMs: nowMs };
}

/**
 * What a sender makes of an entry: undefined where another is at it. Put it on the condition that the table's entry has the version that was read; where
 * that fails, another was faster. Delete it when it was sent, or was no longer to be.
 */
export function claimed(entry: OutboxItem, batch: string, nowMs: number): OutboxItem | undefined {
  const isTaken = entry.ClaimedMs !== undefined && entry.Batch !== batch && nowMs < entry.ClaimedMs + senderMsMax;
  return isTaken ? undefined : { ...entry, Version: entry.Version + 1, Batch: batch, ClaimedMs: nowMs };
}

/** Whether another is taking what waits in the queue of an entry: it is left to that one. */
export function isBeingTaken({ Batch, ClaimedMs = 0 }: OutboxItem, batch: string, nowMs: number): boolean {
  return Batch !== undefined && Batch !== batch && nowMs < ClaimedMs + claimingMs;
}

/**
 * Whether the sweep is to delete an entry: one that was gathered so long ago lost whoever gathered it, and nobody sent it with others. Should somebody wait
 * for it all the same, it finds that it is gone, and asks anew what is next.
 */
export function isAbandoned({ GatheredMs, ClaimedMs = 0 }: OutboxItem, nowMs: number): boolean {
  return nowMs >= Math.max(GatheredMs, ClaimedMs) + abandonedMs;
}

/** Something to tell to contacts. */
export interface ToTell<Entry> {
  readonly entry: Entry;
  readonly contacts: readonly Contact[];
}

/** One message for each contact, of everything that it is to hear, in the order given. */
export function messagesByContact<Entry>(all: readonly ToTell<Entry>[]): ReadonlyMap<Contact, readonly Entry[]> {
  const messages = new Map<Contact, Entry[]>();
  for (const { entry, contacts } of all) {
    for (const contact of new Set(contacts)) {
      const entries = messages.get(contact);
      if (entries === undefined) messages.set(contact, [entry]);
      else entries.push(entry);
    }
  }
  return messages;
}
