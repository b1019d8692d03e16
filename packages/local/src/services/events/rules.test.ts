import { rm } from 'node:fs/promises';
import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  TagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EngineClock } from '../../clock.ts';
import { type Engine, startEngine } from '../../engine.ts';
import { writeAssembly } from '../../template/written-assembly.ts';
import type { BusEvent } from './event.ts';
import type { RuleFailure } from './start.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const minuteMs = 60_000;
const trusting = (Service: string) => ({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
});
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const events = 'events.amazonaws.com';

function permission(rule: string) {
  const Properties = {
    Action: 'lambda:InvokeFunction',
    FunctionName: arnOf('Function'),
    Principal: events,
    SourceArn: arnOf(rule),
  };
  return { Type: 'AWS::Lambda::Permission', Properties };
}

function rule(Properties: object, target: object = {}) {
  return {
    Type: 'AWS::Events::Rule',
    Properties: { ...Properties, Targets: [{ Id: 'Target0', Arn: arnOf('Function'), ...target }] },
  };
}

const lettersOf = (queue: string) => ({
  DeadLetterConfig: { Arn: arnOf(queue) },
  RetryPolicy: { MaximumRetryAttempts: 2 },
});

const template = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trusting('lambda.amazonaws.com'),
        Policies: [
          {
            PolicyName: 'put',
            PolicyDocument: {
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 'events:PutEvents',
                  Resource: {
                    'Fn::Join': ['', ['arn:aws:events:', { Ref: 'AWS::Region' }, ':000000000000:event-bus/default']],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Metadata: { 'aws:asset:path': 'asset.target' },
      Properties: {
        ...{ FunctionName: 'target', Code: {}, Handler: 'index.handler', Runtime: 'nodejs24.x', Timeout: 30 },
        Role: arnOf('Role'),
      },
    },
    Orders: rule({
      Name: 'orders',
      Description: 'Large orders',
      EventPattern: { source: ['shop'], detail: { amount: [{ numeric: ['>', 100] }] } },
    }),
    OrdersPermission: permission('Orders'),
    Minutely: rule(
      { ScheduleExpression: 'rate(1 minute)', State: 'DISABLED', Name: 'minutely' },
      { Input: '{"from":"minutely"}' },
    ),
    MinutelyPermission: permission('Minutely'),
    Daily: rule({ ScheduleExpression: 'cron(0 12 * * ? *)', Name: 'daily' }),
    DailyPermission: permission('Daily'),
    Returns: rule(
      { Name: 'returns', EventPattern: { source: ['shop'], 'detail-type': ['Return'] } },
      {
        InputTransformer: {
          InputPathsMap: { what: '$.detail.what' },
          InputTemplate: '{"returned": <what>, "by": "<aws.events.rule-name>"}',
        },
        ...lettersOf('Letters'),
      },
    ),
    ReturnsPermission: permission('Returns'),
    Unpermitted: rule({ Name: 'unpermitted', EventPattern: { source: ['unpermitted'] } }, lettersOf('Letters')),
    Unheard: rule({ Name: 'unheard', EventPattern: { source: ['unheard'] } }, lettersOf('Closed')),
    Letters: { Type: 'AWS::SQS::Queue' },
    Closed: { Type: 'AWS::SQS::Queue' },
    LettersPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Letters' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: ['Unpermitted', 'Returns'].map((name) => ({
            ...{ Sid: `Allow${name}`, Effect: 'Allow', Principal: { Service: events }, Action: 'sqs:SendMessage' },
            ...{ Resource: arnOf('Letters'), Condition: { ArnEquals: { 'aws:SourceArn': arnOf(name) } } },
          })),
        },
      },
    },
  },
  Outputs: { Letters: { Value: { Ref: 'Letters' } }, OrdersArn: { Value: arnOf('Orders') } },
};

const handler = `
const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN, AWS_REGION } = process.env;
export async function handler(event) {
  console.log('got', JSON.stringify(event));
  if (event.detail?.next === undefined) return;
  const scope = AWS_ACCESS_KEY_ID + '/20261102/' + AWS_REGION + '/events/aws4_request';
  const Entries = [{ Source: 'shop', DetailType: 'Order', Detail: JSON.stringify(event.detail.next) }];
  const response = await fetch(AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=0',
      'x-amz-security-token': AWS_SESSION_TOKEN,
      'x-amz-target': 'AWSEvents.' + event.detail.operation,
      'content-type': 'application/x-amz-json-1.1',
    },
    body: JSON.stringify({ Entries, Name: 'orders' }),
  });
  console.log('answered', response.status, await response.text());
}`;

