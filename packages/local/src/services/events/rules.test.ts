import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { minuteMs, order, pause, triedRules } from '../../../test/tried-rules.ts';

const rules = triedRules();

describe('a rule with a pattern', () => {
  test('hands on what matches, and nothing else', async () => {
    const { Entries, FailedEntryCount } = await rules.put(order(101, { id: 'a' }), order(100), {
      ...order(500),
      Source: 'mall',
    });
    expect(FailedEntryCount).toBe(0);
    expect(await rules.given()).toEqual([
      {
        ...{ version: '0', id: Entries?.[0]?.EventId, 'detail-type': 'Order', source: 'shop', account: '000000000000' },
        ...{ time: '2026-11-02T09:00:00Z', region: 'us-east-1', resources: [], detail: { amount: 101, id: 'a' } },
      },
    ]);
  });

  test('takes the time and the resources that an event has', async () => {
    await rules.put({ ...order(200), Time: new Date('2026-11-01T00:00:00Z'), Resources: ['arn:a'] });
    expect(await rules.given()).toMatchObject([{ time: '2026-11-01T00:00:00Z', resources: ['arn:a'] }]);
  });

  test('gives its target what its template says', async () => {
    await rules.put({ Source: 'shop', DetailType: 'Return', Detail: '{"what":{"a":1}}' });
    expect(await rules.given<object>()).toEqual([{ returned: { a: 1 }, by: 'returns' }]);
  });

  test('hears what functions put, as far as their roles let them', async () => {
    await rules.put(order(300, { operation: 'PutEvents', next: { amount: 400 } }));
    expect((await rules.given()).map(({ detail }) => detail.amount)).toEqual([300, 400]);
    await rules.put(order(500, { operation: 'DisableRule', next: {} }));
    await rules.idle();
    expect(rules.texts().at(-3)).toMatch(
      /answered 400 .*not authorized to perform: events:DisableRule on resource: arn:aws:events:us-east-1:000000000000:rule\/orders/,
    );
  });

  test('does nothing while it is disabled', async () => {
    await rules.client.send(new DisableRuleCommand({ Name: 'orders' }));
    await rules.put(order(600));
    await rules.client.send(new EnableRuleCommand({ Name: 'orders', EventBusName: 'default' }));
    await rules.put(order(700));
    expect((await rules.given()).map(({ detail }) => detail.amount)).toEqual([700]);
  });
});

describe('at the wish of a test', () => {
  test('a target gets an event twice', async () => {
    rules.engine.rules.chaos = ({ ruleName }) => ({ duplicate: ruleName === 'orders' });
    await rules.put(order(900));
    const [first, second, ...more] = await rules.given();
    expect([first?.detail.amount, more]).toEqual([900, []]);
    expect(second).toEqual(first);
  });

  test('an event comes late', async () => {
    rules.engine.rules.chaos = ({ event }) => (event.detail.amount === 1_000 ? { lateMs: 10 * minuteMs } : undefined);
    await rules.put(order(1_000), order(1_001));
    while (rules.texts().every((text) => !text.includes('got'))) await pause();
    rules.clock.advance(10 * minuteMs);
    expect((await rules.given()).map(({ detail }) => detail.amount)).toEqual([1_001, 1_000]);
  });

  test('an event never comes', async () => {
    rules.engine.rules.chaos = ({ event }) => ({ lose: event.detail.amount === 1_000 });
    await rules.put(order(1_000), order(1_001));
    expect((await rules.given()).map(({ detail }) => detail.amount)).toEqual([1_001]);
    expect(rules.failures).toEqual([]);
  });
});
