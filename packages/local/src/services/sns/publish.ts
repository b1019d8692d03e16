import { ServiceFailure } from '../../wire/failure.ts';
import { objectsOf, textOf } from '../../wire/input.ts';
import type { Input, Output } from '../../wire/rpc.ts';
import { invalidParameter } from './failures.ts';
import { textFor } from './message.ts';
import { isPhoneNumber } from './protocol.ts';
import { messageBytes, messageBytesMax, readMessage } from './read-message.ts';
import type { Topic } from './subscription.ts';
import type { Topics } from './topics.ts';

const entriesMax = 10;
/** Of all parts of a text message together. */
const textCharactersMax = 1_600;

/** To a topic's subscribers, or to a telephone number directly. */
export async function publish(topics: Topics, input: Input, nowMs: number): Promise<Output> {
  const { TopicArn, TargetArn, PhoneNumber } = input;
  const given = [TopicArn, TargetArn, PhoneNumber].filter((each) => each !== undefined && each !== '');
  if (given.length === 0) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  if (given.length > 1) throw invalidParameter('TopicArn, TargetArn and PhoneNumber exclude each other');
  if (PhoneNumber !== undefined) return publishText(topics, String(PhoneNumber), input, nowMs);
  const topic = topicOf(topics, String(TopicArn ?? TargetArn));
  const message = readMessage(input, nowMs);
  await topics.publish(topic, message);
  return { MessageId: message.messageId };
}

function publishText(topics: Topics, phoneNumber: string, input: Input, nowMs: number): Output {
  if (!isPhoneNumber(phoneNumber)) {
    throw invalidParameter(`PhoneNumber Reason: ${phoneNumber} is not valid to publish to`);
  }
  const message = readMessage(input, nowMs);
  if (textFor(message, 'sms').length > textCharactersMax) throw invalidParameter('Message too long');
  topics.sendText(phoneNumber, message);
  return { MessageId: message.messageId };
}

/** Entries stand or fall one by one; only a call whose ids are wrong, or that is too large, fails whole. */
export async function publishBatch(topics: Topics, input: Input, nowMs: number): Promise<Output> {
  const topic = topicOf(topics, textOf(input, 'TopicArn') ?? '');
  const entries = objectsOf(input, 'PublishBatchRequestEntries') ?? [];
  assertBatch(entries);
  const results = entries.map((entry) => {
    const Id = textOf(entry, 'Id') ?? '';
    try {
      return { Id, message: readMessage(entry, nowMs) };
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      return { Id, failure: { Id, Code: error.failure.code, Message: error.message, SenderFault: true } };
    }
  });
  if (results.reduce((sum, { message }) => sum + (message === undefined ? 0 : sizeOf(message)), 0) > messageBytesMax) {
    throw batchFailure('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.');
  }
  const successful: object[] = [];
  for (const { Id, message } of results) {
    if (message === undefined) continue;
    await topics.publish(topic, message);
    successful.push({ Id, MessageId: message.messageId });
  }
  return { Successful: successful, Failed: results.flatMap(({ failure }) => (failure === undefined ? [] : [failure])) };
}

function sizeOf({ text, attributes }: ReturnType<typeof readMessage>): number {
  return messageBytes(text, attributes);
}

function assertBatch(entries: readonly Input[]): void {
  const ids = entries.map((entry) => textOf(entry, 'Id') ?? '');
  if (entries.length === 0) throw batchFailure('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > entriesMax) {
    throw batchFailure('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id))) {
    throw batchFailure(
      'InvalidBatchEntryId',
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
  if (new Set(ids).size < ids.length) {
    throw batchFailure('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
}

function batchFailure(code: string, message: string): ServiceFailure {
  return new ServiceFailure({ code, message });
}

function topicOf(topics: Topics, topicArn: string): Topic {
  if (!/^arn:[^:]+:sns:[^:]*:\d+:[^:/]+$/.test(topicArn)) throw invalidParameter('TopicArn');
  return topics.get(topicArn);
}
