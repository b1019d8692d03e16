import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { order, pause, triedRules } from '../../../test/tried-rules.ts';
import type { BusEvent } from './event.ts';

const rules = triedRules();

describe('an event that a target does not take', () => {
  async function letters() {
    const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
    const sqs = new SQSClient({ endpoint: rules.engine.endpoint, region: 'eu-north-1', credentials });
    const input = { QueueUrl: rules.engine.outputs.Letters, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
    sqs.destroy();
    return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
      event: JSON.parse(Body) as BusEvent,
      ...Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])),
    }));
  }

  test('for lack of a permission is a dead letter at once', async () => {
    await rules.put({ Source: 'unpermitted', DetailType: 'x', Detail: '{}' });
    expect(await rules.given()).toEqual([]);
    expect(await letters()).toEqual([
      {
        event: expect.objectContaining({ source: 'unpermitted' }),
        RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/unpermitted',
        TARGET_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:target',
        ERROR_CODE: 'NO_PERMISSIONS',
        ERROR_MESSAGE: expect.stringContaining('No permission lets events.amazonaws.com invoke target'),
      },
    ]);
    expect(rules.failures).toMatchObject([{ ruleName: 'unpermitted', code: 'NO_PERMISSIONS', isKept: true }]);
  });

  test('is lost where the queue does not take letters from the rule', async () => {
    await rules.put({ Source: 'unheard', DetailType: 'x', Detail: '{}' });
    await rules.idle();
    expect(rules.failures).toMatchObject([{ ruleName: 'unheard', code: 'NO_PERMISSIONS', isKept: false }]);
  });

  test('is handed over again later, until its retries are used up', async () => {
    const retries: number[] = [];
    rules.engine.rules.chaos = (attempt) => {
      retries.push(attempt.retries);
      return { refuse: true };
    };
    await rules.put({ Source: 'shop', DetailType: 'Return', Detail: '{"what":1}' });
    while (retries.length < 1) await pause();
    for (const attempts of [2, 3]) {
      while (retries.length < attempts) {
        rules.clock.advance(500);
        await pause();
      }
    }
    await rules.idle();
    expect(retries).toEqual([0, 1, 2]);
    expect(await letters()).toMatchObject([
      { ERROR_CODE: 'THROTTLING', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '2' },
    ]);
  });

  test('is taken by a later attempt', async () => {
    rules.engine.rules.chaos = ({ retries }) => ({ refuse: retries === 0 });
    await rules.put(order(800));
    const passing = setInterval(() => rules.clock.advance(500), 5);
    while ((await rules.given()).length < 1) await pause();
    clearInterval(passing);
    expect(rules.failures).toEqual([]);
  });
});
