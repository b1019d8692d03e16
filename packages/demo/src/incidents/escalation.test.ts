import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboxQuery } from '@tidemark/local/services/sns/inbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../command.ts';
import { type Stack, startStack } from '../exactness/stack.ts';
import { acknowledgingLink, look, press } from '../incident/link.ts';

/*
 * Page views fall, nobody answers the first message, somebody follows the link of it at last, and page views are back: from the stream to people, and
 * from them to the table. One course, whose steps build on each other.
 */

const courseMsMax = 240_000;
const minuteMs = 60_000;
/** Engine seconds a second: tiers wait for minutes, and functions take no time to speak of. */
const hurryFactor = 60;
const series = 'page view';
const threshold = 5;
const mailbox = { channel: 'email', to: 'oncall@example.org' } as const;
const telephone = { channel: 'sms', to: '+4915112345678' } as const;
let stack: Stack;
let incident: string;
let link: string;

beforeAll(async () => {
  stack = await startStack({
    sources: {
      web: {
        event: { name: 'event_type', time: 'utc_timestamp' },
        ...{ stream: { shards: 1 }, count: { batchWindowSeconds: 0 }, publish: { batchWindowSeconds: 0 } },
        buckets: ['1m'],
        alarms: [{ series, below: threshold, per: '1m', for: 3, severity: 'critical', name: 'few page views' }],
        // A machine with much else to do falls behind sixty times as fast.
        systemAlarms: false,
      },
    },
    escalation: {
      tiers: [
        { notify: ['email:oncall@example.org'], acknowledgeWithin: '15m' },
        { notify: ['sms:+4915112345678'], acknowledgeWithin: '24h' },
      ],
      ...{ gather: '5s', joinWithin: '2m' },
    },
  });
  stack.engine.clock.scale(hurryFactor);
}, courseMsMax);

afterAll(async () => {
  await stack?.stop();
});

const alarmName = () => `${stack.engine.stackName}-web-few page views`;
const arrival = (query: InboxQuery) => stack.engine.inbox.next(query, AbortSignal.timeout(courseMsMax / 3));

async function tidemark(...argv: string[]) {
  const { exitCode, out, error } = await runCommand(stack.engine, [...argv, '--json']);
  expect([exitCode, error]).toEqual([0, '']);
  return JSON.parse(out);
}

/** Ten page views in each of the last minutes, counted and published. */
async function produce(): Promise<void> {
  const nowMs = stack.engine.clock.now();
  const events = Array.from({ length: 80 }, (_, at) => ({
    event_type: series,
    utc_timestamp: new Date(nowMs - (at % 8) * minuteMs).toISOString(),
  }));
  const file = join(tmpdir(), `tidemark-escalation-${process.pid}.jsonl`);
  await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  await tidemark('produce', '--source', 'web', '--file', file);
  await rm(file);
  await stack.engine.idle({ endWindows: true });
}

/**
 * Looks at the alarm, as CloudWatch does every minute, until it is in that state; `meanwhile` before each look, as on the wall: on a slow machine, what came in
 * just now would be minutes old when it is counted.
 */
async function turned(state: 'ALARM' | 'OK', meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  const { alarms, clock } = stack.engine;
  await expect
    .poll(
      async () => {
        clock.scale(1);
        await meanwhile();
        alarms.evaluate();
        clock.scale(hurryFactor);
        return alarms.get(alarmName())?.state.value;
      },
      { timeout: courseMsMax / 3, interval: 500 },
    )
    .toBe(state);
}

async function status() {
  const [found] = (await tidemark('incidents', 'list', '--all')).incidents;
  return found;
}

/** When each contact was told of the beginning, in the order of the timeline. */
async function toldMs(): Promise<number[]> {
  const { timeline } = await tidemark('incidents', 'show', incident);
  const told = timeline.filter(({ kind }: { readonly kind: string }) => kind === 'told');
  return told.map(({ at }: { readonly at: string }) => Date.parse(at));
}

