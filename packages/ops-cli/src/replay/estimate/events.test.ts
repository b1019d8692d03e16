import { expect, test } from 'vitest';
import { eventsSince } from './events.ts';

const nowMs = Date.parse('2026-11-20T06:00:00Z');
const item = (day: string, shardId: string, Received: number) => ({ Item: `LEDGER#count#${day}#${shardId}`, Received });
const ledger = [
  item('2026-11-18', 'shardId-0', 10_000),
  item('2026-11-19', 'shardId-0', 2_400),
  item('2026-11-20', 'shardId-0', 600),
  item('2026-11-20', 'shardId-1', 60),
];

test.each([
  ['everything', '2026-11-01T00:00:00Z', { 'shardId-0': 13_000, 'shardId-1': 60 }],
  ['whole days', '2026-11-19T00:00:00Z', { 'shardId-0': 3_000, 'shardId-1': 60 }],
  ['a part of a day that is over', '2026-11-19T12:00:00Z', { 'shardId-0': 1_800, 'shardId-1': 60 }],
  ['a part of the day that goes on', '2026-11-20T03:00:00Z', { 'shardId-0': 300, 'shardId-1': 30 }],
  ['nothing', '2026-11-20T06:00:00Z', { 'shardId-0': 0, 'shardId-1': 0 }],
  ['nothing of tomorrow', '2026-11-21T00:00:00Z', {}],
])('%s', (_, from, events) => {
  expect(Object.fromEntries(eventsSince(ledger, Date.parse(from), nowMs))).toEqual(events);
});
