import { Template } from 'aws-cdk-lib/assertions';
import { Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { App, Stack } from 'aws-cdk-lib/core';
import { expect, it } from 'vitest';
import { statementsOf, textOf } from '../../test/synthesize.ts';
import { Machine } from './machine.ts';
import { roleOfMachines } from './machine-role.ts';
import { Nightly } from './nightly.ts';

const access = { producers: [], readers: [], operators: [] };

function scheduled(expression: string, zone: string): Template {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  const machine = new Machine(stack, 'Prune', {
    ...{ name: 'prune', comment: 'Prunes', retain: false },
    role: roleOfMachines(stack, { machines: ['prune'], access, statements: [] }),
    definition: (scope) => Pass.jsonata(scope, 'Prune'),
  });
  new Nightly(stack, 'Nightly', { machine, expression, zone, access });
  return Template.fromStack(stack);
}

it('starts the machine at the configured time, and hands on what time that was', () => {
  const [schedule] = Object.values(
    scheduled('cron(30 3 * * ? *)', 'Europe/Berlin').findResources('AWS::Scheduler::Schedule'),
  );
  expect(schedule?.Properties).toMatchObject({
    ScheduleExpression: 'cron(30 3 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    Target: {
      Input: '{"nightly":true,"scheduled":"<aws.scheduler.scheduled-time>"}',
      RetryPolicy: { MaximumEventAgeInSeconds: 6 * 3600, MaximumRetryAttempts: 185 },
    },
  });
});

it('may start that machine and do nothing else, and only for schedules of this account', () => {
  const template = scheduled('rate(1 day)', 'UTC');
  const statements = statementsOf(template, 'NightlyRole').map(({ Action, Resource }) => `${Action} on ${Resource}`);
  expect(statements).toEqual([
    'states:StartExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Stack-prune',
  ]);
  const roles = Object.entries(template.findResources('AWS::IAM::Role'));
  const trust = roles.find(([id]) => id.startsWith('Nightly'))?.[1].Properties.AssumeRolePolicyDocument.Statement[0];
  expect(trust.Principal).toEqual({ Service: 'scheduler.amazonaws.com' });
  expect(trust.Condition.StringEquals['aws:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
  expect(textOf(trust.Condition.StringEquals['aws:SourceArn'])).toMatch(/:schedule-group\/default$/);
});
