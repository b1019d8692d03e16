import { describe, expect, test } from 'vitest';
import { type Evidence, expectations } from './expectations.ts';
import { at, evidence } from './outcome.fixture.ts';
import type { Reading } from './reading.ts';

const { reading, deeds } = evidence;
const { transitions, messages } = reading;
const [found] = reading.incidents;
if (found === undefined || deeds.looked === undefined || deeds.pressed === undefined) throw new Error('no fixture');
const { looked, pressed } = deeds;

const withReading = (change: Partial<Reading>): Evidence => ({ ...evidence, reading: { ...reading, ...change } });
const withDeeds = (change: Evidence['deeds']): Evidence => ({ ...evidence, deeds: { ...deeds, ...change } });
const withItem = (change: Partial<typeof found.item>): Evidence =>
  withReading({ incidents: [{ ...found, item: { ...found.item, ...change } }] });
const without = (id: number) => messages.filter((message) => message.id !== id);
const changed = (id: number, change: Partial<Reading['messages'][number]>) =>
  messages.map((message) => (message.id === id ? { ...message, ...change } : message));
const words = ['counted', 'alarm turned', 'one incident', 'each tier', 'first message', 'looking', 'button', 'the end'];
const log = (change: (kind: string) => boolean) => found.item.Log.filter(({ Kind }) => change(Kind));

test('nothing is wrong with a course that is right', () => {
  const judged = expectations(evidence);
  expect(judged.map(({ wrong }) => wrong)).toEqual(words.map(() => undefined));
  for (const [index, word] of words.entries()) expect(judged[index]?.what).toContain(word);
});

describe('each thing that is wrong is found, and nothing else', () => {
  const row = { name: 'page view', size: '1m', startMs: at(5), expected: 2, found: 1 } as const;
  test.each<[string, string, Evidence]>([
    ['counted', '1 counts differ', { ...evidence, counts: { rows: 1, differences: [row], faults: [] } }],
    ['counted', 'the ledger', { ...evidence, counts: { rows: 1, differences: [], faults: ['the ledger'] } }],
    ['alarm turned', 'OK, ALARM', withReading({ transitions: transitions.slice(0, 2) })],
    ['alarm turned', 'before they fell', withDeeds({ fellMs: at(8) })],
    ['alarm turned', 'before they were back', withDeeds({ backMs: at(24) })],
    ['one incident', '2 incidents', withReading({ incidents: [found, found] })],
    ['one incident', 'another moment', withItem({ OpenedMs: at(7) })],
    ['one incident', 'it is resolved', withItem({ Status: 'resolved' })],
    ['each tier', 'messages to oncall@example.org, lead@example.org', withReading({ messages: without(2) })],
    ['each tier', 'too soon', withReading({ messages: changed(2, { atMs: at(12.9) }) })],
    ['each tier', 'has noted', withItem({ Log: log((kind) => kind !== 'told') })],
    ['each tier', 'before the alarm', withReading({ messages: changed(1, { atMs: at(7) }) })],
    ['first message', 'a subject', withReading({ messages: changed(1, { subject: 'ALARM' }) })],
    [
      'first message',
      'the threshold, a chart, a link, the command',
      withReading({ messages: changed(1, { text: 'It fell.' }) }),
    ],
    ['looking', 'nobody', { ...evidence, deeds: { ...withoutKey(deeds, 'looked') } }],
    ['looking', '403', withDeeds({ looked: { ...looked, status: 403 } })],
    ['looking', 'has changed', withDeeds({ looked: { ...looked, after: pressed.after } })],
    ['button', 'nobody', { ...evidence, deeds: { ...withoutKey(deeds, 'pressed') } }],
    ['button', '403', withDeeds({ pressed: { ...pressed, status: 403 } })],
    ['button', 'no acknowledgement', withDeeds({ pressed: { ...pressed, after: looked.after } })],
    ['button', '200', withDeeds({ pressedAgain: { status: 200, title: 'Acknowledged' } })],
    ['button', 'lead@example.org was told', withReading({ messages: changed(3, { atMs: at(21.5) }) })],
    ['the end', '+4915112345678, oncall@example.org', withReading({ messages: without(6) })],
    ['the end', 'before the alarm was off', withReading({ messages: changed(5, { atMs: at(23) }) })],
    ['the end', 'noted 0 of 3', withItem({ Log: log((kind) => kind !== 'end-told') })],
  ])('%s: %s', (word, why, wrong) => {
    const found = expectations(wrong).filter((each) => each.wrong !== undefined);
    expect(found).toEqual([{ what: expect.stringContaining(word), wrong: expect.stringContaining(why) }]);
  });

  test('nothing at all has happened', () => {
    const nothing = { nowMs: at(1), perMinute: new Map(), transitions: [], messages: [], incidents: [] };
    const judged = expectations({ ...evidence, reading: nothing, deeds: { missing: 'the alarm has never been OK' } });
    expect(judged.filter(({ wrong }) => wrong === undefined)).toEqual([{ what: expect.stringContaining('counted') }]);
  });
});

function withoutKey<Value extends object, Key extends keyof Value>(value: Value, key: Key): Omit<Value, Key> {
  const { [key]: _, ...rest } = value;
  return rest;
}
