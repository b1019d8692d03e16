import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { functionArn, type MachineStack, machineArn, machineStack } from '../../../test/machine-stack.ts';
import { EngineClock } from '../../clock.ts';
import type { BusEvent } from './event.ts';
import type { RuleFailure } from './start.ts';

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const events = 'events.amazonaws.com';

function starter(Service: string, ...Resource: string[]) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }] },
      Policies: [
        {
          PolicyName: 'start',
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'states:StartExecution', Resource }] },
        },
      ],
    },
  };
}

function starting(source: string, machine: string, role: string) {
  const target = { Id: 'a', Arn: machineArn(machine), RoleArn: arnOf(role), InputPath: '$.detail' };
  return {
    Type: 'AWS::Events::Rule',
    Properties: { Name: source, EventPattern: { source: [source] }, Targets: [target] },
  };
}

const resources = {
  Watch: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: {
        ...{ source: ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'] },
        detail: { stateMachineArn: [machineArn('waiting')], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      Targets: [{ Id: 'a', Arn: functionArn }],
    },
  },
  WatchPermission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      ...{ Action: 'lambda:InvokeFunction', FunctionName: 'work', Principal: events, SourceArn: arnOf('Watch') },
    },
    DependsOn: ['Work'],
  },
  Starter: starter(events, machineArn('passing'), machineArn('none')),
  Stranger: starter('lambda.amazonaws.com', machineArn('passing')),
  Start: starting('shop', 'passing', 'Starter'),
  StartOther: starting('other', 'waiting', 'Starter'),
  StartAsStranger: starting('stranger', 'passing', 'Stranger'),
  StartMissing: starting('missing', 'none', 'Starter'),
};

const machines = {
  passing: { StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } },
  waiting: {
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 60, Next: 'Fail' },
      Fail: { Type: 'Fail', Error: 'Late', Cause: 'waited' },
    },
  },
};

const clock = new EngineClock({ startMs: Date.parse('2026-11-02T09:00:00Z'), factor: 0 });
const failures: RuleFailure[] = [];
let stack: MachineStack;
let client: EventBridgeClient;

beforeAll(async () => {
  const code = "console.log('got', JSON.stringify(event));";
  stack = await machineStack({ machines, resources, code, clock, onRuleFailure: (failure) => failures.push(failure) });
  const { endpoint } = stack.engine;
  client = new EventBridgeClient({
    ...{ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'y' } },
  });
});
afterAll(async () => {
  client.destroy();
  await stack.stop();
});

/** What the watching function was given so far. */
async function watched(): Promise<BusEvent[]> {
  await stack.engine.rules.settled();
  while (!stack.engine.asynchronous.isIdle) await pause();
  const lines = stack.engine.services.logs.lines('/aws/lambda/work') ?? [];
  return lines.flatMap(({ text }) => {
    const given = /\tgot (.*)$/s.exec(text)?.[1];
    return given === undefined ? [] : [JSON.parse(given) as BusEvent];
  });
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

async function put(Source: string): Promise<string | undefined> {
  const Entries = [{ Source, DetailType: 'Order', Detail: '{"a":1}' }];
  const answer = await client.send(new PutEventsCommand({ Entries }));
  await stack.engine.rules.settled();
  return answer.Entries?.[0]?.EventId;
}

test('a rule hears of an execution that was stopped, whose Catch never ran', async () => {
  const executionArn = await stack.start('waiting', { run: 7 }, 'seven');
  clock.advance(1_000);
  await stack.client.send(new StopExecutionCommand({ executionArn, error: 'Cancelled', cause: 'by hand' }));
  await stack.ended(executionArn);
  expect(await watched()).toEqual([
    {
      ...{ version: '0', id: expect.any(String), 'detail-type': 'Step Functions Execution Status Change' },
      ...{ source: 'aws.states', account: '000000000000', time: '2026-11-02T09:00:01Z', region: 'us-east-1' },
      resources: [executionArn],
      detail: expect.objectContaining({
        ...{ executionArn, stateMachineArn: machineArn('waiting'), name: 'seven', status: 'ABORTED' },
        ...{ startDate: clock.now() - 1_000, stopDate: clock.now(), input: '{"run":7}', output: null },
        ...{ error: 'Cancelled', cause: 'by hand' },
      }),
    },
  ]);
});

test('and of one that failed', async () => {
  const executionArn = await stack.start('waiting');
  const passing = setInterval(() => clock.advance(60_000), 5);
  await stack.ended(executionArn);
  clearInterval(passing);
  expect((await watched()).at(-1)?.detail).toMatchObject({ executionArn, status: 'FAILED', error: 'Late' });
});

test('a rule starts an execution in the name of its role', async () => {
  const eventId = await put('shop');
  const { executions } = await stack.client.send(new ListExecutionsCommand({ stateMachineArn: machineArn('passing') }));
  expect(executions).toMatchObject([{ name: expect.stringMatching(new RegExp(`^${eventId}_`)) }]);
  expect(await stack.ended(executions?.[0]?.executionArn ?? '')).toMatchObject({
    status: 'SUCCEEDED',
    result: { a: 1 },
  });
  expect(failures).toEqual([]);
});

test.each([
  ['other', 'NO_PERMISSIONS', /does not allow states:StartExecution on \S+:waiting$/],
  ['stranger', 'FAILED_TO_ASSUME_ROLE', /^events\.amazonaws\.com cannot assume the role/],
  ['missing', 'NO_RESOURCE', /none/],
])('it does not start what it may not: %s', async (source, code, message) => {
  failures.length = 0;
  await put(source);
  expect(failures).toMatchObject([{ ruleName: source, code, message: expect.stringMatching(message) }]);
});

test('an endpoint that there is none of takes no events', async () => {
  // The SDK signs calls to endpoints in a way of its own, which needs a package of its own.
  const answer = await fetch(stack.engine.endpoint, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=x/20261120/us-east-1/events/aws4_request',
      ...{ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
    },
    body: JSON.stringify({ Entries: [{ Source: 'shop', DetailType: 'Order', Detail: '{}' }], EndpointId: 'abcde.veo' }),
  });
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { __type: 'ValidationException', message: expect.stringContaining('EndpointId') },
  ]);
});
