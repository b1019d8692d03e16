import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  paginateListSchedules,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { describe, expect, onTestFinished, test } from 'vitest';
import { functionArn, machineArn } from '../../../test/machine-stack.ts';
import { queueArn, roleArn, type ScheduledOptions, scheduledStack, startMs } from '../../../test/scheduled-stack.ts';

const place = 'us-east-1:000000000000';
const FlexibleTimeWindow = { Mode: 'OFF' } as const;
const ScheduleExpression = 'cron(30 3 * * ? *)';
const Target = { Arn: functionArn, RoleArn: roleArn };
const given = { Name: 'a', ScheduleExpression, FlexibleTimeWindow, Target };

async function api(options?: ScheduledOptions) {
  const stack = await scheduledStack(options);
  const client = new SchedulerClient({
    ...{ endpoint: stack.engine.endpoint, region: 'eu-west-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
  });
  onTestFinished(() => client.destroy());
  const create = (over: Partial<CreateScheduleCommandInput> = {}) =>
    client.send(new CreateScheduleCommand({ ...given, ...over }));
  const group = (Name: string, ClientToken?: string) =>
    client.send(new CreateScheduleGroupCommand({ Name, ClientToken }));
  return { ...stack, client, create, group };
}

describe('schedules', () => {
  test('are shown as they were made, with defaults', async () => {
    const { client, create } = await api();
    const made = await create();
    expect(made.ScheduleArn).toBe(`arn:aws:scheduler:${place}:schedule/default/a`);
    const { $metadata, ...shown } = await client.send(new GetScheduleCommand({ Name: 'a' }));
    expect(shown).toEqual({
      ...{ Name: 'a', GroupName: 'default', Arn: made.ScheduleArn, State: 'ENABLED', ActionAfterCompletion: 'NONE' },
      ...{ CreationDate: new Date(startMs), LastModificationDate: new Date(startMs), FlexibleTimeWindow },
      ...{ ScheduleExpression, ScheduleExpressionTimezone: 'UTC' },
      Target: { ...Target, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    });
    const all = {
      ...({ Name: 'b', State: 'DISABLED', ActionAfterCompletion: 'DELETE', Description: 'b' } as const),
      ...{ ScheduleExpression, ScheduleExpressionTimezone: 'Europe/Berlin', KmsKeyArn: `arn:aws:kms:${place}:key/k` },
      ...{ StartDate: new Date('2026-12-01T00:00:00Z'), EndDate: new Date('2026-12-31T00:00:00.500Z') },
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 } as const,
      Target: {
        ...{ Arn: queueArn('orders.fifo'), RoleArn: roleArn, Input: 'x', SqsParameters: { MessageGroupId: 'g' } },
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        DeadLetterConfig: { Arn: queueArn('letters') },
      },
    };
    await create(all);
    expect(await client.send(new GetScheduleCommand({ Name: 'b' }))).toMatchObject(all);
  });

  test('are refused by name, with everything that is wrong with them', async () => {
    const { create } = await api();
    const target = (more: object) => ({ Target: { ...Target, ...more } });
    const flexible = (more: object) => ({ FlexibleTimeWindow: more as typeof FlexibleTimeWindow });
    const universal = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution';
    const cases: readonly [Partial<CreateScheduleCommandInput>, string][] = [
      [{ Name: 'a b' }, 'Name: "a b" is not 1 to 64 letters'],
      [{ ScheduleExpression: 'at(2026-11-20)' }, 'ScheduleExpression: Invalid Schedule Expression at(2026-11-20)'],
      [{ ScheduleExpression: 'at(2026-11-20T02:59:59)' }, 'Invalid Schedule Expression at(2026-11-20T02:59:59): that'],
      [
        { ScheduleExpressionTimezone: 'Europe/Nowhere' },
        'ScheduleExpressionTimezone: "Europe/Nowhere" is no time zone',
      ],
      [{ StartDate: new Date(startMs - 301_000) }, 'The StartDate you specify cannot be earlier than 5 minutes ago.'],
      [{ StartDate: new Date(startMs), EndDate: new Date(startMs) }, 'EndDate: it does not come after StartDate'],
      [{ State: 'PAUSED' as 'ENABLED' }, 'State: "PAUSED" is neither ENABLED nor DISABLED'],
      [{ ActionAfterCompletion: 'STOP' as 'NONE' }, 'ActionAfterCompletion: "STOP" is neither NONE nor DELETE'],
      [{ Description: 'x'.repeat(513) }, 'Description: it has more than 512 characters'],
      [flexible({ Mode: 'ON' }), 'FlexibleTimeWindow.Mode: "ON" is neither OFF nor FLEXIBLE'],
      [flexible({ Mode: 'FLEXIBLE' }), 'FlexibleTimeWindow.MaximumWindowInMinutes: nothing is not a whole number'],
      [flexible({ Mode: 'OFF', MaximumWindowInMinutes: 5 }), 'MaximumWindowInMinutes: only FLEXIBLE takes it'],
      [
        target({ Arn: `arn:aws:sns:${place}:t` }),
        `Target.Arn: "arn:aws:sns:${place}:t" is not supported; supported are`,
      ],
      [target({ Arn: universal.replace('sfn:startExecution', 'sqs:sendMessage') }), 'sendMessage" is not supported'],
      [target({ RoleArn: 'x' }), 'Target.RoleArn: "x" is no ARN of a role'],
      [target({ Input: '{' }), 'Target.Input: a function takes JSON, which this is not'],
      [target({ Arn: machineArn('nightly'), Input: 'x' }), 'Target.Input: a state machine takes JSON'],
      [target({ Arn: universal, Input: '[]' }), 'Target.Input: a universal target takes a JSON object'],
      [target({ Arn: universal, Input: '{"Name":1,"TraceHeader":"x"}' }), 'Target.Input: Name is no text'],
      [
        target({ Arn: universal, Input: '{"TraceHeader":"x"}' }),
        'TraceHeader is not supported; supported: StateMachineArn',
      ],
      [target({ Arn: universal, Input: '{}' }), 'Target.Input: StateMachineArn is needed'],
      [target({ SqsParameters: { MessageGroupId: 'g' } }), 'Target.SqsParameters: only a queue takes them'],
      [target({ EcsParameters: { TaskDefinitionArn: 'x' } }), 'Target.EcsParameters is not supported; supported: Arn'],
      [target({ DeadLetterConfig: { Arn: queueArn('a.fifo') } }), 'a.fifo" is no ARN of a standard queue'],
      [
        target({ RetryPolicy: { MaximumRetryAttempts: 186 } }),
        'MaximumRetryAttempts: 186 is not a whole number from 0',
      ],
      [target({ RetryPolicy: { MaximumEventAgeInSeconds: 59 } }), 'MaximumEventAgeInSeconds: 59 is not a whole number'],
      [
        target({ RoleArn: roleArn.replace('scheduling', 'elsewhere') }),
        'must allow AWS EventBridge Scheduler to assume',
      ],
      [target({ RoleArn: roleArn.replace('scheduling', 'none') }), 'must allow AWS EventBridge Scheduler to assume'],
    ];
    for (const [over, message] of cases) {
      await expect(create(over), message).rejects.toMatchObject({
        ...{ name: 'ValidationException', message: expect.stringContaining(message) },
        $metadata: { httpStatusCode: 400 },
      });
    }
    const both = create({ Description: 'x'.repeat(513), ScheduleExpression: 'never' });
    await expect(both).rejects.toMatchObject({ message: expect.stringMatching(/never.*; Description/) });
  });

  test('are made once: the same call again is the same answer, another one a conflict', async () => {
    const { create } = await api();
    const { ScheduleArn } = await create({ ClientToken: 'one' });
    expect(await create({ ClientToken: 'one' })).toMatchObject({ ScheduleArn });
    const again = create({ ClientToken: 'two' });
    await expect(again).rejects.toMatchObject({ name: 'ConflictException', $metadata: { httpStatusCode: 409 } });
  });

  test('are updated whole: what is left out is the default again', async () => {
    const { clock, client, create, given: invoked } = await api();
    await create({ Description: 'first', State: 'DISABLED', ScheduleExpressionTimezone: 'Asia/Tokyo' });
    clock.advance(60_000);
    await client.send(new UpdateScheduleCommand({ ...given, ScheduleExpression: 'rate(1 hour)' }));
    const shown = await client.send(new GetScheduleCommand({ Name: 'a' }));
    expect(shown).toMatchObject({
      State: 'ENABLED',
      ScheduleExpression: 'rate(1 hour)',
      CreationDate: new Date(startMs),
    });
    expect([shown.Description, shown.ScheduleExpressionTimezone]).toEqual([undefined, 'UTC']);
    expect(shown.LastModificationDate).toEqual(new Date(startMs + 60_000));
    expect(await invoked()).toMatchObject([{ time: '2026-11-20T03:01:00Z' }]);
  });

  test('that do not exist are not found', async () => {
    const { client, create } = await api();
    await create();
    await client.send(new DeleteScheduleCommand({ Name: 'a' }));
    const notFound = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };
    const calls = [
      () => client.send(new GetScheduleCommand({ Name: 'a' })),
      () => client.send(new UpdateScheduleCommand(given)),
      () => client.send(new DeleteScheduleCommand({ Name: 'a' })),
      () => create({ GroupName: 'none' }),
      () => client.send(new ListSchedulesCommand({ GroupName: 'none' })),
      () => client.send(new GetScheduleGroupCommand({ Name: 'none' })),
      () => client.send(new DeleteScheduleGroupCommand({ Name: 'none' })),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(notFound);
  });

  test('are listed by group and name, in pages, and by what they are', async () => {
    const { client, create, group } = await api();
    await group('other');
    for (const Name of ['b', 'a']) await create({ Name });
    await create({ Name: 'ab', GroupName: 'other', State: 'DISABLED' });
    const names = async (filter: object) =>
      (await client.send(new ListSchedulesCommand(filter))).Schedules?.map(({ Name }) => Name);
    expect(await names({})).toEqual(['a', 'b', 'ab']);
    expect(await names({ NamePrefix: 'a' })).toEqual(['a', 'ab']);
    expect(await names({ GroupName: 'other' })).toEqual(['ab']);
    expect(await names({ State: 'ENABLED' })).toEqual(['a', 'b']);
    const pages: unknown[] = [];
    for await (const page of paginateListSchedules({ client }, { MaxResults: 2 })) pages.push(page.Schedules?.length);
    expect(pages).toEqual([2, 1]);
    const { Schedules } = await client.send(new ListSchedulesCommand({ MaxResults: 1 }));
    expect(Schedules).toEqual([
      {
        ...{ Name: 'a', GroupName: 'default', State: 'ENABLED', Target: { Arn: functionArn } },
        ...{ CreationDate: new Date(startMs), LastModificationDate: new Date(startMs) },
        Arn: `arn:aws:scheduler:${place}:schedule/default/a`,
      },
    ]);
    const much = client.send(new ListSchedulesCommand({ MaxResults: 101 }));
    await expect(much).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

test('groups are made, shown, listed, and deleted with their schedules', async () => {
  const { client, create, group } = await api();
  const { ScheduleGroupArn } = await group('nights', 'one');
  expect(ScheduleGroupArn).toBe(`arn:aws:scheduler:${place}:schedule-group/nights`);
  expect(await group('nights', 'one')).toMatchObject({ ScheduleGroupArn });
  await expect(group('nights')).rejects.toMatchObject({ name: 'ConflictException' });
  await expect(group('default')).rejects.toMatchObject({ name: 'ConflictException' });
  await expect(group('a b')).rejects.toMatchObject({ name: 'ValidationException' });
  const dates = { CreationDate: new Date(startMs), LastModificationDate: new Date(startMs) };
  const shown = { Name: 'nights', Arn: ScheduleGroupArn, State: 'ACTIVE', ...dates };
  expect(await client.send(new GetScheduleGroupCommand({ Name: 'nights' }))).toMatchObject(shown);
  const { ScheduleGroups } = await client.send(new ListScheduleGroupsCommand({}));
  expect(ScheduleGroups).toMatchObject([{ Name: 'default' }, shown]);
  await create({ GroupName: 'nights' });
  await create();
  expect(await client.send(new GetScheduleCommand({ Name: 'a', GroupName: 'nights' }))).toMatchObject({
    ...{ GroupName: 'nights', Arn: `arn:aws:scheduler:${place}:schedule/nights/a` },
  });
  await client.send(new DeleteScheduleGroupCommand({ Name: 'nights' }));
  const { Schedules = [] } = await client.send(new ListSchedulesCommand({}));
  expect(Schedules.map(({ GroupName }) => GroupName)).toEqual(['default']);
  const last = client.send(new DeleteScheduleGroupCommand({ Name: 'default' }));
  await expect(last).rejects.toMatchObject({ name: 'ValidationException' });
});

test('other operations are refused by name', async () => {
  const { client } = await api();
  const tags = client.send(
    new ListTagsForResourceCommand({ ResourceArn: `arn:aws:scheduler:${place}:schedule-group/a` }),
  );
  await expect(tags).rejects.toMatchObject({
    ...{ name: 'UnknownOperationException', $metadata: { httpStatusCode: 501 } },
    message: expect.stringContaining('does not serve ListTagsForResource of Scheduler'),
  });
});

test('faults strike the calls, and the meter counts them', async () => {
  const { engine, client, create } = await api();
  await create();
  engine.faults.add({ match: { service: 'scheduler', resource: 'a' }, action: { kind: 'throttle' }, times: 1 });
  engine.faults.add({ match: { operation: 'DeleteSchedule' }, action: { kind: 'fail' }, times: 1 });
  const get = () => client.send(new GetScheduleCommand({ Name: 'a' }));
  await expect(get()).rejects.toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
  await get();
  const deleted = client.send(new DeleteScheduleCommand({ Name: 'a' }));
  await expect(deleted).rejects.toMatchObject({ name: 'InternalServerException' });
  const calls = engine.meter.snapshot().calls.filter(({ service }) => service === 'scheduler');
  expect(calls.map(({ operation, caller, calls, failed }) => [operation, caller, calls, failed])).toEqual([
    ['CreateSchedule', 'client', 1, 0],
    ['DeleteSchedule', 'client', 1, 1],
    ['GetSchedule', 'client', 2, 1],
  ]);
});
