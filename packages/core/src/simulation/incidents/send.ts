import { changed } from '../../incidents/incident.ts';
import type { IncidentItem, OutboxItem, Telling } from '../../incidents/items.ts';
import { claimed, messagesByContact, outboxKey, queueOf, sendingWaitSeconds } from '../../incidents/outbox.ts';
import { entryAt } from '../../incidents/plan.ts';
import type { SendAnswer } from '../../incidents/steps.ts';
import type { Delivery } from '../../incidents/telling.ts';
import { beginTelling, endTelling } from '../../incidents/telling.ts';
import { incidentKey, put } from './effects.ts';
import type { Going } from './processes.ts';
import type { World } from './world.ts';

interface Begun {
  readonly key: string;
  readonly entry: OutboxItem;
  readonly contacts: readonly string[];
}

/** Sends everything that waits in the queue of a telling, itself among it, in one message a contact. */
export function* send(world: World, batch: string, incident: string, telling: Telling): Going<SendAnswer> {
  const own = outboxKey(incident, telling).Item;
  const found = world.store.read(own);
  yield world.turn();
  if (found === undefined) return { sent: true, waitSeconds: 0 };
  const entries = yield* claim(world, batch, queueOf(telling), own);
  const begun: Begun[] = [];
  for (const { key, entry } of entries) {
    const contacts = yield* begin(world, entry);
    if (contacts === undefined) world.store.delete(key);
    else begun.push({ key, entry, contacts });
  }
  const deliveries = yield* publish(world, begun);
  for (const { key, entry } of begun) {
    yield* end(world, entry, deliveries.get(entry) ?? []);
    world.store.delete(key);
  }
  // What was claimed is sent, whether one's own is among it or another has that.
  const isSent = entries.some(({ key }) => key === own);
  return { sent: isSent, waitSeconds: isSent ? 0 : sendingWaitSeconds };
}

function* claim(world: World, batch: string, queue: string, own: string): Going<{ key: string; entry: OutboxItem }[]> {
  const entries: { key: string; entry: OutboxItem }[] = [];
  for (const { key, item } of world.store.scan<OutboxItem>(`OUTBOX#${queue}#`)) {
    const isStuck = !world.rules.deadSenders && item.Batch !== undefined;
    const next = world.rules.claims ? claimed(item, batch, world.nowMs) : item;
    if (next === undefined || isStuck) continue;
    const isOurs = put(world, [{ key, read: item, item: next }]);
    yield world.turn();
    if (isOurs) entries.push({ key, entry: next });
  }
  if (entries.length > 1) world.say(`${batch} for ${own} has ${entries.length} entries`);
  return entries;
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
  const deliveries = new Map<OutboxItem, Delivery[]>();
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
