import {
  DescribeRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  TagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { order, triedRules } from '../../../test/tried-rules.ts';

const rules = triedRules();

describe('the API', () => {
  test('lists and describes rules and their targets', async () => {
    const { Rules = [] } = await rules.client.send(new ListRulesCommand({}));
    expect(Rules.map(({ Name }) => Name)).toEqual(['daily', 'minutely', 'orders', 'returns', 'unheard', 'unpermitted']);
    const first = await rules.client.send(new ListRulesCommand({ NamePrefix: 'un', Limit: 1 }));
    expect(first.Rules?.map(({ Name }) => Name)).toEqual(['unheard']);
    const second = await rules.client.send(
      new ListRulesCommand({ NamePrefix: 'un', Limit: 1, NextToken: first.NextToken }),
    );
    expect([second.Rules?.map(({ Name }) => Name), second.NextToken]).toEqual([['unpermitted'], undefined]);
    for (const wrong of [{ NextToken: 'x' }, { Limit: 0 }, { Limit: 101 }]) {
      await expect(rules.client.send(new ListRulesCommand(wrong))).rejects.toMatchObject({
        name: 'ValidationException',
      });
    }
    expect(await rules.client.send(new DescribeRuleCommand({ Name: 'orders' }))).toMatchObject({
      ...{ Name: 'orders', Arn: rules.engine.outputs.OrdersArn, Description: 'Large orders', State: 'ENABLED' },
      ...{ EventPattern: '{"source":["shop"],"detail":{"amount":[{"numeric":[">",100]}]}}', EventBusName: 'default' },
    });
    expect(await rules.client.send(new DescribeRuleCommand({ Name: 'minutely' }))).toMatchObject({
      ...{ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' },
    });
    const { Targets } = await rules.client.send(new ListTargetsByRuleCommand({ Rule: 'returns' }));
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
    await expect(rules.client.send(new DescribeRuleCommand({ Name: 'none' }))).rejects.toMatchObject({
      ...{ name: 'ResourceNotFoundException', message: 'Rule none does not exist on EventBus default.' },
    });
    await expect(rules.put({ ...order(101), EventBusName: 'other' })).rejects.toMatchObject({
      ...{ name: 'ResourceNotFoundException', message: 'Event bus other does not exist.' },
    });
    await expect(rules.client.send(new TagResourceCommand({ ResourceARN: 'a', Tags: [] }))).rejects.toThrow(
      /EventBridge does not serve TagResource; it serves DescribeRule, DisableRule/,
    );
  });

  test('refuses events one by one', async () => {
    const good = order(1_100);
    const entries = [{ ...good, Source: 'aws.states' }, { ...good, Detail: '[]' }, { ...good, DetailType: '' }, good];
    const { FailedEntryCount, Entries } = await rules.put(...entries);
    expect([FailedEntryCount, Entries?.map(({ ErrorCode }) => ErrorCode)]).toEqual([
      3,
      ['NotAuthorizedForSourceException', 'MalformedDetail', 'InvalidArgument', undefined],
    ]);
    expect((await rules.given()).map(({ detail }) => detail.amount)).toEqual([1_100]);
    await expect(rules.put()).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(rules.put(order(1, { text: 'x'.repeat(1_048_576) }))).rejects.toThrow(/over the limit/);
  });
});
