import type { Message } from '@tidemark/core/incidents/message';
import type { Notification } from '../aws/sns.ts';

/** What SNS takes, all forms of a message together. */
const messageBytesMax = 256 * 1024;

/** What machines subscribe with gets the same as data; where all of it is more than SNS takes, they get what people get. */
export function notificationOf({ subject, text, sms, json }: Message): Notification {
  const told = { default: text, sms };
  const data = JSON.stringify(json);
  const bodies = { ...told, https: data, lambda: data, sqs: data };
  return { subject, bodies: Buffer.byteLength(JSON.stringify(bodies)) > messageBytesMax ? told : bodies };
}
