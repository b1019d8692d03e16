import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MachineStack, machineArn, machineStack, only } from '../../../test/machine-stack.ts';
import { EngineClock } from '../../clock.ts';
import type { ExecutionStatusChange } from './status-change.ts';

const clock = new EngineClock();
let stack: MachineStack;

beforeAll(async () => {
  stack = await machineStack({
    clock,
    machines: {
      pass: only({ Type: 'Pass', Output: { got: '{% $states.input %}' }, End: true }),
      fail: only({ Type: 'Fail', Error: 'Mine', Cause: 'because' }),
      forever: only({ Type: 'Wait', Seconds: 99_999, End: true }),
    },
  });
}, 60_000);
afterAll(() => stack.stop());

const name = () => `e-${Math.random().toString(36).slice(2)}`;

describe('StartExecution', () => {
  test('with the name and the input of an execution that runs is the same call again', async () => {
    const named = name();
    const first = await stack.start('forever', { a: 1 }, named);
    expect(await stack.start('forever', { a: 1 }, named)).toBe(first);
    await expect(stack.start('forever', { a: 2 }, named)).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first}'`,
    });
    await stack.client.send(new StopExecutionCommand({ executionArn: first }));
    await expect(stack.start('forever', { a: 1 }, named)).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('a name is free again 90 days after its end', async () => {
    const named = name();
    await stack.ended(await stack.start('pass', 1, named));
    clock.advance(89 * 86_400_000);
    await expect(stack.start('pass', 1, named)).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    clock.advance(2 * 86_400_000);
    const again = await stack.ended(await stack.start('pass', 2, named));
    expect(again.result).toEqual({ got: 2 });
    expect(await stack.history(again.executionArn ?? '')).toHaveLength(4);
  });

  test.each([
    [
      'no machine',
      { stateMachineArn: machineArn('none') },
      'StateMachineDoesNotExist',
      /^State Machine Does Not Exist: 'arn/,
    ],
    ['no ARN', { stateMachineArn: 'pass' }, 'InvalidArn', /^Invalid Arn: 'Invalid ARN prefix: pass'$/],
    [
      'no JSON',
      { stateMachineArn: machineArn('pass'), input: '{' },
      'InvalidExecutionInput',
      /^Invalid State Machine Exec/,
    ],
    ['a bad name', { stateMachineArn: machineArn('pass'), name: 'a b' }, 'InvalidName', /^Invalid Name: 'a b'$/],
    [
      'a long name',
      { stateMachineArn: machineArn('pass'), name: 'a'.repeat(81) },
      'ValidationException',
      /less than or equal to 80/,
    ],
    [
      'a long input',
      { stateMachineArn: machineArn('pass'), input: `"${'a'.repeat(262_143)}"` },
      'ValidationException',
      /262144/,
    ],
  ])('%s is refused', async (_, input, error, message) => {
    const call = stack.client.send(new StartExecutionCommand(input));
    await expect(call).rejects.toMatchObject({ name: error, message: expect.stringMatching(message) });
  });
});

