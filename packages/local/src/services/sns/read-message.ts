import { randomUUID } from 'node:crypto';
import { objectOf, textOf } from '../../wire/input.ts';
import type { Input } from '../../wire/rpc.ts';
import { invalidAttribute, invalidParameter } from './failures.ts';
import type { MessageAttribute, SnsMessage } from './message.ts';
import { protocols } from './protocol.ts';

export const messageBytesMax = 262_144;
const subjectCharactersMax = 100;

/** What a call of Publish, or an entry of PublishBatch, says; throws SNS's own errors. */
export function readMessage(input: Input, publishedMs: number): SnsMessage {
  const text = textOf(input, 'Message') ?? '';
  if (text === '') throw invalidParameter('Empty message');
  if (input.MessageGroupId !== undefined || input.MessageDeduplicationId !== undefined) {
    throw invalidParameter('MessageGroupId: the local engine has no FIFO topics');
  }
  const attributes = readAttributes(input);
  if (messageBytes(text, attributes) > messageBytesMax) throw invalidParameter('Message too long');
  const subject = textOf(input, 'Subject');
  if (subject !== undefined && !isSubject(subject)) throw invalidParameter('Subject');
  const structure = textOf(input, 'MessageStructure');
  if (structure !== undefined && structure !== 'json') throw invalidParameter('MessageStructure');
  return {
    ...{ messageId: randomUUID(), subject, attributes, publishedMs },
    ...(structure === 'json' ? readStructure(text) : { text, textOf: {} }),
  };
}

/** What SNS counts of a message: its text, and names, types and values of its attributes. */
export function messageBytes(text: string, attributes: SnsMessage['attributes']): number {
  const parts = Object.entries(attributes).flatMap(([name, { dataType, value }]) => [
    ...[name, dataType].map((each) => Buffer.byteLength(each)),
    dataType.startsWith('Binary') ? Buffer.from(value, 'base64').length : Buffer.byteLength(value),
  ]);
  return parts.reduce((sum, each) => sum + each, Buffer.byteLength(text));
}

/** No line breaks and no control characters. */
function isSubject(subject: string): boolean {
  return subject.length >= 1 && subject.length <= subjectCharactersMax && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(subject);
}

/** Entries that are no texts, or of no protocol, are passed over. */
function readStructure(json: string): Pick<SnsMessage, 'text' | 'textOf'> {
  const entries = parseObject(json);
  if (entries === undefined) throw invalidParameter('Message Structure - JSON message body failed to parse');
  const { default: text } = entries;
  if (typeof text !== 'string') {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  const own = protocols.flatMap((protocol) => {
    const value = entries[protocol];
    return typeof value === 'string' ? [[protocol, value] as const] : [];
  });
  return { text, textOf: Object.fromEntries(own) };
}

function parseObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function readAttributes(input: Input): SnsMessage['attributes'] {
  const { entry = [] } = (objectOf(input, 'MessageAttributes') ?? {}) as { readonly entry?: readonly Input[] };
  const read = entry.map((each) => {
    const name = textOf(each, 'Name') ?? '';
    return [name, readAttribute(name, objectOf(each, 'Value') ?? {})] as const;
  });
  return Object.fromEntries(read);
}

/** Such as `kind`, or `AWS.SNS.SMS.SMSType`, which is for telephones. */
const namePattern = /^[\w-]+(\.[\w-]+)*$/;
const typePattern = /^(String|String\.Array|Number|Binary)(\.[\w.-]+)?$/;

function readAttribute(name: string, value: Input): MessageAttribute {
  if (!namePattern.test(name) || name.length > 256) {
    throw invalidAttribute(`The message attribute name '${name}' is invalid`);
  }
  const dataType = textOf(value, 'DataType') ?? '';
  if (dataType === '')
    throw invalidAttribute(`The message attribute '${name}' must contain non-empty message attribute type.`);
  if (!typePattern.test(dataType)) {
    throw invalidAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const given = textOf(value, dataType.startsWith('Binary') ? 'BinaryValue' : 'StringValue') ?? '';
  if (given === '') {
    throw invalidAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${dataType}'.`,
    );
  }
  if (dataType.startsWith('Number') && !Number.isFinite(Number(given))) {
    throw invalidAttribute(`Could not cast message attribute '${name}' value to number.`);
  }
  if (dataType.startsWith('String.Array') && !isArray(given)) {
    throw invalidAttribute(`The message attribute '${name}' is no JSON array of texts, numbers, true, false and null.`);
  }
  return { dataType, value: given };
}

function isArray(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((each) => each === null || typeof each !== 'object');
  } catch {
    return false;
  }
}
