import { callerName } from '@tidemark/local/gateway/intercept';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../exactness/stack.ts';
import { Quiet } from './quiet.ts';

/*
 * The function that makes incidents cannot do anything any more: an alarm's event is given up, and people hear that escalation fails, by what needs nothing of it.
 */

const courseMsMax = 240_000;
let stack: Stack;
let quiet: Quiet;

beforeAll(async () => {
  const web = {
    event: { name: 'event_type', time: 'utc_timestamp' },
    ...{ stream: { shards: 1 }, count: { batchWindowSeconds: 0 }, publish: { batchWindowSeconds: 0 } },
    buckets: ['1m'],
    alarms: [{ series: 'page view', missing: '5m', name: 'silence' }],
  } as const;
  const tiers = [
    { notify: ['email:first@example.org'], acknowledgeWithin: '15m' },
    { notify: ['sms:+4915112345678', 'email:low@example.org'], severities: ['low'] },
    { notify: ['email:second@example.org'], severities: ['critical'] },
  ] as const;
  stack = await startStack({ sources: { web }, escalation: { tiers } }, { clockFactor: 1 });
  quiet = new Quiet(stack.engine);
  quiet.onQuiet = async () => stack.engine.alarms.evaluate();
}, courseMsMax);

afterAll(async () => {
  await stack?.stop();
});

test('everybody of critical alarms hears of it, and of nothing else', { timeout: courseMsMax }, async () => {
  const { engine } = stack;
  engine.faults.add({
    match: { where: ({ caller }) => callerName(caller).includes('Incidents') },
    action: { kind: 'kill', when: 'before' },
  });
  await quiet.until('messages', () => engine.inbox.list().length >= 2);
  await quiet.settled();
  expect(engine.alarms.get(`${engine.stackName}-escalation`)?.state.value).toBe('ALARM');
  const messages = engine.inbox.list();
  expect(messages.map(({ channel, to }) => `${channel} ${to}`).sort()).toEqual([
    'email first@example.org',
    'email second@example.org',
  ]);
  for (const { subject, text } of messages) {
    expect(subject).toBe('ESCALATION FAILS: alarms may be on of which nobody is told (dev)');
    const [, link = ''] = /^Runbook +(\S+)$/m.exec(text) ?? [];
    const page = await (await fetch(link)).text();
    expect(page).toContain(`id="${new URL(link).hash.slice(1)}"`);
  }
});
