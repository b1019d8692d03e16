import { createVerify } from 'node:crypto';
import { rm } from 'node:fs/promises';
import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
  SNSClient,
} from '@aws-sdk/client-sns';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { notifiedFiles, notifiedTemplate } from '../../../test/notified-stack.ts';
import { EngineClock } from '../../clock.ts';
import { type Engine, startEngine } from '../../engine.ts';
import { writeAssembly } from '../../template/written-assembly.ts';

let assembly: string;
let engine: Engine;
let sns: SNSClient;
let sqs: SQSClient;
let called = Promise.withResolvers<string>();
const nowMs = Date.parse('2026-11-20T03:00:00Z');

beforeAll(async () => {
  assembly = await writeAssembly(notifiedTemplate(), notifiedFiles);
  engine = await startEngine({
    assembly,
    clock: new EngineClock({ startMs: nowMs, factor: 0 }),
    onLog: ({ text }) => {
      if (text.includes('called with ')) called.resolve(text.slice(text.indexOf('{')));
    },
  });
  const client = {
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  sns = new SNSClient(client);
  sqs = new SQSClient(client);
});
afterAll(async () => {
  sns?.destroy();
  sqs?.destroy();
  await engine?.stop();
  await rm(assembly, { recursive: true });
});
beforeEach(() => {
  engine.inbox.clear();
  called = Promise.withResolvers();
});

const output = (name: string) => engine.outputs[name] ?? '';

function publish(input: PublishCommandInput) {
  return sns.send(new PublishCommand({ TopicArn: output('Topic'), ...input }));
}

/** What lies in a queue, once. */
async function received(queue: string): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      ...{ QueueUrl: output(queue), MaxNumberOfMessages: 10, VisibilityTimeout: 1_000 },
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
}

async function publicKey(address: string): Promise<string> {
  return (await fetch(address)).text();
}

test('a message reaches a queue, a function, a telephone and the inbox, each in its own shape', async () => {
  const { MessageId } = await publish({
    Subject: 'page view below 5',
    Message: '{"severity":"high"}',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'wanted' } },
  });
  expect(engine.inbox.list().map(({ channel, to, subject, text }) => [channel, to, subject, text])).toEqual([
    ['email', 'oncall@example.org', 'page view below 5', '{"severity":"high"}'],
    ['sms', '+4915112345678', undefined, 'Tidemark a> {"severity":"high"}'],
    ['https', 'https://hooks.example.org/x', undefined, expect.stringContaining('"Type":"Notification"')],
  ]);
  expect(engine.inbox.list({ channel: 'email' })).toMatchObject([
    { atMs: nowMs, topicArn: output('Topic'), messageId: MessageId },
  ]);
  expect(engine.inbox.list({ channel: 'https' })[0]?.note).toContain('addresses of this machine alone');
  const [raw] = await received('Raw');
  expect(raw).toMatchObject({ Body: '{"severity":"high"}', MessageAttributes: { kind: { StringValue: 'wanted' } } });
  const [all] = await received('All');
  const notification = JSON.parse(all?.Body ?? '') as Readonly<Record<string, string>>;
  expect(notification).toMatchObject({
    ...{ Type: 'Notification', MessageId, TopicArn: output('Topic'), Subject: 'page view below 5' },
    ...{ Message: '{"severity":"high"}', Timestamp: '2026-11-20T03:00:00.000Z', SignatureVersion: '1' },
    MessageAttributes: { kind: { Type: 'String', Value: 'wanted' } },
  });
  expect(JSON.parse(await called.promise)).toEqual({
    Records: [
      {
        ...{ EventSource: 'aws:sns', EventVersion: '1.0' },
        EventSubscriptionArn: expect.stringMatching(/^arn:aws:sns:us-east-1:000000000000:pager:[\w-]{36}$/),
        Sns: {
          ...{ Type: 'Notification', MessageId, TopicArn: output('Topic'), Subject: 'page view below 5' },
          ...{ Message: '{"severity":"high"}', Timestamp: '2026-11-20T03:00:00.000Z', SignatureVersion: '1' },
          Signature: expect.any(String),
          SigningCertUrl: expect.any(String),
          UnsubscribeUrl: expect.stringContaining('Action=Unsubscribe'),
          MessageAttributes: { kind: { Type: 'String', Value: 'wanted' } },
        },
      },
    ],
  });
});

test('a signature is of the members that AWS signs', async () => {
  await publish({ Message: 'signed' });
  const [all] = await received('All');
  const {
    Signature = '',
    SigningCertURL = '',
    ...told
  } = JSON.parse(all?.Body ?? '') as Readonly<Record<string, string>>;
  const text = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type']
    .map((name) => `${name}\n${told[name]}\n`)
    .join('');
  const verify = createVerify('RSA-SHA1').update(text);
  expect(verify.verify(await publicKey(SigningCertURL), Signature, 'base64')).toBe(true);
  expect(told.UnsubscribeURL).toContain(engine.endpoint);
});

test('filters look at attributes or into the body, and what they do not let through goes nowhere', async () => {
  await publish({
    Message: '{"severity":"low"}',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'other' } },
  });
  await publish({ Message: 'no JSON' });
  expect(await received('Raw')).toEqual([]);
  expect(engine.inbox.list({ channel: 'email' })).toEqual([]);
  await publish({
    Message: 'x',
    MessageAttributes: { to: { DataType: 'String.Array', StringValue: '["nobody","robot"]' } },
  });
  const [mail] = engine.inbox.list({ channel: 'email-json' });
  expect(JSON.parse(mail?.text ?? '')).toMatchObject({ Message: 'x' });
  expect(mail?.subject).toBe('AWS Notification Message');
});