const clock = new EngineClock({ startMs, factor: 0 });
const failures: RuleFailure[] = [];
let assembly: string;
let engine: Engine;
let client: EventBridgeClient;
let sqs: SQSClient;

beforeAll(async () => {
  assembly = await writeAssembly(template, { 'asset.target/index.mjs': handler });
  engine = await startEngine({ assembly, clock, onRuleFailure: (failure) => failures.push(failure) });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  client = new EventBridgeClient({ endpoint: engine.endpoint, region: 'eu-north-1', credentials });
  sqs = new SQSClient({ endpoint: engine.endpoint, region: 'eu-north-1', credentials });
});
afterAll(async () => {
  client.destroy();
  sqs.destroy();
  await engine.stop();
  await rm(assembly, { recursive: true });
});
afterEach(() => {
  engine.rules.chaos = undefined;
  failures.length = 0;
  seen = texts().length;
});

/** So many of the function's lines belong to earlier tests. */
let seen = 0;

function texts(): string[] {
  return (engine.services.logs.lines('/aws/lambda/target') ?? []).map(({ text }) => text);
}

/** What the function was given since the test began, when rules and Lambda have nothing left to do. */
async function given<Given = BusEvent>(): Promise<Given[]> {
  await idle();
  return texts()
    .slice(seen)
    .flatMap((text) => (/\tgot (.*)$/s.exec(text)?.[1] ?? []) as string[])
    .map((text) => JSON.parse(text) as Given);
}

