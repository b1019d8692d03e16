import type { Hold } from './change.ts';
import { changed, endAt, endOfWait, failedAgainMs, isEnded, stillToHear } from './incident.ts';
import type { IncidentItem, LogEntry, LogKind, Telling } from './items.ts';
import type { EscalationPlan } from './plan.ts';
import { entryAt, isAfter } from './plan.ts';
import type { Contact } from './settings.ts';

/** What became of one message to one contact. */
export interface Delivery {
  readonly contact: Contact;
  /** Why it could not be sent. Absent: it was. */
  readonly failure?: string;
}

/** Whom to tell, now that this is noted. */
export interface BegunTelling {
  readonly item: IncidentItem;
  readonly contacts: readonly Contact[];
}

/**
 * Before anything is sent: whether it still is to be, after the item as it is now; undefined where not. Write the item first: an acknowledgement
 * that comes before it makes the write fail, and whoever comes after it has been told, or soon will be. From then on they are among those who hear of
 * the end, so that nobody hears the beginning alone.
 */
export function beginTelling(
  item: IncidentItem,
  telling: Telling,
  plan: EscalationPlan,
  nowMs: number,
  hold?: Hold,
): BegunTelling | undefined {
  if (telling.Kind === 'end') return beginEnd(item, telling, plan, nowMs);
  if (item.Status !== 'open' || hold !== undefined || telling.Raise !== item.Raise || item.DueMs > nowMs)
    return undefined;
  const contacts = telling.Kind === 'last-word' ? plan.contacts : entryAt(plan, telling)?.contacts;
  if (contacts === undefined || !isAhead(item, telling)) return undefined;
  const Told = [...item.Told, ...contacts.filter((contact) => !item.Told.includes(contact))];
  return { item: changed(item, { Told }), contacts };
}

/** After it was sent, or was tried to be: notes it, and when what is next. */
export function endTelling(
  item: IncidentItem,
  telling: Telling,
  deliveries: readonly Delivery[],
  plan: EscalationPlan,
  nowMs: number,
): IncidentItem {
  const reached = deliveries.some(({ failure }) => failure === undefined);
  if (telling.Kind === 'end') return endToldTo(item, telling, deliveries, nowMs);
  const log = logOf(deliveries, telling.Kind === 'page' ? telling.Tier : undefined, 'told', nowMs);
  // An answer that came meanwhile stands, and so does what another sender of the same has noted.
  if (telling.Raise !== item.Raise || !isAhead(item, telling)) return changed(item, {}, log);
  if (telling.Kind === 'last-word') {
    const DueMs = nowMs + (reached ? plan.raiseAgainAfterMs : failedAgainMs);
    const said: LogEntry[] = [...log, { AtMs: nowMs, Kind: 'unanswered' }];
    if (item.Status === 'open') return changed(item, { Status: 'unanswered', DueMs }, said);
    // Should its alarm turn on again, it was said already.
    const isBack = item.Status === 'settling' && item.Before === 'open';
    return isBack ? changed(item, { Before: 'unanswered', DueMs }, said) : changed(item, {}, log);
  }
  const waitMs = entryAt(plan, telling)?.acknowledgeWithinMs ?? 0;
  const { Round, Tier, Repeat } = telling;
  const DueMs = nowMs + (reached ? waitMs : Math.min(failedAgainMs, waitMs));
  return changed(item, { Round, Tier, Repeat, DueMs, Reached: item.Reached || reached }, log);
}

/** Whether it is not told yet: the last word comes after all. */
function isAhead(item: IncidentItem, { Kind, Round, Tier, Repeat }: Telling): boolean {
  if (Kind === 'last-word') return item.Status !== 'unanswered' && item.Before !== 'unanswered';
  return isAfter({ round: Round, tier: Tier, repeat: Repeat }, item);
}

/** The end is made here: until then an alarm that turns on again joins, and nobody has heard of any end. */
function beginEnd(
  item: IncidentItem,
  telling: Telling,
  { joinWithinMs }: EscalationPlan,
  nowMs: number,
): BegunTelling | undefined {
  if (telling.Try !== (item.EndTries ?? 0)) return undefined;
  const contacts = stillToHear(item);
  if (isEnded(item)) return contacts.length === 0 ? undefined : { item: changed(item, {}), contacts };
  return isSettled(item, joinWithinMs, nowMs) ? { item: recovered(item, nowMs), contacts } : undefined;
}

/** Whether an alarm has been off for long enough. */
export function isSettled({ Status, OffMs = 0 }: IncidentItem, joinWithinMs: number, nowMs: number): boolean {
  return Status === 'settling' && nowMs >= OffMs + joinWithinMs;
}

export function recovered(item: IncidentItem, nowMs: number): IncidentItem {
  return changed(item, { Status: 'recovered', Before: undefined, ...endAt(nowMs), ...endOfWait(item) }, [
    { AtMs: nowMs, Kind: 'recovered' },
  ]);
}

function endToldTo(item: IncidentItem, telling: Telling, deliveries: readonly Delivery[], nowMs: number): IncidentItem {
  const heard = deliveries.filter(({ failure }) => failure === undefined).map(({ contact }) => contact);
  const { ToldEnd = [], EndTries = 0 } = item;
  const more = heard.filter((contact) => !ToldEnd.includes(contact));
  return changed(
    item,
    { ToldEnd: [...ToldEnd, ...more], EndTries: Math.max(EndTries, telling.Try + 1), DueMs: nowMs + failedAgainMs },
    logOf(deliveries, undefined, 'end-told', nowMs),
  );
}

function logOf(deliveries: readonly Delivery[], tier: number | undefined, kind: LogKind, AtMs: number): LogEntry[] {
  return deliveries.map(({ contact, failure }) => ({
    AtMs,
    ...(tier === undefined ? {} : { Tier: tier }),
    Contact: contact,
    ...(failure === undefined ? { Kind: kind } : { Kind: 'failed', Text: failure }),
  }));
}
