import { expect, test } from 'vitest';
import { hourMs, triedAlarms } from '../../../../test/tried-alarms.ts';

test('histories last thirty days', () => {
  const tried = triedAlarms();
  tried.put('a');
  const count = () =>
    tried.store.history({
      ...{ alarmName: 'a', kinds: ['metric'], type: undefined, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER },
      ...{ newestFirst: true, offset: 0, limit: 10 },
    }).length;
  tried.clock.advance(30 * 24 * hourMs);
  tried.alarms.setActionsEnabled('a', false);
  expect(count()).toBe(2);
  tried.clock.advance(hourMs);
  tried.alarms.setActionsEnabled('a', true);
  expect(count()).toBe(2);
});