async function idle(): Promise<void> {
  // Whoever the clock woke goes on first.
  await pause();
  await engine.rules.settled();
  while (!engine.asynchronous.isIdle) await pause();
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

async function put(...Entries: PutEventsRequestEntry[]) {
  return client.send(new PutEventsCommand({ Entries }));
}

const order = (amount: number, more: object = {}): PutEventsRequestEntry => ({
  ...{ Source: 'shop', DetailType: 'Order', Detail: JSON.stringify({ amount, ...more }) },
});

describe('a rule with a pattern', () => {
  test('hands on what matches, and nothing else', async () => {
    const { Entries, FailedEntryCount } = await put(order(101, { id: 'a' }), order(100), {
      ...order(500),
      Source: 'mall',
    });
    expect(FailedEntryCount).toBe(0);
    expect(await given()).toEqual([
      {
        ...{ version: '0', id: Entries?.[0]?.EventId, 'detail-type': 'Order', source: 'shop', account: '000000000000' },
        ...{ time: '2026-11-02T09:00:00Z', region: 'us-east-1', resources: [], detail: { amount: 101, id: 'a' } },
      },
    ]);
  });

  test('takes the time and the resources that an event has', async () => {
    await put({ ...order(200), Time: new Date('2026-11-01T00:00:00Z'), Resources: ['arn:a'] });
    expect(await given()).toMatchObject([{ time: '2026-11-01T00:00:00Z', resources: ['arn:a'] }]);
  });

  test('gives its target what its template says', async () => {
    await put({ Source: 'shop', DetailType: 'Return', Detail: '{"what":{"a":1}}' });
    expect(await given<object>()).toEqual([{ returned: { a: 1 }, by: 'returns' }]);
  });

  test('hears what functions put, as far as their roles let them', async () => {
    await put(order(300, { operation: 'PutEvents', next: { amount: 400 } }));
    expect((await given()).map(({ detail }) => detail.amount)).toEqual([300, 400]);
    await put(order(500, { operation: 'DisableRule', next: {} }));
    await idle();
    expect(texts().at(-3)).toMatch(
      /answered 400 .*not authorized to perform: events:DisableRule on resource: arn:aws:events:us-east-1:000000000000:rule\/orders/,
    );
  });

  test('does nothing while it is disabled', async () => {
    await client.send(new DisableRuleCommand({ Name: 'orders' }));
    await put(order(600));
    await client.send(new EnableRuleCommand({ Name: 'orders', EventBusName: 'default' }));
    await put(order(700));
    expect((await given()).map(({ detail }) => detail.amount)).toEqual([700]);
  });
});

describe('a schedule', () => {
  test('follows the clock, and not while it stands still', async () => {
    await client.send(new EnableRuleCommand({ Name: 'minutely' }));
    clock.advance(minuteMs - 1);
    expect(await given()).toEqual([]);
    clock.advance(1);
    while ((await given()).length < 1) await pause();
    clock.advance(minuteMs);
    while ((await given()).length < 2) await pause();
    await client.send(new DisableRuleCommand({ Name: 'minutely' }));
    clock.advance(minuteMs);
    expect(await given<object>()).toEqual([{ from: 'minutely' }, { from: 'minutely' }]);
  });

  test('tells when it was due; after a leap of the clock, the last time only', async () => {
    clock.set(startMs);
    clock.advance(75 * 3_600_000);
    while ((await given()).length < 1) await pause();
    expect(await given()).toEqual([
      {
        ...{ version: '0', id: expect.any(String), 'detail-type': 'Scheduled Event', source: 'aws.events' },
        ...{ account: '000000000000', time: '2026-11-05T12:00:00Z', region: 'us-east-1', detail: {} },
        resources: ['arn:aws:events:us-east-1:000000000000:rule/daily'],
      },
    ]);
  });

  test('keeps up with a clock that runs fast', async () => {
    await client.send(new EnableRuleCommand({ Name: 'minutely' }));
    const fromMs = clock.now();
    clock.scale(600);
    while ((await given()).length < 5) await pause();
    clock.scale(0);
    await client.send(new DisableRuleCommand({ Name: 'minutely' }));
    const firings = (await given<{ from?: string }>()).filter(({ from }) => from === 'minutely').length;
    expect(firings).toBeLessThanOrEqual((clock.now() - fromMs) / minuteMs);
  });
});

describe('an event that a target does not take', () => {
  async function letters() {
    const input = { QueueUrl: engine.outputs.Letters, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
    return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
      event: JSON.parse(Body) as BusEvent,
      ...Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])),
    }));
  }

  test('for lack of a permission is a dead letter at once', async () => {
    await put({ Source: 'unpermitted', DetailType: 'x', Detail: '{}' });
    expect(await given()).toEqual([]);
    expect(await letters()).toEqual([
      {
        event: expect.objectContaining({ source: 'unpermitted' }),
        RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/unpermitted',
        TARGET_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:target',
        ERROR_CODE: 'NO_PERMISSIONS',
        ERROR_MESSAGE: expect.stringContaining('No permission lets events.amazonaws.com invoke target'),
      },
    ]);
    expect(failures).toMatchObject([{ ruleName: 'unpermitted', code: 'NO_PERMISSIONS', isKept: true }]);
  });

  test('is lost where the queue does not take letters from the rule', async () => {
    await put({ Source: 'unheard', DetailType: 'x', Detail: '{}' });
    await idle();
    expect(failures).toMatchObject([{ ruleName: 'unheard', code: 'NO_PERMISSIONS', isKept: false }]);
  });

  test('is handed over again later, until its retries are used up', async () => {
    const retries: number[] = [];
    engine.rules.chaos = (attempt) => {
      retries.push(attempt.retries);
      return { refuse: true };
    };
    await put({ Source: 'shop', DetailType: 'Return', Detail: '{"what":1}' });
    while (retries.length < 1) await pause();
    for (const attempts of [2, 3]) {
      while (retries.length < attempts) {
        clock.advance(500);
        await pause();
      }
    }
    await idle();
    expect(retries).toEqual([0, 1, 2]);
    expect(await letters()).toMatchObject([
      { ERROR_CODE: 'THROTTLING', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '2' },
    ]);
  });

  test('is taken by a later attempt', async () => {
    engine.rules.chaos = ({ retries }) => ({ refuse: retries === 0 });
    await put(order(800));
    const passing = setInterval(() => clock.advance(500), 5);
    while ((await given()).length < 1) await pause();
    clearInterval(passing);
    expect(failures).toEqual([]);
  });
});

