import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  SchedulerClient,
  type Target,
} from '@aws-sdk/client-scheduler';
import { describe, expect, onTestFinished, test } from 'vitest';
import { functionArn, machineArn } from '../../../test/machine-stack.ts';
import { queueArn, roleArn, type ScheduledOptions, scheduledStack } from '../../../test/scheduled-stack.ts';
import { retryPolicyDefault as retryPolicy } from '../events/rule.ts';
import { Roles } from '../iam/roles.ts';
import { readStatements } from '../iam/statement.ts';
import { invokeTargets } from './targets.ts';

const universal = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution';
const hourMs = 3_600_000;
const attributes = {
  ...{ arn: '<aws.scheduler.schedule-arn>', time: '<aws.scheduler.scheduled-time>' },
  ...{ id: '<aws.scheduler.execution-id>', attempt: '<aws.scheduler.attempt-number>' },
};
const filled = (name: string) => ({
  ...{ arn: `arn:aws:scheduler:us-east-1:000000000000:schedule/default/${name}`, time: '2026-11-20T03:30:00Z' },
  ...{ id: expect.stringMatching(/^[0-9a-f]{16}$/), attempt: '1' },
});

/** A stack, and `create`: a schedule for half past three. */
async function tried(options?: ScheduledOptions) {
  const stack = await scheduledStack(options);
  const client = new SchedulerClient({
    ...{ endpoint: stack.engine.endpoint, region: 'eu-west-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
  });
  onTestFinished(() => client.destroy());
  const create = (Name: string, target: Partial<Target>, more: Partial<CreateScheduleCommandInput> = {}) => {
    const Target = { Arn: functionArn, RoleArn: roleArn, ...target };
    const given = { Name, Target, ScheduleExpression: 'at(2026-11-20T03:30:00)', ...more };
    return client.send(new CreateScheduleCommand({ FlexibleTimeWindow: { Mode: 'OFF' }, ...given }));
  };
  return { ...stack, create };
}

describe('a schedule invokes', () => {
  test('a function, with the attributes of the invocation', async () => {
    const { clock, create, given } = await tried();
    await create('work', { Input: JSON.stringify({ attributes }) });
    expect(await given()).toEqual([]);
    clock.advance(hourMs);
    expect(await given()).toEqual([{ attributes: filled('work') }]);
  });

  test('a state machine, and StartExecution with a name of its own', async () => {
    const { clock, create, executions } = await tried();
    await create('templated', { Arn: machineArn('nightly'), Input: JSON.stringify(attributes) });
    const call = {
      ...{ StateMachineArn: machineArn('nightly'), Name: 'run-<aws.scheduler.execution-id>' },
      Input: JSON.stringify({ scheduled: attributes.time }),
    };
    await create('universal', { Arn: universal, Input: JSON.stringify(call) });
    clock.advance(hourMs);
    const found = Object.entries(await executions());
    const ofUniversal = found.filter(([name]) => /^run-[0-9a-f]{16}$/.test(name));
    expect(ofUniversal.map(([, input]) => input)).toEqual([{ scheduled: '2026-11-20T03:30:00Z' }]);
    const ofTemplated = found.filter(([name]) => /^[0-9a-f-]{36}$/.test(name));
    expect(ofTemplated.map(([, input]) => input)).toEqual([filled('templated')]);
    expect(found).toHaveLength(2);
  });

  test('a queue with text, in a group of its messages too', async () => {
    const { clock, create, messages } = await tried();
    await create('jobs', { Arn: queueArn('jobs'), Input: `it is ${attributes.time}` });
    const SqsParameters = { MessageGroupId: 'a' };
    await create('orders', { Arn: queueArn('orders.fifo'), Input: 'ordered', SqsParameters });
    clock.advance(hourMs);
    expect(await messages('jobs')).toEqual([{ body: 'it is 2026-11-20T03:30:00Z', attributes: {} }]);
    expect(await messages('orders.fifo')).toEqual([{ body: 'ordered', attributes: {} }]);
  });

  test('twice where Scheduler does', async () => {
    const { clock, engine, create, given, executions } = await tried();
    engine.schedules.chaos = () => ({ duplicate: true });
    await create('work', { Input: '1' });
    await create('nightly', { Arn: machineArn('nightly'), Input: '{}' });
    clock.advance(hourMs);
    expect(await given()).toEqual([1, 1]);
    expect(Object.values(await executions())).toEqual([{}, {}]);
    expect(engine.meter.snapshot().schedules).toEqual([
      { groupName: 'default', scheduleName: 'nightly', invocations: 2, bytes: 4 },
      { groupName: 'default', scheduleName: 'work', invocations: 2, bytes: 2 },
    ]);
  });
});

describe('what a target does not take', () => {
  const DeadLetterConfig = { Arn: queueArn('letters') };

  test('goes to the dead-letter queue with what AWS tells of it', async () => {
    const { clock, create, messages, failures } = await tried();
    const missing = machineArn('missing');
    const Input = JSON.stringify({ StateMachineArn: missing, Input: '{}' });
    await create('lost', { Arn: universal, Input, DeadLetterConfig });
    clock.advance(hourMs);
    expect(await messages('letters')).toEqual([
      {
        body: Input,
        attributes: {
          ...{ ERROR_CODE: 'StateMachineDoesNotExist', ERROR_MESSAGE: expect.stringContaining(missing) },
          ...{ EXECUTION_ID: expect.stringMatching(/^[0-9a-f]{16}$/), IS_PAYLOAD_TRUNCATED: 'false' },
          ...{ RETRY_ATTEMPTS: '0', SCHEDULED_TIME: '2026-11-20T03:30:00Z', TARGET_ARN: universal },
          SCHEDULE_ARN: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/lost',
        },
      },
    ]);
    expect(failures).toMatchObject([{ scheduleName: 'lost', code: 'StateMachineDoesNotExist', isKept: true }]);
  });

  test('after retries says how many and why there are no more', async () => {
    const { clock, engine, create, messages } = await tried();
    engine.schedules.chaos = () => ({ refuse: true });
    await create('busy', { Input: '{}', DeadLetterConfig, RetryPolicy: { MaximumRetryAttempts: 1 } });
    clock.advance(hourMs);
    await pause();
    clock.advance(1_000);
    expect((await messages('letters')).map((each) => each.attributes)).toMatchObject([
      {
        ...{ ERROR_CODE: 'ThrottlingException', RETRY_ATTEMPTS: '1' },
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      },
    ]);
  });

  test.each([
    ['function', { Input: '{}' }, `lambda:InvokeFunction on resource: ${functionArn}`],
    ['machine', { Arn: machineArn('nightly') }, `states:StartExecution on resource: ${machineArn('nightly')}`],
    [
      'universal target',
      { Arn: universal, Input: JSON.stringify({ StateMachineArn: machineArn('nightly') }) },
      `states:StartExecution on resource: ${machineArn('nightly')}`,
    ],
    ['queue', { Arn: queueArn('jobs'), Input: 'x' }, `sqs:SendMessage on resource: ${queueArn('jobs')}`],
  ])(
    'of a %s for lack of a permission says which, and is lost where the queue is forbidden too',
    async (_, target, lacks) => {
      const Letters = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn('letters') };
      const { clock, create, messages, failures } = await tried({ allow: [Letters] });
      await create('kept', { ...target, DeadLetterConfig });
      await create('lost', { ...target, DeadLetterConfig: { Arn: queueArn('others') } });
      clock.advance(hourMs);
      expect((await messages('letters')).map((each) => each.attributes)).toMatchObject([
        { ERROR_CODE: 'AccessDeniedException', ERROR_MESSAGE: expect.stringContaining(lacks), RETRY_ATTEMPTS: '0' },
      ]);
      const kept = Object.fromEntries(failures.map(({ scheduleName, isKept }) => [scheduleName, isKept]));
      expect(kept).toEqual({ kept: true, lost: false });
    },
  );

  test('of a queue that is missing says so', async () => {
    const { clock, create, messages } = await tried();
    await create('lost', { Arn: queueArn('missing'), Input: 'x', DeadLetterConfig });
    clock.advance(hourMs);
    expect((await messages('letters')).map((each) => each.attributes.ERROR_CODE)).toEqual([
      expect.stringMatching(/NonExistentQueue|QueueDoesNotExist/),
    ]);
  });
});

test.each([
  [500, 'InternalFailure', true],
  [400, 'ThrottlingException', true],
  [400, 'ExecutionLimitExceeded', true],
  [400, 'ExecutionAlreadyExists', false],
])('an answer of %i %s: it is worth another attempt: %j', async (status, code, canRetry) => {
  const roles = new Roles();
  const statements = readStatements({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
  roles.add({ roleName: 'scheduling', roleArn, services: ['scheduler.amazonaws.com'] }, statements);
  const invoke = invokeTargets({
    ...{ host: { definitions: [] }, asynchronous: { add: () => '' }, roles, account: '000000000000' },
    dispatch: async () => ({ status, headers: {}, body: JSON.stringify({ __type: `a#${code}`, message: 'why' }) }),
    hasQueues: () => false,
  });
  const target = { arn: machineArn('nightly'), roleArn, kind: 'state machine', input: '{}', retryPolicy } as const;
  expect(await invoke({ ...target, deadLetterArn: undefined, messageGroupId: undefined }, '{}')).toEqual({
    ...{ ok: false, canRetry, code, message: 'why' },
  });
});

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
