import { expect, test } from 'vitest';
import type { Telling } from './items.ts';
import {
  claimed,
  gathered,
  isAbandoned,
  isBeingTaken,
  messagesByContact,
  outboxKey,
  queueOf,
  senderMsMax,
  tellingId,
} from './outbox.ts';

const page: Telling = { Kind: 'page', Raise: 2, Round: 1, Tier: 3, Repeat: 1, Try: 0 };
const end: Telling = { ...page, Kind: 'end', Try: 4 };

test('tellings wait with those that they may share a message with', () => {
  expect([page, end, { ...page, Kind: 'last-word' as const }].map(queueOf)).toEqual(['tier-3', 'end', 'last-word']);
  expect([page, end].map(tellingId)).toEqual(['page-2-1-3-1', 'end-2-1-3-1-4']);
  expect(outboxKey('i1', page)).toEqual({ Source: '$stage', Item: 'OUTBOX#tier-3#i1#page-2-1-3-1' });
});

test('a queue is left to whoever has claimed some of it a moment ago', () => {
  const entry = gathered('web', 'i1', page, 0);
  expect(isBeingTaken(entry, 'two', 0)).toBe(false);
  const first = { ...entry, Batch: 'one', ClaimedMs: 1_000 };
  expect([isBeingTaken(first, 'two', 10_999), isBeingTaken(first, 'one', 1_000)]).toEqual([true, false]);
  expect(isBeingTaken(first, 'two', 11_000)).toBe(false);
});

test('an entry is claimed once, until its sender is dead', () => {
  const entry = { Version: 1, IncidentSource: 'web', Incident: 'i1', Telling: page, GatheredMs: 0 };
  const first = claimed(entry, 'one', 1_000);
  if (first === undefined) throw new Error('not claimed');
  expect(first).toMatchObject({ Version: 2, Batch: 'one', ClaimedMs: 1_000 });
  expect(claimed(first, 'two', 1_000 + senderMsMax - 1)).toBeUndefined();
  expect(claimed(first, 'one', 2_000)).toMatchObject({ Version: 3, Batch: 'one' });
  expect(claimed(first, 'two', 1_000 + senderMsMax)).toMatchObject({ Version: 3, Batch: 'two' });
  expect([isAbandoned(first, 30 * 60_000), isAbandoned(first, 31 * 60_000)]).toEqual([false, true]);
});

test('everybody gets one message of all that they are to hear', () => {
  const messages = messagesByContact([
    { entry: 1, contacts: ['a', 'b', 'a'] },
    { entry: 2, contacts: ['b'] },
  ]);
  expect([...messages]).toEqual([
    ['a', [1]],
    ['b', [1, 2]],
  ]);
});