describe('at the wish of a test', () => {
  test('a target gets an event twice', async () => {
    engine.rules.chaos = ({ ruleName }) => ({ duplicate: ruleName === 'orders' });
    await put(order(900));
    const [first, second, ...more] = await given();
    expect([first?.detail.amount, more]).toEqual([900, []]);
    expect(second).toEqual(first);
  });

  test('an event comes late', async () => {
    engine.rules.chaos = ({ event }) => (event.detail.amount === 1_000 ? { lateMs: 10 * minuteMs } : undefined);
    await put(order(1_000), order(1_001));
    while (
      texts()
        .slice(seen)
        .every((text) => !text.includes('got'))
    )
      await pause();
    clock.advance(10 * minuteMs);
    expect((await given()).map(({ detail }) => detail.amount)).toEqual([1_001, 1_000]);
  });

  test('an event never comes', async () => {
    engine.rules.chaos = ({ event }) => ({ lose: event.detail.amount === 1_000 });
    await put(order(1_000), order(1_001));
    expect((await given()).map(({ detail }) => detail.amount)).toEqual([1_001]);
    expect(failures).toEqual([]);
  });
});

describe('the API', () => {
  test('lists and describes rules and their targets', async () => {
    const { Rules = [] } = await client.send(new ListRulesCommand({}));
    expect(Rules.map(({ Name }) => Name)).toEqual(['daily', 'minutely', 'orders', 'returns', 'unheard', 'unpermitted']);
    const first = await client.send(new ListRulesCommand({ NamePrefix: 'un', Limit: 1 }));
    expect(first.Rules?.map(({ Name }) => Name)).toEqual(['unheard']);
    const second = await client.send(new ListRulesCommand({ NamePrefix: 'un', Limit: 1, NextToken: first.NextToken }));
    expect([second.Rules?.map(({ Name }) => Name), second.NextToken]).toEqual([['unpermitted'], undefined]);
    expect(await client.send(new DescribeRuleCommand({ Name: 'orders' }))).toMatchObject({
      ...{ Name: 'orders', Arn: engine.outputs.OrdersArn, Description: 'Large orders', State: 'ENABLED' },
      ...{ EventPattern: '{"source":["shop"],"detail":{"amount":[{"numeric":[">",100]}]}}', EventBusName: 'default' },
    });
    expect(await client.send(new DescribeRuleCommand({ Name: 'minutely' }))).toMatchObject({
      ...{ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' },
    });
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'returns' }));
    expect(Targets).toEqual([
      {
        ...{ Id: 'Target0', Arn: 'arn:aws:lambda:us-east-1:000000000000:function:target' },
        InputTransformer: {
          InputPathsMap: { what: '$.detail.what' },
          InputTemplate: '{"returned": <what>, "by": "<aws.events.rule-name>"}',
        },
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 86_400 },
        DeadLetterConfig: { Arn: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:Small-test-Letters-/) },
      },
    ]);
  });

  test('says what is not there and what it does not serve', async () => {
    await expect(client.send(new DescribeRuleCommand({ Name: 'none' }))).rejects.toMatchObject({
      ...{ name: 'ResourceNotFoundException', message: 'Rule none does not exist on EventBus default.' },
    });
    await expect(put({ ...order(101), EventBusName: 'other' })).rejects.toMatchObject({
      ...{ name: 'ResourceNotFoundException', message: 'Event bus other does not exist.' },
    });
    await expect(client.send(new TagResourceCommand({ ResourceARN: 'a', Tags: [] }))).rejects.toThrow(
      /EventBridge does not serve TagResource; it serves DescribeRule, DisableRule/,
    );
  });

  test('refuses events one by one', async () => {
    const good = order(1_100);
    const entries = [{ ...good, Source: 'aws.states' }, { ...good, Detail: '[]' }, { ...good, DetailType: '' }, good];
    const { FailedEntryCount, Entries } = await put(...entries);
    expect([FailedEntryCount, Entries?.map(({ ErrorCode }) => ErrorCode)]).toEqual([
      3,
      ['NotAuthorizedForSourceException', 'MalformedDetail', 'InvalidArgument', undefined],
    ]);
    expect((await given()).map(({ detail }) => detail.amount)).toEqual([1_100]);
    await expect(put()).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put(order(1, { text: 'x'.repeat(1_048_576) }))).rejects.toThrow(/over the limit/);
  });
});
