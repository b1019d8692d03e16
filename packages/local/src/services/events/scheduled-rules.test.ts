import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, onTestFinished, test } from 'vitest';
import { minuteMs, pause, startMs, triedRules } from '../../../test/tried-rules.ts';
import { EngineClock } from '../../clock.ts';
import { Rules } from './rules.ts';

const rules = triedRules();

describe('a schedule', () => {
  test('follows the clock, and not while it stands still', async () => {
    await rules.client.send(new EnableRuleCommand({ Name: 'minutely' }));
    rules.clock.advance(minuteMs - 1);
    expect(await rules.given()).toEqual([]);
    rules.clock.advance(1);
    while ((await rules.given()).length < 1) await pause();
    rules.clock.advance(minuteMs);
    while ((await rules.given()).length < 2) await pause();
    await rules.client.send(new DisableRuleCommand({ Name: 'minutely' }));
    rules.clock.advance(minuteMs);
    expect(await rules.given<object>()).toEqual([{ from: 'minutely' }, { from: 'minutely' }]);
  });

  test('tells when it was due; after a leap of the clock, the last time only', async () => {
    rules.clock.set(startMs);
    rules.clock.advance(75 * 3_600_000);
    while ((await rules.given()).length < 1) await pause();
    expect(await rules.given()).toEqual([
      {
        ...{ version: '0', id: expect.any(String), 'detail-type': 'Scheduled Event', source: 'aws.events' },
        ...{ account: '000000000000', time: '2026-11-05T12:00:00Z', region: 'us-east-1', detail: {} },
        resources: ['arn:aws:events:us-east-1:000000000000:rule/daily'],
      },
    ]);
  });

  test('keeps up with a clock that runs fast', async () => {
    await rules.client.send(new EnableRuleCommand({ Name: 'minutely' }));
    const fromMs = rules.clock.now();
    rules.clock.scale(600);
    while ((await rules.given()).length < 5) await pause();
    rules.clock.scale(0);
    await rules.client.send(new DisableRuleCommand({ Name: 'minutely' }));
    const firings = (await rules.given<{ from?: string }>()).filter(({ from }) => from === 'minutely').length;
    expect(firings).toBeLessThanOrEqual((rules.clock.now() - fromMs) / minuteMs);
  });
});

test('a schedule whose clock stands still asks once when it is due, and waits', async () => {
  const asked: number[] = [];
  const clock = new EngineClock({ startMs, factor: 0 });
  const bus = new Rules({
    ...{ clock, region: 'us-east-1', account: '000000000000' },
    send: async () => ({ ok: true }),
    bury: async () => {},
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => bus.close());
  bus.add({
    ...{
      name: 'rule',
      arn: 'arn:rule',
      description: undefined,
      isEnabled: true,
      matches: undefined,
      pattern: undefined,
    },
    ...{ scheduleExpression: 'rate(1 minute)', targets: [] },
    schedule: {
      next: (afterMs) => {
        asked.push(afterMs);
        return afterMs + minuteMs;
      },
      latest: (atMs) => atMs,
    },
  });
  bus.start();
  await pause();
  expect(asked).toEqual([startMs]);
  clock.advance(minuteMs);
  await pause();
  expect(asked).toEqual([startMs, startMs + minuteMs]);
});
