import { DescribeExecutionCommand, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { functionArn, type MachineStack, machineArn, machineStack, only, task } from '../../../test/machine-stack.ts';
import { printMeter } from '../../meter/print.ts';

const invoke = 'arn:aws:states:::lambda:invoke';
const passOn = '{% $states.input %}';
const retry = { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1 }] };
const Arguments = { FunctionName: functionArn, Payload: passOn };
let stack: MachineStack;

beforeAll(async () => {
  stack = await machineStack({
    code: 'return event;',
    allow: [
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn },
      { Effect: 'Allow', Action: 'pipes:CreatePipe', Resource: '*' },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::callers' },
      { Effect: 'Allow', Action: 'states:StartExecution', Resource: machineArn('once') },
    ],
    machines: {
      once: only(task(invoke, Arguments)),
      again: only(task(invoke, Arguments, retry)),
      publish: only(task('arn:aws:states:::aws-sdk:s3:putObject', { Bucket: 'callers', Key: 'k', Body: 'b' })),
      item: only(task('arn:aws:states:::aws-sdk:kinesis:listStreams', {})),
      otherFunction: only(task(invoke, { FunctionName: 'other' })),
      pipe: only(task('arn:aws:states:::aws-sdk:pipes:createPipe', passOn)),
      startOther: only(task('arn:aws:states:::states:startExecution.sync:2', passOn)),
      whoAmI: only(task(invoke, Arguments)),
      readItems: only({
        Type: 'Map',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Arguments: { Bucket: 'callers', Key: 'items' },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...only({ Type: 'Pass', End: true }, 'Each'),
        },
        End: true,
      }),
      children: only({
        Type: 'Map',
        Items: '{% [1, 2, 3] %}',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...only(task(invoke, Arguments, retry), 'Each'),
        },
        End: true,
      }),
    },
    resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'callers' } } },
  });
}, 60_000);
afterAll(() => stack.stop());
beforeEach(() => {
  stack.engine.faults.clear();
  stack.engine.faults.forget();
  stack.engine.meter.reset();
  stack.engine.clock.scale(1_000);
});

describe("the machine's role", () => {
  test('allows what it allows', async () => {
    expect((await stack.run('once', 1)).status).toBe('SUCCEEDED');
  });

  test.each([
    [
      'another function',
      'otherFunction',
      'Lambda.AWSLambdaException',
      /lambda:InvokeFunction on resource: .*:function:other /,
    ],
    ['another service', 'item', 'Kinesis.AccessDeniedException', /kinesis:ListStreams on resource: \* because/],
    [
      'another action',
      'publish',
      'S3.AccessDeniedException',
      /s3:PutObject on resource: arn:aws:s3:::callers\/k because/,
    ],
    [
      'what a map reads',
      'readItems',
      'States.ItemReaderFailed',
      /s3:GetObject on resource: arn:aws:s3:::callers\/items/,
    ],
  ])('does not allow %s', async (_, machine, error, cause) => {
    const ended = await stack.run(machine);
    expect(ended).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(cause) });
    expect(ended.cause).toContain('User: arn:aws:sts::000000000000:assumed-role/machines/');
  });

  test('must be allowed to pass on the role of a pipe', async () => {
    const pipe = { Name: 'p', RoleArn: 'arn:aws:iam::000000000000:role/piping', Source: 'arn:a', Target: 'arn:b' };
    const { error, cause } = await stack.run('pipe', pipe);
    expect([error, cause]).toEqual([
      'Pipes.PipesException',
      expect.stringContaining('iam:PassRole on resource: arn:aws:iam::000000000000:role/piping'),
    ]);
  });

  test('names the machines that may be started', async () => {
    const { status } = await stack.run('startOther', { StateMachineArn: machineArn('once'), Input: 2 });
    expect(status).toBe('SUCCEEDED');
    const { error } = await stack.run('startOther', { StateMachineArn: machineArn('again'), Input: 2 });
    expect(error).toBe('StepFunctions.AWSStepFunctionsException');
  });
});

