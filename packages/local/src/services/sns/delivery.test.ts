import { rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { notifiedFiles, notifiedTemplate } from '../../../test/notified-stack.ts';
import { EngineClock } from '../../clock.ts';
import { type Engine, startEngine } from '../../engine.ts';
import { writeAssembly } from '../../template/written-assembly.ts';
import type { NotificationFailure } from './topics.ts';

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Engine time. */
  readonly atMs: number;
}

let assembly: string;
let engine: Engine;
let sns: SNSClient;
let sqs: SQSClient;
let server: Server;
let address: string;
const posted: Posted[] = [];
/** The statuses of the answers to come; 200 when there are none left. */
const statuses: number[] = [];
const failures: NotificationFailure[] = [];
const clock = new EngineClock({ startMs: Date.parse('2026-11-20T03:00:00Z'), factor: 0 });

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    posted.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), atMs: clock.now() });
    response.writeHead(statuses.shift() ?? 200, { connection: 'close' }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pager`;
  assembly = await writeAssembly(notifiedTemplate(), notifiedFiles);
  engine = await startEngine({
    ...{ assembly, clock, confirmSubscriptions: false },
    onNotificationFailure: (failure) => failures.push(failure),
  });
  const client = {
    ...{ endpoint: engine.endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  sns = new SNSClient(client);
  sqs = new SQSClient(client);
});
afterAll(async () => {
  sns?.destroy();
  sqs?.destroy();
  await engine?.stop();
  await new Promise((done) => server.close(done));
  await rm(assembly, { recursive: true });
});
afterEach(() => {
  posted.length = 0;
  statuses.length = 0;
  failures.length = 0;
  engine.faults.clear();
  engine.inbox.clear();
});

const TopicArn = () => engine.outputs.Topic ?? '';

function publish(Message: string) {
  return sns.send(new PublishCommand({ TopicArn: TopicArn(), Message }));
}

/** Moves the clock on to what waits next, until nothing is on its way. */
async function untilSettled(): Promise<void> {
  let isSettled = false;
  const settled = engine.topics.settled().then(() => {
    isSettled = true;
  });
  for (;;) {
    await Promise.race([settled, new Promise((done) => setTimeout(done, 20))]);
    if (isSettled) return;
    if (Number.isFinite(clock.nextDueMs)) clock.advance(Math.max(0, clock.nextDueMs - clock.now()));
  }
}

async function subscribed(Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) {
  const { SubscriptionArn = '' } = await sns.send(
    new SubscribeCommand({ TopicArn: TopicArn(), Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true }),
  );
  await untilSettled();
  return SubscriptionArn;
}

test('an owner is asked first, and a link confirms', async () => {
  const listed = async () => {
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TopicArn() }));
    return Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation').length;
  };
  // The e-mail, the JSON mail and the address of the template.
  expect(await listed()).toBe(3);
  const given = { TopicArn: TopicArn(), Protocol: 'email', Endpoint: 'new@example.org' };
  expect(await sns.send(new SubscribeCommand(given))).toMatchObject({ SubscriptionArn: 'pending confirmation' });
  await publish('nobody hears');
  const [mail] = engine.inbox.list({ to: 'new@example.org' });
  expect(mail).toMatchObject({ channel: 'email', note: expect.stringContaining('asks for a confirmation') });
  const link = /http:\S+/.exec(mail?.text ?? '')?.[0] ?? '';
  expect((await fetch(link.replace(/Token=\w+/, 'Token=wrong'))).status).toBe(400);
  expect(await (await fetch(link)).text()).toContain(`<SubscriptionArn>${TopicArn()}:`);
  expect(await listed()).toBe(3);
  await publish('heard');
  expect(
    engine.inbox
      .list({ to: 'new@example.org' })
      .map(({ text }) => text)
      .at(-1),
  ).toBe('heard');
});

test('an address is posted to with the headers of SNS, asked to confirm first', async () => {
  const arn = await subscribed('http', address);
  expect(posted).toMatchObject([{ headers: { 'x-amz-sns-message-type': 'SubscriptionConfirmation' } }]);
  const { SubscribeURL } = JSON.parse(posted[0]?.body ?? '') as { readonly SubscribeURL: string };
  await fetch(SubscribeURL);
  await publish('posted');
  await untilSettled();
  expect(posted[1]).toMatchObject({
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-topic-arn': TopicArn(),
      'x-amz-sns-subscription-arn': arn,
    },
  });
  expect(JSON.parse(posted[1]?.body ?? '')).toMatchObject({ Type: 'Notification', Message: 'posted' });
  await sns.send(
    new SetSubscriptionAttributesCommand({
      ...{ SubscriptionArn: arn, AttributeName: 'RawMessageDelivery', AttributeValue: 'true' },
    }),
  );
  await publish('plain');
  await untilSettled();
  expect(posted[2]).toMatchObject({ body: 'plain', headers: { 'x-amz-sns-rawdelivery': 'true' } });
});

test('an address that fails is tried three times more, twenty seconds apart, and then a queue has it', async () => {
  const [arn = ''] = engine.topics
    .subscriptions(TopicArn())
    .flatMap(({ arn, endpoint }) => (endpoint === address ? [arn] : []));
  const deadLetterTargetArn = engine.outputs.DeadArn;
  await sns.send(
    new SetSubscriptionAttributesCommand({
      ...{ SubscriptionArn: arn, AttributeName: 'RedrivePolicy' },
      AttributeValue: JSON.stringify({ deadLetterTargetArn }),
    }),
  );
  statuses.push(500, 503, 429, 500);
  await publish('refused');
  await untilSettled();
  const firstMs = posted[0]?.atMs ?? 0;
  expect(posted.map(({ atMs }) => atMs - firstMs)).toEqual([0, 20_000, 40_000, 60_000]);
  expect(failures).toEqual([
    {
      ...{ topicArn: TopicArn(), protocol: 'http', endpoint: address, retries: 3, isKept: true },
      message: `${address} answered 500`,
    },
  ]);
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: engine.outputs.Dead, MessageAttributeNames: ['All'] }),
  );
  expect(Messages).toMatchObject([{ Body: 'refused', MessageAttributes: { ErrorCode: { StringValue: '500' } } }]);
  // What an address does not want is not offered again.
  statuses.push(404);
  await publish('unwanted');
  await untilSettled();
  expect([posted.length, failures.at(-1)?.retries]).toEqual([5, 0]);
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
  await expect(sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }))).rejects.toThrow(
    'Subscription does not exist',
  );
});

test("a channel that is struck is tried again on the engine's clock, or delivers twice; one that fails for good is left", async () => {
  const fault = engine.faults.channels.add({ channel: 'sms', times: 2 });
  await publish('late');
  expect(engine.inbox.list({ channel: 'sms' })).toEqual([]);
  const beganMs = clock.now();
  await untilSettled();
  expect(engine.inbox.list({ channel: 'sms' })).toMatchObject([{ text: 'Tidemark a> late', atMs: beganMs + 20_000 }]);
  expect(fault.strikes).toBe(2);
  engine.faults.clear();
  engine.faults.channels.add({ channel: 'sms', times: 1, isDuplicate: true });
  await publish('twice');
  expect(
    engine.inbox
      .list({ channel: 'sms' })
      .map(({ text }) => text)
      .slice(1),
  ).toEqual(['Tidemark a> twice', 'Tidemark a> twice']);
  engine.faults.channels.add({ to: '+4915112345678', isPermanent: true });
  await publish('never');
  await untilSettled();
  expect(failures).toMatchObject([{ protocol: 'sms', endpoint: '+4915112345678', retries: 0, isKept: false }]);
});

test.each([
  ['a queue that lets nobody send', 'sqs', 'arn:aws:sqs:us-east-1:000000000000:other', 'No policy of'],
  [
    'a function that is not there',
    'lambda',
    'arn:aws:lambda:us-east-1:000000000000:function:none',
    'Function not found',
  ],
])('%s is not tried again', async (_, Protocol, Endpoint, message) => {
  const arn = await subscribed(Protocol, Endpoint);
  await publish('x');
  expect(failures).toMatchObject([{ endpoint: Endpoint, retries: 0, message: expect.stringContaining(message) }]);
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
});

test.each<[string, string, string, Record<string, string>, string]>([
  ['a pigeon', 'pigeon', 'x', {}, 'Protocol: pigeon is not supported'],
  ['a number that is none', 'sms', '0151', {}, 'Endpoint: "0151" is none of sms'],
  ['an address that is none', 'http', 'http://[::/', {}, 'Endpoint: "http://[::/" is none of http'],
  ['raw mail', 'email', 'a@example.org', { RawMessageDelivery: 'true' }, 'RawMessageDelivery: not for email'],
  [
    'an unknown operator',
    'sms',
    '+15550100',
    { FilterPolicy: '{"a":[{"like":"b"}]}' },
    '{"like":"b"} is not supported',
  ],
  [
    'six keys',
    'sms',
    '+15550100',
    { FilterPolicy: '{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}' },
    'more than 5 keys',
  ],
  ['nested attributes', 'sms', '+15550100', { FilterPolicy: '{"a":{"b":[1]}}' }, 'does not support nested'],
  ['a delivery policy', 'http', 'http://127.0.0.1/', { DeliveryPolicy: '{}' }, 'DeliveryPolicy is not supported'],
])('a subscription with %s is refused', async (_, Protocol, Endpoint, Attributes, message) => {
  const refused = sns.send(new SubscribeCommand({ TopicArn: TopicArn(), Protocol, Endpoint, Attributes }));
  await expect(refused).rejects.toThrow(message);
});
