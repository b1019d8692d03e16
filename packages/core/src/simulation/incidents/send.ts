import { changed } from '../../incidents/incident.ts';
import type { IncidentItem, OutboxItem, Telling } from '../../incidents/items.ts';
import {
  claimed,
  isBeingTaken,
  messagesByContact,
  outboxKey,
  queueOf,
  sendingWaitSeconds,
} from '../../incidents/outbox.ts';
import { entryAt } from '../../incidents/plan.ts';
import type { SendAnswer } from '../../incidents/steps.ts';
import type { Delivery } from '../../incidents/telling.ts';
import { beginTelling, endTelling } from '../../incidents/telling.ts';
import { incidentKey, put } from './effects.ts';
import type { Going } from './processes.ts';
import type { World } from './world.ts';

interface Claimed {
  readonly key: string;
  readonly entry: OutboxItem;
}

interface Found {
  readonly key: string;
  readonly item: OutboxItem;
}

interface Begun extends Claimed {
  readonly contacts: readonly string[];
}

/** So few of a queue are read to see who may begin: fewer than the handler's, so that queues are longer. */
const frontItems = 2;
const sentByAnother: SendAnswer = { sent: false, waitSeconds: sendingWaitSeconds };

/** Sends everything that waits in the queue of a telling, itself among it, in one message a contact. */
export function* send(world: World, batch: string, incident: string, telling: Telling): Going<SendAnswer> {
  const own = outboxKey(incident, telling).Item;
  const found = world.store.read<OutboxItem>(own);
  yield world.turn();
  if (found === undefined) return { sent: true, waitSeconds: 0 };
  if (claimOf(world, found, batch) === undefined) return sentByAnother;
  const entries = yield* claim(world, batch, queueOf(telling), own);
  const begun: Begun[] = [];
  for (const { key, entry } of entries) {
    const contacts = yield* begin(world, entry);
    if (contacts !== undefined) begun.push({ key, entry, contacts });
  }
  const deliveries = yield* publish(world, begun);
  for (const { key, entry } of entries) {
    const made = deliveries.get(entry);
    if (made !== undefined) yield* end(world, entry, made);
    world.store.delete(key);
  }
  return entries.some(({ key }) => key === own) ? { sent: true, waitSeconds: 0 } : sentByAnother;
}

function* claim(world: World, batch: string, queue: string, own: string): Going<Claimed[]> {
  const found = world.store.scan<OutboxItem>(`OUTBOX#${queue}#`);
  yield world.turn();
  const isTaken = ({ item }: Found) => world.rules.claims && isBeingTaken(item, batch, world.nowMs);
  const isDecisive = (entry: Found) => isTaken(entry) || claimOf(world, entry.item, batch) !== undefined;
  const decisive = found.findIndex(isDecisive);
  const front = found.slice(0, Math.max(frontItems, decisive + 1));
  if (front.some(isTaken)) return [];
  const first = found[decisive];
  // All begin with the same one.
  const taken = first && (yield* take(world, batch, first));
  if (first === undefined || taken === undefined) return [];
  const all = front.length < frontItems ? front : world.store.scan<OutboxItem>(`OUTBOX#${queue}#`);
  yield world.turn();
  const entries = [taken];
  for (const each of all.some(isTaken) ? [] : all) {
    const other = each.key === first.key ? undefined : yield* take(world, batch, each);
    if (other !== undefined) entries.push(other);
  }
  if (entries.length > 1) world.say(`${batch} for ${own} has ${entries.length} entries`);
  return entries;
}

function* take(world: World, batch: string, { key, item }: Found): Going<Claimed | undefined> {
  const next = claimOf(world, item, batch);
  if (next === undefined) return undefined;
  const isOurs = put(world, [{ key, read: item, item: next }]);
  yield world.turn();
  return isOurs ? { key, entry: next } : undefined;
}

/** What a sender makes of an entry; undefined where it is another's. With the rules off, it is everybody's, or for ever of whoever had it first. */
function claimOf(world: World, item: OutboxItem, batch: string): OutboxItem | undefined {
  if (!world.rules.deadSenders && item.Batch !== undefined) return undefined;
  return world.rules.claims ? claimed(item, batch, world.nowMs) : item;
}

/** Whom to tell; undefined where nobody is to be told any more. */
function* begin(world: World, { Incident, Telling }: OutboxItem): Going<readonly string[] | undefined> {
  const key = incidentKey(Incident);
  for (;;) {
    const item = world.store.read<IncidentItem>(key);
    if (item === undefined) return undefined;
    yield world.turn();
    const alarm = world.alarmOf(item.Alarm);
    const plan = world.plan(alarm);
    if (!world.rules.checkedBeforeSending && Telling.Kind === 'page') {
      const contacts = entryAt(plan, Telling)?.contacts ?? [];
      if (!put(world, [{ key, read: item, item: changed(item, { Told: [...new Set([...item.Told, ...contacts])] }) }]))
        continue;
      world.checks.begun(Incident, Telling, item);
      return contacts;
    }
    const begun = beginTelling(item, Telling, plan, world.nowMs, world.hold(alarm));
    if (begun === undefined) return undefined;
    if (!world.rules.notedBeforeSending && Telling.Kind !== 'end') return begun.contacts;
    if (!put(world, [{ key, read: item, item: begun.item }])) continue;
    world.checks.begun(Incident, Telling, item);
    return begun.contacts;
  }
}

function* publish(world: World, begun: readonly Begun[]): Going<Map<OutboxItem, Delivery[]>> {
  const deliveries = new Map<OutboxItem, Delivery[]>(begun.map(({ entry }) => [entry, []]));
  for (const [contact, entries] of messagesByContact(begun.map(({ entry, contacts }) => ({ entry, contacts })))) {
    yield world.turn();
    const isOut = world.scenario.outages.some(
      (outage) => outage.contact === contact && outage.fromMs <= world.nowMs && world.nowMs < outage.toMs,
    );
    for (const entry of entries) {
      const delivery = isOut ? { contact, failure: 'out of order' } : { contact };
      deliveries.set(entry, [...(deliveries.get(entry) ?? []), delivery]);
      world.say(
        `${isOut ? 'cannot tell' : 'tell'} ${contact} ${entry.Telling.Kind} ${JSON.stringify(entry.Telling)} of ${entry.Incident}`,
      );
      world.checks.published(entry.Incident, entry.Telling, delivery);
    }
  }
  return deliveries;
}

function* end(world: World, { Incident, Telling }: OutboxItem, deliveries: readonly Delivery[]): Going {
  const key = incidentKey(Incident);
  for (;;) {
    const item = world.store.read<IncidentItem>(key);
    if (item === undefined) return;
    yield world.turn();
    const isGivenUp = Telling.Kind === 'end' ? !world.rules.endRetried : !world.rules.failuresGoOn;
    const told = isGivenUp ? deliveries.map(({ contact }) => ({ contact })) : deliveries;
    const noted = world.rules.notedBeforeSending ? item : withTold(item, Telling, told);
    const ended = endTelling(noted, Telling, told, world.plan(world.alarmOf(item.Alarm)), world.nowMs);
    const next = world.rules.inTurn || Telling.Kind !== 'page' ? ended : { ...ended, DueMs: world.nowMs };
    if (put(world, [{ key, read: item, item: next }])) return;
  }
}

function withTold(item: IncidentItem, { Kind }: Telling, deliveries: readonly Delivery[]): IncidentItem {
  if (Kind === 'end') return item;
  return { ...item, Told: [...new Set([...item.Told, ...deliveries.map(({ contact }) => contact)])] };
}