describe('faults strike the calls of tasks', () => {
  const called = (caller: string) => ({ caller, service: 'lambda', operation: 'Invoke', resource: 'work' });

  test('a throttled call is repeated as the definition says', async () => {
    const fault = stack.engine.faults.add({ match: called('again'), action: { kind: 'throttle' }, times: 2 });
    const { status, executionArn = '' } = await stack.run('again');
    expect([status, fault.strikes]).toEqual(['SUCCEEDED', 2]);
    const failures = (await stack.history(executionArn)).flatMap(
      ({ taskFailedEventDetails }) => taskFailedEventDetails?.error ?? [],
    );
    expect(failures).toEqual(['Lambda.TooManyRequestsException', 'Lambda.TooManyRequestsException']);
    expect(stack.engine.faults.points()).toEqual([{ ...called('again'), calls: 3 }]);
    expect(stack.engine.faults.calls().map(({ sessionToken, outcome }) => [sessionToken, outcome])).toEqual([
      [executionArn, 429],
      [executionArn, 429],
      [executionArn, 200],
    ]);
  });

  test.each([
    ['fail', { kind: 'fail' }, 'Lambda.ServiceException'],
    ['lose', { kind: 'lose' }, 'Lambda.SdkClientException'],
  ] as const)('%s', async (_, action, error) => {
    stack.engine.faults.add({ match: { caller: 'once' }, action });
    expect(await stack.run('once')).toMatchObject({ status: 'FAILED', error });
  });

  test.each(['before', 'after'] as const)('kill %s the effect stops the execution', async (when) => {
    stack.engine.faults.add({ match: { caller: 'once' }, action: { kind: 'kill', when } });
    expect(await stack.run('once')).toMatchObject({ status: 'ABORTED', error: 'Killed', cause: 'Struck by a fault' });
    const invoked = stack.engine.meter.snapshot().functions.map(({ invocations }) => invocations);
    expect(invoked).toEqual(when === 'after' ? [1] : []);
  });

  test('children are struck one by one', async () => {
    const fault = stack.engine.faults.add({
      match: called('children'),
      action: { kind: 'throttle' },
      from: 2,
      times: 1,
    });
    const { status } = await stack.run('children');
    expect([status, fault.strikes]).toEqual(['SUCCEEDED', 1]);
    expect(new Set(stack.engine.faults.calls().map(({ sessionToken }) => sessionToken)).size).toBe(3);
  });
});

describe('the meter', () => {
  test('counts states entered and tasks repeated, and the calls of each machine', async () => {
    stack.engine.faults.add({ match: { caller: 'again' }, action: { kind: 'throttle' }, times: 1 });
    await stack.run('once');
    await stack.run('again');
    await stack.run('children');
    const { stateMachines, calls } = stack.engine.meter.snapshot();
    expect(stateMachines).toEqual([
      { stateMachineName: 'again', transitions: 2 },
      { stateMachineName: 'children', transitions: 4 },
      { stateMachineName: 'once', transitions: 1 },
    ]);
    expect(calls.filter(({ service }) => service === 'lambda')).toMatchObject([
      { caller: 'again', calls: 2, failed: 1 },
      { caller: 'children', calls: 3, failed: 0 },
      { caller: 'once', calls: 1 },
    ]);
    expect(printMeter(stack.engine.meter.snapshot())).toMatch(
      /state machine +transitions\nagain +2\nchildren +4\nonce +1\n/,
    );
  });

  test('clients that ask about executions are clients', async () => {
    const executionArn = await stack.start('once');
    await stack.ended(executionArn);
    await stack.client.send(new DescribeExecutionCommand({ executionArn }));
    await stack.client.send(new GetExecutionHistoryCommand({ executionArn }));
    const { calls } = stack.engine.meter.snapshot();
    expect(calls.filter(({ service }) => service === 'states').map(({ caller }) => caller)).toEqual([
      ...['client', 'client', 'client'],
    ]);
  });
});