test('an alarm that is on since its deployment tells nobody', { timeout: courseMsMax }, async () => {
  await turned('ALARM');
  await expect.poll(status, { timeout: courseMsMax / 3 }).toMatchObject({ status: 'held' });
});

test('as long as page views come, nobody is told', { timeout: courseMsMax }, async () => {
  await turned('OK', produce);
  await expect.poll(status, { timeout: courseMsMax / 3 }).toMatchObject({ status: 'recovered' });
  expect(stack.engine.inbox.list()).toEqual([]);
});

test('when they fall, the first tier is told what and how far, then the next one', {
  timeout: courseMsMax,
}, async () => {
  await turned('ALARM');
  const mail = await arrival(mailbox);
  // Until it was looked at, the next tier is not to be told.
  stack.engine.clock.scale(1);
  expect(mail.subject).toBe('CRITICAL: page view below 5 in 1 min, 3 of 3 times (dev)');
  expect(mail.text).toMatch(/^Since .* UTC/m);
  expect(mail.text).toMatch(/^Last hour +\|.+\| highest [0-9]+ in 1 minute, last 0$/m);
  const [, runbook = '', anchor] = /^Runbook +(http:\S+\/runbook)#(\S+)$/m.exec(mail.text) ?? [];
  expect(anchor).toBe('alarm-a-series-is-below-its-threshold');
  expect(await (await fetch(runbook)).text()).toContain(`<h2 id="${anchor}">`);
  [, incident = ''] = /incidents acknowledge (\S+)/.exec(mail.text) ?? [];
  link = acknowledgingLink(mail.text) ?? '';
  expect(await status()).toMatchObject({ incident, status: 'open', severity: 'critical', told: [expect.anything()] });
  stack.engine.clock.scale(hurryFactor);
  const message = await arrival(telephone);
  // As the incident noted it, in whole seconds: how long messages are on their way, a busy machine decides.
  await expect.poll(toldMs, { timeout: courseMsMax / 3 }).toHaveLength(2);
  const [first = 0, second = 0] = await toldMs();
  expect(second - first).toBeGreaterThan(15 * minuteMs - 1000);
  expect(message.text).toMatch(/, (?:value 0|no data), since .* UTC\.\nhttp:\S+\?t=[\w-]+$/);
});

test('who only looks at the link acknowledges nothing; who presses its button does, once', {
  timeout: courseMsMax,
}, async () => {
  const page = await look(link);
  expect(page.status).toBe(200);
  expect(await status()).toMatchObject({ status: 'open' });
  expect((await press(link, page, 'Ada')).status).toBe(200);
  expect(await status()).toMatchObject({ status: 'acknowledged', acknowledged: { by: 'Ada', how: 'link' } });
  expect((await press(link, page, 'Ada')).status).toBe(410);
});

test('when they are back, those who were told hear that it is over', { timeout: courseMsMax }, async () => {
  const [before] = stack.engine.inbox.list().slice(-1);
  await turned('OK', produce);
  const after = before?.id ?? 0;
  for (const query of [mailbox, telephone]) {
    const over = await arrival({ ...query, after });
    expect(`${over.subject ?? ''} ${over.text}`).toContain('Over: page view below 5 in 1 min, 3 of 3 times');
  }
  await expect.poll(status, { timeout: courseMsMax / 3 }).toMatchObject({ incident, status: 'recovered' });
  const { timeline } = await tidemark('incidents', 'show', incident);
  expect(timeline.map(({ kind }: { readonly kind: string }) => kind)).toContain('acknowledged');
  // Each was told once of the beginning, and once of the end.
  const channels = stack.engine.inbox.list().map(({ channel }) => channel);
  expect([...channels].sort()).toEqual(['email', 'email', 'sms', 'sms']);
  expect(stack.engineErrors).toEqual([]);
});
