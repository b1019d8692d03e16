import { createHash } from 'node:crypto';
import type { Contact } from './settings.ts';

/** How the name of the topic of a contact ends: each that is no topic itself has one, to which it alone subscribes. Letters and digits. */
export function contactTopicSuffix(contact: Contact): string {
  return createHash('sha256').update(contact).digest('hex').slice(0, 12);
}

export function isTopic(contact: Contact): boolean {
  return contact.startsWith('arn:');
}

export function isTelephone(contact: Contact): boolean {
  return contact.startsWith('sms:');
}

/** ARN of the topic by which a contact is told. `prefix`: that of the stage's own topics, up to the suffix. */
export function contactTopicArn(contact: Contact, prefix: string): string {
  return isTopic(contact) ? contact : prefix + contactTopicSuffix(contact);
}
