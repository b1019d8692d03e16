import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
} from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionArn, type MachineStack, machineStack, only, task } from '../../../test/machine-stack.ts';
import { EngineClock } from '../../clock.ts';

const invoke = 'arn:aws:states:::lambda:invoke';
const token = '{% $states.context.Task.Token %}';
const waiting = task(`${invoke}.waitForTaskToken`, { FunctionName: functionArn, Payload: { token } });
const clock = new EngineClock();
let stack: MachineStack;
let tokens: string[] = [];

beforeAll(async () => {
  stack = await machineStack({
    clock,
    machines: {
      fail: only({ Type: 'Fail', Error: 'Mine', Cause: 'because' }),
      token: only(waiting),
      beating: only({ ...waiting, HeartbeatSeconds: 60 }),
      queued: only(
        task('arn:aws:states:::sqs:sendMessage.waitForTaskToken', {
          QueueUrl: '{% $states.input.QueueUrl %}',
          MessageBody: { token },
        }),
      ),
      twoSteps: {
        StartAt: 'First',
        States: {
          First: { Type: 'Pass', Assign: { n: '{% $states.input.n %}' }, Next: 'Second' },
          Second: task('arn:aws:states:::lambda:invoke', { FunctionName: functionArn, Payload: { n: '{% $n %}' } }),
        },
      },
    },
    code: "console.log('token ' + event.token); return { n: event.n };",
    onLog: ({ text }) => {
      const given = /token ([\w-]{100,})/.exec(text)?.[1];
      if (given !== undefined) tokens.push(given);
    },
    resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'tokens' } } },
  });
}, 60_000);
afterAll(() => stack.stop());

describe('tokens', () => {
  const nextToken = async () => {
    while (tokens.length === 0) await new Promise((done) => setImmediate(done));
    return tokens.shift() as string;
  };

  test('SendTaskSuccess and SendTaskFailure end the task, once', async () => {
    tokens = [];
    const first = await stack.start('token');
    const taskToken = await nextToken();
    await stack.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":true}' }));
    expect((await stack.ended(first)).result).toEqual({ done: true });
    const again = stack.client.send(new SendTaskSuccessCommand({ taskToken, output: '1' }));
    await expect(again).rejects.toMatchObject({ name: 'TaskTimedOut' });
    const second = await stack.start('token');
    const failure = { taskToken: await nextToken(), error: 'No', cause: 'way' };
    await stack.client.send(new SendTaskFailureCommand(failure));
    expect(await stack.ended(second)).toMatchObject({ status: 'FAILED', error: 'No', cause: 'way' });
    expect((await stack.history(second)).map(({ type }) => type)).toEqual([
      ...['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskFailed'],
      'ExecutionFailed',
    ]);
  });

  test('heartbeats put the end off; without them the task fails', async () => {
    tokens = [];
    const executionArn = await stack.start('beating');
    const taskToken = await nextToken();
    while ((await stack.history(executionArn)).at(-1)?.type !== 'TaskSubmitted');
    clock.advance(50_000);
    await stack.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    clock.advance(50_000);
    expect((await stack.client.send(new DescribeExecutionCommand({ executionArn }))).status).toBe('RUNNING');
    clock.advance(20_000);
    expect(await stack.ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    const late = stack.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  test('a message carries the token', async () => {
    const QueueUrl = `${stack.engine.endpoint}/000000000000/tokens`;
    const executionArn = await stack.start('queued', { QueueUrl });
    const sqs = new SQSClient({ ...stack.settings, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    sqs.destroy();
    const { token: taskToken } = JSON.parse(Messages[0]?.Body ?? '') as { token: string };
    await stack.client.send(new SendTaskSuccessCommand({ taskToken, output: '"read"' }));
    expect((await stack.ended(executionArn)).result).toBe('read');
  });

  test.each([
    ['a token of nobody', { taskToken: 'x'.repeat(128), output: '1' }, 'TaskDoesNotExist'],
    ['no token at all', { taskToken: 'x', output: '1' }, 'InvalidToken'],
    ['an output that is no JSON', { taskToken: 'x'.repeat(128), output: '{' }, 'InvalidOutput'],
  ])('%s is refused', async (_, input, error) => {
    await expect(stack.client.send(new SendTaskSuccessCommand(input))).rejects.toMatchObject({ name: error });
  });
});

describe('RedriveExecution', () => {
  test('goes on at the state that failed, with its variables', async () => {
    const struck = stack.engine.faults.add({ match: { caller: 'twoSteps' }, action: { kind: 'fail' }, times: 1 });
    const executionArn = await stack.start('twoSteps', { n: 5 });
    expect(await stack.ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'Lambda.ServiceException' });
    expect(struck.strikes).toBe(1);
    await stack.client.send(new RedriveExecutionCommand({ executionArn }));
    const ended = await stack.ended(executionArn);
    expect(ended).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveDate: expect.any(Date),
    });
    expect(ended.result).toMatchObject({ Payload: { n: 5 } });
    const types = (await stack.history(executionArn)).map(({ type }) => type);
    expect(types.filter((type) => type === 'PassStateEntered')).toHaveLength(1);
    expect(types).toContain('ExecutionRedriven');
    await expect(stack.client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
  });

  test('is over 14 days after the end', async () => {
    const { executionArn } = await stack.run('fail');
    clock.advance(15 * 86_400_000);
    const late = stack.client.send(new RedriveExecutionCommand({ executionArn }));
    await expect(late).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  });
});
