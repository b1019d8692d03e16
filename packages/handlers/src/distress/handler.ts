import { parseAlarmEvent } from '@tidemark/core/incidents/alarm-event';
import { contactTopicArn, isTelephone } from '@tidemark/core/incidents/contact-topic';
import { distressMessage } from '@tidemark/core/incidents/distress';
import type { Context } from 'aws-lambda';
import { Sns } from '../aws/sns.ts';
import { beforeDeadline } from '../deadline.ts';
import { readKnownStage } from '../incidents/known-stage.ts';
import { notificationOf } from '../incidents/notification.ts';
import { makeLogger } from '../log.ts';
import { inParallel } from '../parallel.ts';
import { readDistressEnvironment } from './env.ts';

const { CONTACT_TOPIC_PREFIX, RUNBOOK_URL } = readDistressEnvironment();
const stage = readKnownStage();
const { contacts } = stage.plan('critical');
const log = makeLogger('distress');
const sns = new Sns();

/** How many contacts hear of it, and how many could not be reached. */
export interface DistressAnswer {
  readonly told: number;
  readonly failed: number;
}

/**
 * Tells everybody who is told of critical alarms that escalation itself fails. It needs nothing but SNS: what escalation stands on may be what is broken.
 * Throws where nobody could be reached, so that Lambda tries again.
 */
export async function handler(event: unknown, context: Context): Promise<DistressAnswer> {
  log.addContext(context);
  const parsed = parseAlarmEvent(event);
  if (!parsed.ok) throw new Error(`not a transition of an alarm: ${parsed.mistake}`);
  const message = distressMessage(parsed.event, { ...stage.deployment, runbook: RUNBOOK_URL });
  const failures: string[] = [];
  await beforeDeadline(context, (signal) =>
    inParallel(contacts, async (contact) => {
      const topic = contactTopicArn(contact, CONTACT_TOPIC_PREFIX);
      const notification = { ...notificationOf(message), isTransactional: isTelephone(contact) };
      const failure = await sns.publish(topic, notification, signal);
      if (failure !== undefined) failures.push(`${topic}: ${failure}`);
    }),
  );
  const told = contacts.length - failures.length;
  log[failures.length === 0 ? 'info' : 'error']('told that escalation fails', { told, failures });
  if (told === 0) throw new Error(`nobody could be told that escalation fails: ${failures.join(', ')}`);
  return { told, failed: failures.length };
}
