import { expect, test } from 'vitest';
import { EngineClock } from '../../clock.ts';
import type { DeadLetter } from './dead-letter.ts';
import { deliver } from './delivery.ts';
import { busEvent } from './event.ts';
import type { RuleDefinition, RuleTarget } from './rule.ts';

const target: RuleTarget = {
  ...{ id: 'a', arn: 'arn:target', roleArn: undefined, input: {}, deadLetterArn: undefined },
  makeInput: () => '{}',
  retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 185 },
};
const rule: RuleDefinition = {
  ...{ name: 'rule', arn: 'arn:rule', description: undefined, isEnabled: true, matches: undefined, pattern: undefined },
  ...{ schedule: undefined, scheduleExpression: undefined, targets: [target] },
};
const event = busEvent(
  { source: 'shop', detailType: 'Order', timeMs: 0, detail: {} },
  { region: 'us-east-1', account: '000000000000' },
);

/** Delivers to a target that is always busy. `attempts` are the times of its calls. */
function delivery() {
  const clock = new EngineClock({ startMs: 0, factor: 0 });
  const closed = new AbortController();
  const attempts: number[] = [];
  const letters: DeadLetter[] = [];
  const done = deliver(rule, target, event, {
    ...{ clock, chaos: undefined, signal: closed.signal },
    send: async () => {
      attempts.push(clock.now());
      return { ok: false, canRetry: true, code: 'THROTTLING', message: 'busy' };
    },
    bury: async (letter) => void letters.push(letter),
  });
  return { clock, closed, attempts, letters, done };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('attempts come later and later, and end with the age that an event may have', async () => {
  const { clock, attempts, letters, done } = delivery();
  for (let second = 0; second < 60; second += 1) {
    await turn();
    clock.advance(1_000);
  }
  await done;
  expect(attempts).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000]);
  expect(letters).toMatchObject([{ exhausted: 'MaximumEventAgeInSeconds', retries: 5, code: 'THROTTLING' }]);
});

test('what waits for another attempt ends with the engine', async () => {
  const { closed, letters, done } = delivery();
  await turn();
  closed.abort(new Error('closed'));
  await expect(done).rejects.toThrow('closed');
  expect(letters).toEqual([]);
});