describe('what is told of executions', () => {
  test('DescribeExecution', async () => {
    const succeeded = await stack.run('pass', { x: 'ü' });
    expect(succeeded).toMatchObject({
      ...{ status: 'SUCCEEDED', stateMachineArn: machineArn('pass'), input: '{"x":"ü"}', output: '{"got":{"x":"ü"}}' },
      ...{ inputDetails: { included: true }, outputDetails: { included: true }, redriveCount: 0 },
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(succeeded.stopDate?.getTime()).toBeGreaterThanOrEqual(succeeded.startDate?.getTime() ?? Number.NaN);
    const { executionArn } = await stack.run('fail');
    expect(await stack.ended(executionArn ?? '')).toMatchObject({
      ...{ status: 'FAILED', error: 'Mine', cause: 'because', redriveStatus: 'REDRIVABLE' },
    });
    const metadata = await stack.client.send(
      new DescribeExecutionCommand({ executionArn: succeeded.executionArn, includedData: 'METADATA_ONLY' }),
    );
    expect([metadata.input, metadata.output, metadata.inputDetails]).toEqual([
      undefined,
      undefined,
      { included: false },
    ]);
    const none = stack.client.send(new DescribeExecutionCommand({ executionArn: `${executionArn}x` }));
    await expect(none).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });

  test('GetExecutionHistory, in pages, in reverse, without data', async () => {
    const { executionArn } = await stack.run('pass', { y: 1 });
    const page = (more: object) => stack.client.send(new GetExecutionHistoryCommand({ executionArn, ...more }));
    const first = await page({ maxResults: 3 });
    const second = await page({ maxResults: 3, nextToken: first.nextToken });
    const all = [...(first.events ?? []), ...(second.events ?? [])];
    expect(all.map(({ id, type }) => [id, type])).toEqual([
      [1, 'ExecutionStarted'],
      [2, 'PassStateEntered'],
      [3, 'PassStateExited'],
      [4, 'ExecutionSucceeded'],
    ]);
    expect(second.nextToken).toBeUndefined();
    expect(all[0]).toMatchObject({
      timestamp: expect.any(Date),
      executionStartedEventDetails: { input: '{"y":1}', roleArn: 'arn:aws:iam::000000000000:role/machines' },
    });
    const last = await page({ maxResults: 1, reverseOrder: true });
    expect(last.events?.map(({ type }) => type)).toEqual(['ExecutionSucceeded']);
    const next = await page({ maxResults: 1, reverseOrder: true, nextToken: last.nextToken });
    expect(next.events?.map(({ id }) => id)).toEqual([3]);
    const bare = await page({ includeExecutionData: false });
    expect(JSON.stringify(bare.events)).not.toContain('"y"');
  });

  test('ListExecutions, by status and in pages, the newest first', async () => {
    const arns = [];
    for (let index = 0; index < 3; index++) arns.unshift((await stack.run('fail')).executionArn);
    const list = (more: object) =>
      stack.client.send(new ListExecutionsCommand({ stateMachineArn: machineArn('fail'), ...more }));
    const first = await list({ maxResults: 2 });
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const found = [...(first.executions ?? []), ...(second.executions ?? [])].map(({ executionArn }) => executionArn);
    expect(found.slice(0, 3)).toEqual(arns);
    expect((await list({ statusFilter: 'SUCCEEDED' })).executions).toEqual([]);
    expect((await list({ statusFilter: 'FAILED', maxResults: 1 })).executions).toMatchObject([
      { executionArn: arns[0], status: 'FAILED', stateMachineArn: machineArn('fail') },
    ]);
    await expect(list({ nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test('their changes, as EventBridge tells them', async () => {
    const changes: ExecutionStatusChange[] = [];
    const stop = stack.engine.stepFunctions.onStatusChange((change) => changes.push(change));
    const succeeded = await stack.run('pass', 1);
    const failed = await stack.run('fail');
    stop();
    await stack.run('pass', 2);
    expect(changes.map(({ detail }) => [detail.name, detail.status])).toEqual([
      [succeeded.name, 'RUNNING'],
      [succeeded.name, 'SUCCEEDED'],
      [failed.name, 'RUNNING'],
      [failed.name, 'FAILED'],
    ]);
    expect(changes[1]).toEqual({
      ...{ source: 'aws.states', detailType: 'Step Functions Execution Status Change' },
      ...{ resources: [succeeded.executionArn], timeMs: expect.any(Number) },
      detail: {
        ...{ executionArn: succeeded.executionArn, stateMachineArn: machineArn('pass'), name: succeeded.name },
        ...{ status: 'SUCCEEDED', startDate: succeeded.startDate?.getTime(), stopDate: succeeded.stopDate?.getTime() },
        ...{ input: '1', output: '{"got":1}', inputDetails: { included: true }, outputDetails: { included: true } },
        ...{ error: null, cause: null },
      },
    });
    expect(changes[3]?.detail).toMatchObject({ error: 'Mine', cause: 'because', output: null, outputDetails: null });
  });
});

describe('StopExecution', () => {
  test('ends it with what it was told, and tells of its end when asked again', async () => {
    const executionArn = await stack.start('forever');
    const { stopDate } = await stack.client.send(
      new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'of it' }),
    );
    expect(await stack.ended(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'of it',
      stopDate,
    });
    expect((await stack.history(executionArn)).at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'Enough', cause: 'of it' },
    });
    expect(await stack.client.send(new StopExecutionCommand({ executionArn }))).toMatchObject({ stopDate });
  });
});

describe('state machines', () => {
  test('are described, listed, and found from their executions', async () => {
    const described = await stack.client.send(new DescribeStateMachineCommand({ stateMachineArn: machineArn('pass') }));
    expect(described).toMatchObject({ name: 'pass', status: 'ACTIVE', type: 'STANDARD' });
    expect(JSON.parse(described.definition ?? '')).toMatchObject({ QueryLanguage: 'JSONata', StartAt: 'Only' });
    const { stateMachines = [] } = await stack.client.send(new ListStateMachinesCommand({}));
    expect(stateMachines.map((each) => each.name).sort()).toEqual([...['fail', 'forever', 'pass']]);
    const { executionArn } = await stack.run('pass');
    const found = await stack.client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect([found.name, found.definition]).toEqual(['pass', described.definition]);
    const tags = await stack.client.send(new ListTagsForResourceCommand({ resourceArn: machineArn('pass') }));
    expect(tags.tags).toEqual([{ key: 'for', value: 'tests' }]);
  });
});

describe('what is not as the API has it is refused', () => {
  const stateMachineArn = machineArn('pass');
  test.each([
    [
      'a status that there is none of',
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'DONE' as 'FAILED' }),
    ],
    ['a filter of redrives', new ListExecutionsCommand({ stateMachineArn, redriveFilter: 'ALL' as 'REDRIVEN' })],
    [
      'data that are neither all nor none',
      new DescribeStateMachineCommand({ stateMachineArn, includedData: 'SOME' as 'ALL_DATA' }),
    ],
    [
      'a cause that is too long',
      new StopExecutionCommand({ executionArn: `${stateMachineArn}:x`, cause: 'x'.repeat(32_769) }),
    ],
  ])('%s', async (_, command) => {
    if (command instanceof StopExecutionCommand) command.input.executionArn = await stack.start('forever', 1);
    await expect(stack.client.send(command as ListExecutionsCommand)).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('metadata come without definitions', async () => {
    const includedData = 'METADATA_ONLY';
    const machine = await stack.client.send(new DescribeStateMachineCommand({ stateMachineArn, includedData }));
    expect(machine).toMatchObject({ name: 'pass', definition: '{}' });
    const executionArn = await stack.start('pass', 1);
    const command = new DescribeStateMachineForExecutionCommand({ executionArn, includedData });
    expect(await stack.client.send(command)).toMatchObject({ name: 'pass', definition: '{}' });
  });
});
