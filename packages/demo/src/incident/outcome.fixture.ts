import type { IncidentItem, LogEntry } from '@tidemark/core/incidents/items';
import type { InboxMessage } from '@tidemark/ops-cli/inbox/engine-inbox';
import type { Deeds } from './course.ts';
import type { Evidence } from './expectations.ts';
import type { Reading } from './reading.ts';

const startMs = Date.parse('2026-11-20T02:00:00Z');
export const incident = '20261120T020730Z-0a1b2c3d';
export const link = 'http://127.0.0.1:40977/lambda-url/7190c69221dcbea55c8fe6220c694d0b/?t=eyJpbmNp.JN2hk6Uz';

/** So many minutes after the beginning, milliseconds since the epoch. */
export function at(minutes: number): number {
  return startMs + minutes * 60_000;
}

/** What everybody was told when all went well. */
const messages: readonly InboxMessage[] = [
  mail(1, 8, 'oncall@example.org', 'CRITICAL: page view below 5 in 1 min, 3 of 3 times (dev)'),
  sms(2, 13.5, `CRITICAL: page view below 5, now 2. tidemark --stage dev incidents acknowledge ${incident}`),
  mail(3, 19, 'lead@example.org', 'CRITICAL: page view below 5 in 1 min, 3 of 3 times (dev)'),
  mail(4, 27, 'oncall@example.org', 'Over: page view below 5 in 1 min, 3 of 3 times (dev)'),
  sms(5, 27, 'Over: page view below 5 in 1 min, 3 of 3 times.'),
  mail(6, 27, 'lead@example.org', 'Over: page view below 5 in 1 min, 3 of 3 times (dev)'),
];

function mail(id: number, minutes: number, to: string, subject: string): InboxMessage {
  const lines = [
    subject.replace(' (dev)', ''),
    '',
    'Value        2, 3 below the threshold of 5',
    'Last hour    |▆▆▇█████▇▇▆▆▆▆▇████▇▇▆▆▆▆▇██▅▁| highest 31 in 1 minute, last 2',
    `Acknowledge  tidemark --stage dev incidents acknowledge ${incident}`,
    `             ${link}`,
    'Runbook      http://127.0.0.1:40977/lambda-url/7190c69221dcbea55c8fe6220c694d0b/runbook#alarm-a-series-is-below-its-threshold',
  ];
  return { id, atMs: at(minutes), channel: 'email', to, subject, text: `${lines.join('\n')}\n`, messageId: `m${id}` };
}

function sms(id: number, minutes: number, text: string): InboxMessage {
  const to = '+4915112345678';
  return { id, atMs: at(minutes), channel: 'sms', to, text: `Tidemark> ${text}`, messageId: `m${id}` };
}

const contacts = ['email:oncall@example.org', 'sms:+4915112345678', 'email:lead@example.org'];
const log: readonly LogEntry[] = [
  { AtMs: at(7.5), Kind: 'opened', Text: 'Threshold Crossed' },
  ...contacts.map((Contact, index) => ({
    ...({ AtMs: at([8, 13.5, 19][index] ?? 0), Kind: 'told', Tier: index + 1, Contact } as const),
  })),
  { AtMs: at(21), Kind: 'acknowledged', By: 'Ada', Text: 'link' },
  { AtMs: at(23.5), Kind: 'settling' },
  { AtMs: at(26.5), Kind: 'recovered' },
  ...contacts.map((Contact) => ({ AtMs: at(27), Kind: 'end-told', Contact }) as const),
];

const item: IncidentItem = {
  ...{ Version: 20, Alarm: 'Tidemark-dev-web-few page views', Source: 'web', Severity: 'critical' },
  Summary: { What: 'page view below 5 in 1 min, 3 of 3 times', Reason: 'Threshold Crossed', Threshold: 5, Value: 2 },
  ...{ OpenedMs: at(7.5), Status: 'recovered', OffMs: at(23.5), EndedMs: at(26.5), Flaps: 0 },
  ...{ Step: 9, Executions: 1, DueMs: at(50), Reached: true, Told: contacts, ToldEnd: contacts, EndTries: 1 },
  ...{ Raise: 1, Round: 1, Tier: 3, Repeat: 1 },
  Acknowledged: { By: 'Ada', AtMs: at(21), How: 'link' },
  ...{ Log: log, LogDropped: 0 },
};

const { Acknowledged: _, ...open } = { ...item, Version: 12, Status: 'open' as const };

export const reading: Reading = {
  nowMs: at(27.5),
  perMinute: new Map([
    ['page view', [...Array.from({ length: 44 }, (_, minute) => 22 + (minute % 5)), ...new Array<number>(16).fill(2)]],
    ['search', Array.from({ length: 60 }, (_, minute) => 8 + (minute % 3))],
  ]),
  transitions: [
    { atMs: at(0.5), from: 'INSUFFICIENT_DATA', to: 'OK', reason: 'Threshold Crossed: 3 datapoints were not less' },
    { atMs: at(7.5), from: 'OK', to: 'ALARM', reason: 'Threshold Crossed: 3 out of the last 3 datapoints [2.0 (...)]' },
    { atMs: at(23.5), from: 'ALARM', to: 'OK', reason: 'Threshold Crossed: 1 datapoint was not less' },
  ],
  messages,
  incidents: [{ source: 'web', incident, item }],
};

const deeds: Deeds = {
  ...{ fellMs: at(4), backMs: at(22) },
  looked: { status: 200, title: 'Acknowledge this incident?', atMs: at(20), before: open, after: open },
  pressed: {
    ...{ status: 200, title: 'Acknowledged', atMs: at(21) },
    after: { ...item, Version: 14, Status: 'acknowledged' },
  },
  pressedAgain: { status: 410, title: 'This link was used' },
};

/** A course in which everything happened that must. */
export const evidence: Evidence = { reading, deeds, counts: { rows: 174, differences: [], faults: [] } };
