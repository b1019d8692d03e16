import { contactTopicArn, isTelephone } from '@tidemark/core/incidents/contact-topic';
import type { OutboxItem } from '@tidemark/core/incidents/items';
import { linkMsMax, linkPayloadOf } from '@tidemark/core/incidents/link';
import { signedToken } from '@tidemark/core/incidents/link-token';
import type { Message } from '@tidemark/core/incidents/message';
import { messageOf } from '@tidemark/core/incidents/message';
import { zoneOf } from '@tidemark/core/incidents/office-hours';
import { listedMax, messagesByContact } from '@tidemark/core/incidents/outbox';
import type { Contact } from '@tidemark/core/incidents/settings';
import type { Delivery } from '@tidemark/core/incidents/telling';
import type { Notification } from '../aws/sns.ts';
import { inParallel } from '../parallel.ts';
import { type Looked, look } from './look.ts';
import { notificationOf } from './notification.ts';
import type { ToldNow } from './send.ts';
import { signingKey } from './signing-key.ts';
import type { Invocation } from './step.ts';

/** Sends one message to each contact, of all that it is to hear. A contact that cannot be reached keeps no other from its message. */
export async function deliver(
  invocation: Invocation,
  all: readonly ToldNow[],
): Promise<Map<OutboxItem, readonly Delivery[]>> {
  const deliveries = new Map<OutboxItem, Delivery[]>(all.map(({ entry }) => [entry, []]));
  if (all.length === 0) return deliveries;
  const { sns, environment, signal } = invocation;
  const [key, looked] = await Promise.all([signingKey(invocation), look(invocation, all)]);
  const messages = messagesByContact(all.map((told) => ({ entry: told, contacts: told.contacts })));
  await inParallel([...messages], async ([contact, told]) => {
    const notification = notificationFor(invocation, told, () => messageFor(invocation, contact, told, key, looked));
    const topic = contactTopicArn(contact, environment.CONTACT_TOPIC_PREFIX);
    const failure = await sns.publish(topic, { ...notification, isTransactional: isTelephone(contact) }, signal);
    for (const { entry } of told) {
      deliveries.get(entry)?.push(failure === undefined ? { contact } : { contact, failure });
    }
  });
  return deliveries;
}

/** An incident of which no message can be made must not keep anybody from hearing of it, and of those that wait with it. */
function notificationFor({ stage, warn }: Invocation, all: readonly ToldNow[], make: () => Message): Notification {
  try {
    return notificationOf(make());
  } catch (error) {
    warn('told without a message', error);
    const { stage: name } = stage.deployment;
    const shows = all.slice(0, listedMax).map(({ incident }) => `tidemark --stage ${name} incidents show ${incident}`);
    const subject = `${all.length} incidents (${name})`;
    return {
      subject,
      bodies: { default: [subject, '', ...shows].join('\n'), sms: `${subject}: tidemark incidents list` },
    };
  }
}

function messageFor(
  { stage, environment, nowMs }: Invocation,
  contact: Contact,
  all: readonly ToldNow[],
  key: string,
  { lastHours, partsOn }: Looked,
): Message {
  const { stage: name, escalation } = stage.deployment;
  const incidents = all.map(({ source, incident, item, entry: { Telling } }) => {
    const payload = linkPayloadOf({ source, incident }, Telling, contact, nowMs + linkMsMax);
    const lastHour = lastHours.get(item.Alarm);
    // Parts may have turned on since their alarm did, of which no event tells.
    const PartsOn = partsOn.get(item.Alarm) ?? item.PartsOn;
    return {
      ...{ id: incident, telling: Telling, alarm: stage.alarmOf(item) },
      item: PartsOn === undefined ? item : { ...item, PartsOn },
      ...(Telling.Kind === 'end' ? {} : { link: `${environment.ACKNOWLEDGE_URL}?t=${signedToken(payload, key)}` }),
      ...(lastHour === undefined ? {} : { lastHour }),
      plan: stage.plan(item.Severity),
    };
  });
  const zone = zoneOf(escalation, contact);
  return messageOf(incidents, {
    ...{ nowMs, stage: name, runbook: environment.RUNBOOK_URL, raiseAgainAfterMs: escalation.raiseAgainAfterMs },
    ...(zone === undefined ? {} : { zone }),
  });
}