test('a message may say something else to every protocol', async () => {
  const Message = JSON.stringify({ default: 'x', sms: 'short', email: '{"severity":"high"}', sqs: 7, unknown: 'y' });
  await received('All');
  await publish({ Message, MessageStructure: 'json' });
  expect(engine.inbox.list({ channel: 'sms' }).map(({ text }) => text)).toEqual(['Tidemark a> short']);
  expect(engine.inbox.list({ channel: 'email' }).map(({ text }) => text)).toEqual(['{"severity":"high"}']);
  const [all] = await received('All');
  expect(JSON.parse(all?.Body ?? '')).toMatchObject({ Message: 'x' });
});

test('a text message goes to a number without a topic', async () => {
  const { MessageId } = await sns.send(
    new PublishCommand({
      ...{ PhoneNumber: '+15550100', Message: 'wake up' },
      MessageAttributes: { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } },
    }),
  );
  expect(await engine.inbox.next({ to: '+15550100' })).toEqual({
    ...{ id: expect.any(Number), atMs: nowMs, channel: 'sms', to: '+15550100', text: 'wake up', messageId: MessageId },
  });
});

test.each<[string, PublishCommandInput, string, string]>([
  [
    'an unknown topic',
    { TopicArn: 'arn:aws:sns:us-east-1:000000000000:none', Message: 'x' },
    'NotFoundException',
    'Topic does not exist',
  ],
  [
    'a topic that is none',
    { TopicArn: 'pager', Message: 'x' },
    'InvalidParameterException',
    'Invalid parameter: TopicArn',
  ],
  ['no message', { Message: '' }, 'InvalidParameterException', 'Empty message'],
  ['a message that is too long', { Message: 'x'.repeat(262_145) }, 'InvalidParameterException', 'Message too long'],
  [
    'a message that is too long with its attributes',
    { Message: 'x'.repeat(262_140), MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } },
    'InvalidParameterException',
    'Message too long',
  ],
  [
    'a subject of two lines',
    { Message: 'x', Subject: 'a\nb' },
    'InvalidParameterException',
    'Invalid parameter: Subject',
  ],
  ['a subject that is too long', { Message: 'x', Subject: 'a'.repeat(101) }, 'InvalidParameterException', 'Subject'],
  ['no default', { Message: '{"sms":"x"}', MessageStructure: 'json' }, 'InvalidParameterException', 'No default entry'],
  ['no JSON', { Message: 'x', MessageStructure: 'json' }, 'InvalidParameterException', 'failed to parse'],
  [
    'an attribute without type',
    { Message: 'x', MessageAttributes: { a: { DataType: 'Text', StringValue: 'b' } } },
    'InvalidParameterValueException',
    'Binary, Number, and String',
  ],
  [
    'a number that is none',
    { Message: 'x', MessageAttributes: { a: { DataType: 'Number', StringValue: 'b' } } },
    'InvalidParameterValueException',
    'Could not cast',
  ],
  ['no address', { TopicArn: undefined, Message: 'x' }, 'InvalidParameterException', 'TopicArn or TargetArn'],
  [
    'an attribute with a name that is none',
    { Message: 'x', MessageAttributes: { 'a..b': { DataType: 'String', StringValue: 'c' } } },
    'InvalidParameterValueException',
    "name 'a..b' is invalid",
  ],
  [
    'a number without a plus',
    { TopicArn: undefined, PhoneNumber: '0151', Message: 'x' },
    'InvalidParameterException',
    'PhoneNumber',
  ],
])('%s is refused as SNS refuses it', async (_, input, name, message) => {
  const refused = publish(input);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ name: expect.stringContaining(name) });
});

test('of a batch entries stand or fall by themselves', async () => {
  await received('All');
  const entries = [
    { Id: 'a', Message: 'first' },
    { Id: 'b', Message: '' },
  ];
  const batch = (PublishBatchRequestEntries: typeof entries) =>
    sns.send(new PublishBatchCommand({ TopicArn: output('Topic'), PublishBatchRequestEntries }));
  expect(await batch(entries)).toMatchObject({
    Successful: [{ Id: 'a', MessageId: expect.any(String) }],
    Failed: [{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }],
  });
  expect((await received('All')).map(({ Body }) => JSON.parse(Body ?? '').Message)).toEqual(['first']);
  await expect(batch([...entries, { Id: 'a', Message: 'x' }])).rejects.toThrow('same Id');
});

test('the topic and its subscriptions are shown', async () => {
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: output('Topic') }));
  expect(Attributes).toMatchObject({
    KmsMasterKeyId: 'alias/aws/sns',
    DisplayName: 'Tidemark alarms',
    SubscriptionsConfirmed: '7',
    SubscriptionsPending: '0',
  });
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: output('Topic') }));
  expect(Subscriptions.map(({ Protocol }) => Protocol).sort()).toEqual([
    'email',
    'email-json',
    'https',
    'lambda',
    'sms',
    'sqs',
    'sqs',
  ]);
});

test('the inbox is read through the engine, too', async () => {
  await publish({ Message: '{"severity":"high"}' });
  const asked = async (path: string) =>
    (await fetch(`${engine.endpoint}/_tidemark/inbox${path}`)).json() as Promise<{
      readonly messages: readonly { readonly id: number; readonly text: string }[];
    }>;
  const { messages } = await asked('?channel=email');
  expect(messages.map(({ text }) => text)).toEqual(['{"severity":"high"}']);
  expect(await asked(`/${messages[0]?.id}`)).toMatchObject({ to: 'oncall@example.org' });
  expect(await asked(`?channel=email&after=${messages[0]?.id}`)).toEqual({ messages: [] });
  expect(await asked('?channel=pigeon')).toMatchObject({ message: expect.stringContaining('pigeon') });
});
