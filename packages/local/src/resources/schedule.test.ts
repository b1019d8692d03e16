import { describe, expect, test } from 'vitest';
import { machineArn } from '../../test/machine-stack.ts';
import { scheduledStack } from '../../test/scheduled-stack.ts';

const hourMs = 3_600_000;
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const schedule = (properties: object = {}, target: object = {}) => ({
  Nightly: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ...{ FlexibleTimeWindow: { Mode: 'OFF' }, ScheduleExpression: 'cron(30 3 * * ? *)', State: 'ENABLED' },
      Target: {
        ...{ Arn: arnOf('nightlyMachine'), RoleArn: arnOf('SchedulingRole') },
        ...{ Input: '{"scheduled":"<aws.scheduler.scheduled-time>"}', ...target },
      },
      ...properties,
    },
  },
});

describe('AWS::Scheduler::Schedule', () => {
  test('invokes its target in the zone that it names', async () => {
    const { clock, engine, executions } = await scheduledStack({
      resources: {
        Nights: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Tags: [{ Key: 'a', Value: 'b' }] } },
        ...schedule({ ScheduleExpressionTimezone: 'Europe/Berlin', GroupName: { Ref: 'Nights' }, Name: 'nightly' }),
      },
    });
    clock.advance(24 * hourMs);
    expect(Object.values(await executions())).toEqual([{ scheduled: '2026-11-21T02:30:00Z' }]);
    const [nights, nightly] = ['Nights', 'Nightly'].map((name) =>
      engine.deployment.resources.find(({ logicalId }) => logicalId === name),
    );
    const arn = `arn:aws:scheduler:us-east-1:000000000000:schedule/${nights?.physicalId}/nightly`;
    expect(nightly).toMatchObject({ physicalId: 'nightly', attributes: { Arn: arn } });
    expect(nights?.attributes).toMatchObject({ State: 'ACTIVE', CreationDate: '2026-11-20T03:00:00.000Z' });
  });

  test('stands when its time is over, and does nothing', async () => {
    const { clock, engine, executions } = await scheduledStack({
      resources: schedule({ ScheduleExpression: 'at(2026-11-20T02:00:00)' }),
    });
    clock.advance(24 * hourMs);
    expect(await executions()).toEqual({});
    expect(engine.schedules.list()).toHaveLength(1);
  });

  test.each<[string, object, RegExp]>([
    [
      'a member that is not known',
      schedule({ ActionAfterCompletion: 'DELETE' }),
      /^Nightly\.ActionAfterCompletion is not/,
    ],
    [
      'a target of ECS',
      schedule({}, { EcsParameters: {} }),
      /^Nightly\.Target\.EcsParameters is not supported; supported:/,
    ],
    [
      'another universal target',
      schedule({}, { Arn: 'arn:aws:scheduler:::aws-sdk:lambda:invoke' }),
      /^Nightly\.Target\.Arn: "arn:aws:scheduler:::aws-sdk:lambda:invoke" is not supported/,
    ],
    [
      'an expression and a zone that are none',
      schedule({ ScheduleExpression: 'daily', ScheduleExpressionTimezone: 'X/Y' }),
      /Nightly\.ScheduleExpressionTimezone: "X\/Y" is no.*Nightly\.ScheduleExpression: Invalid Schedule Expression daily/s,
    ],
    ['a date that is none', schedule({ StartDate: 'soon' }), /^Nightly\.StartDate: "soon" is no time/],
    ['a group that is elsewhere', schedule({ GroupName: 'none' }), /^Nightly: schedule group none is not there yet/],
    [
      'a role that Scheduler may not assume',
      schedule({}, { RoleArn: arnOf('OtherRole') }),
      /^Nightly: The execution role you provide must allow AWS EventBridge Scheduler to assume/,
    ],
  ])('with %s is refused', async (_, resources, message) => {
    await expect(scheduledStack({ resources: resources as Record<string, unknown> })).rejects.toThrow(message);
  });
});

test('a function may make schedules where its role lets it, and pass their role on', async () => {
  const lambda = {
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  };
  const allow = (Action: string, Resource: string, more: object = {}) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...more,
  });
  const passing = { Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } } };
  const stack = await scheduledStack({
    resources: {
      WorkRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: lambda,
          Policies: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Statement: [
                  allow('scheduler:CreateSchedule', 'arn:aws:scheduler:*:*:schedule/default/*'),
                  allow('iam:PassRole', 'arn:aws:iam::000000000000:role/scheduling', passing),
                ],
              },
            },
          ],
        },
      },
    },
    code: `
      const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN, AWS_REGION } = process.env;
      const scope = AWS_ACCESS_KEY_ID + '/20261102/' + AWS_REGION + '/scheduler/aws4_request';
      const authorization = 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=0';
      const headers = { authorization, 'x-amz-security-token': AWS_SESSION_TOKEN, 'content-type': 'application/json' };
      const answer = await fetch(AWS_ENDPOINT_URL + event.path, { method: event.method, headers, body: event.body });
      return { status: answer.status, text: await answer.text() };`,
  });
  const call = async (method: string, path: string, body?: object) => {
    const event = { method, path, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await stack.engine.host.invoke('work', event);
    return (answer.ok ? answer.payload : answer) as { readonly status: number; readonly text: string };
  };
  const made = (role: string) => ({
    ...{ ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' }, State: 'DISABLED' },
    Target: { Arn: machineArn('nightly'), RoleArn: `arn:aws:iam::000000000000:role/${role}` },
  });
  expect(await call('POST', '/schedules/a', made('scheduling'))).toMatchObject({ status: 200 });
  expect(await call('POST', '/schedules/b', made('machines'))).toMatchObject({
    ...{
      status: 403,
      text: expect.stringContaining('perform: iam:PassRole on resource: arn:aws:iam::000000000000:role/m'),
    },
  });
  expect(await call('DELETE', '/schedules/a')).toMatchObject({
    ...{
      status: 403,
      text: expect.stringContaining('scheduler:DeleteSchedule on resource: arn:aws:scheduler:us-east-1'),
    },
  });
  const elsewhere = await call('POST', '/schedules/c', { ...made('scheduling'), GroupName: 'other' });
  expect(elsewhere).toMatchObject({ status: 403, text: expect.stringContaining(':schedule/other/c') });
});
