import { executionName } from '@tidemark/core/incidents/incident-id';
import type { IncidentItem, OutboxItem } from '@tidemark/core/incidents/items';
import { claimed, sendingWaitSeconds, tellingId } from '@tidemark/core/incidents/outbox';
import type { Contact } from '@tidemark/core/incidents/settings';
import type { SendAnswer, SendCall } from '@tidemark/core/incidents/steps';
import type { Delivery } from '@tidemark/core/incidents/telling';
import { beginTelling, endTelling } from '@tidemark/core/incidents/telling';
import { changeAll, type Sent } from './change-all.ts';
import { deliver } from './deliver.ts';
import { deletion } from './outbox.ts';
import type { Step } from './step.ts';

/** Something that is told now, and the item as it is with that noted. */
export interface ToldNow {
  readonly source: string;
  readonly incident: string;
  readonly item: IncidentItem;
  readonly entry: OutboxItem;
  readonly contacts: readonly Contact[];
}

/**
 * Sends what waits together with an execution's own telling: one message for each contact. An execution whose telling is sent by another waits until it is.
 * Nothing is sent that was not noted before, and whoever dies after it was sent lets it be sent again: rather twice than never.
 */
export async function send(step: Step<SendCall>): Promise<SendAnswer> {
  const { call, outbox, nowMs } = step;
  const { incident, telling } = call;
  const own = await outbox.entry(incident, telling);
  if (own === undefined) return { sent: true, waitSeconds: 0 };
  // A call that is repeated after a crash takes what it had claimed before.
  const batch = executionName(incident, call.execution);
  // Of thousands at once all but one find theirs taken: they read no more than that.
  if (claimed(own, batch, nowMs) === undefined) return { sent: false, waitSeconds: sendingWaitSeconds };
  const entries = await outbox.claim(telling, batch, nowMs);
  const all = byIncident(entries);
  const told = await begin(step, all);
  const deliveries = await deliver(step, told);
  await end(step, all, deliveries);
  const isOwn = entries.some((entry) => entry.Incident === incident && tellingId(entry.Telling) === tellingId(telling));
  return isOwn ? { sent: true, waitSeconds: 0 } : { sent: false, waitSeconds: sendingWaitSeconds };
}

/** Notes who is about to be told. What is no longer to be told is left out, and deleted with the others in the end. */
async function begin(step: Step<SendCall>, all: readonly Sent[]): Promise<ToldNow[]> {
  const { stage, holds, nowMs } = step;
  const begun = await changeAll(step, all, async ({ source, incident, entries }, read) => {
    const plan = stage.plan(read.Severity);
    const hold = await holds.of(stage.alarmOf(read));
    let item = read;
    const told: Omit<ToldNow, 'item'>[] = [];
    for (const entry of entries) {
      const one = beginTelling(item, entry.Telling, plan, nowMs, hold);
      if (one === undefined) continue;
      item = one.item;
      told.push({ source, incident, entry, contacts: one.contacts });
    }
    return { item, also: [], result: told.map((each) => ({ ...each, item })) };
  });
  return begun.flatMap((told = []) => told);
}

/** Notes what became of it, and takes it out of the outbox at once. */
async function end(
  step: Step<SendCall>,
  all: readonly Sent[],
  deliveries: ReadonlyMap<OutboxItem, readonly Delivery[]>,
): Promise<void> {
  const { stage, outbox } = step;
  const nowMs = Date.now();
  const known = await changeAll(step, all, async ({ entries }, read) => {
    const plan = stage.plan(read.Severity);
    const item = entries.reduce((next, entry) => {
      const made = deliveries.get(entry);
      return made === undefined ? next : endTelling(next, entry.Telling, made, plan, nowMs);
    }, read);
    return { item, also: entries.map(deletion), result: true };
  });
  // Of incidents that are gone.
  await outbox.delete(all.filter((_, index) => known[index] === undefined).flatMap(({ entries }) => entries));
}

function byIncident(entries: readonly OutboxItem[]): Sent[] {
  const all = new Map<string, OutboxItem[]>();
  for (const entry of entries) {
    const name = `${entry.IncidentSource} ${entry.Incident}`;
    all.set(name, [...(all.get(name) ?? []), entry]);
  }
  return [...all.values()].flatMap((entries) => {
    const [first] = entries;
    return first === undefined ? [] : [{ source: first.IncidentSource, incident: first.Incident, entries }];
  });
}
