import { expect, test } from 'vitest';
import { newsOf, newsOfDeed } from './news.ts';
import { at, evidence, reading } from './outcome.fixture.ts';

const nothing = { ...reading, transitions: [], messages: [], incidents: [] };

test('everything that has happened, in its order, is told once', () => {
  const first = newsOf(undefined, reading);
  expect(first.map(({ of, text }) => `${of}: ${text}`)).toMatchInlineSnapshot(`
    [
      "alarm: INSUFFICIENT_DATA -> OK",
      "alarm: OK -> ALARM: Threshold Crossed: 3 out of the last 3 datapoints",
      "incident: 20261120T020730Z-0a1b2c3d opened, critical",
      "tier 1: email to oncall@example.org: CRITICAL: page view below 5 in 1 min, 3 of 3 times (dev)",
      "tier 2: sms to +4915112345678: Tidemark> CRITICAL: page view below 5, now 2. tidemark --stage dev incidents acknowledge 20261120T020730Z-0a1b2c3d",
      "tier 3: email to lead@example.org: CRITICAL: page view below 5 in 1 min, 3 of 3 times (dev)",
      "incident: Acknowledged by Ada at 2026-11-20T02:21:00Z, by the link of a message.",
      "alarm: ALARM -> OK",
      "incident: its alarm is off; it ends if that stays so",
      "incident: recovered",
      "tier 1: email to oncall@example.org: Over: page view below 5 in 1 min, 3 of 3 times (dev)",
      "tier 2: sms to +4915112345678: Tidemark> Over: page view below 5 in 1 min, 3 of 3 times.",
      "tier 3: email to lead@example.org: Over: page view below 5 in 1 min, 3 of 3 times (dev)",
    ]
  `);
  expect(first.map(({ atMs }) => atMs)).toEqual(first.map(({ atMs }) => atMs).sort((one, another) => one - another));
  expect(newsOf(nothing, reading)).toEqual(first);
  expect(newsOf(reading, reading)).toEqual([]);
});

test('an entry that is added to a known incident is news, alone', () => {
  const [found] = reading.incidents;
  if (found === undefined) throw new Error('no fixture');
  const before = { ...reading, incidents: [{ ...found, item: { ...found.item, Log: found.item.Log.slice(0, 4) } }] };
  expect(newsOf(before, reading).map(({ text }) => text)).toEqual([
    'Acknowledged by Ada at 2026-11-20T02:21:00Z, by the link of a message.',
    'its alarm is off; it ends if that stays so',
    'recovered',
  ]);
});

test('the first message is shown whole, the others by a line', () => {
  const whole = newsOf(undefined, reading).flatMap(({ message }) => message ?? []);
  expect(whole).toEqual([reading.messages[0]?.text]);
});

test('what people do', () => {
  const of = reading.messages[2];
  const { looked, pressed, pressedAgain } = evidence.deeds;
  if (of === undefined || looked === undefined || pressed === undefined || pressedAgain === undefined)
    throw new Error('no fixture');
  const told = [
    newsOfDeed(at(3), { kind: 'fall', fromMs: at(4) }),
    newsOfDeed(at(20), { kind: 'looked', answer: looked, status: 'open', of }),
    newsOfDeed(at(21), { kind: 'pressed', answer: pressed, again: pressedAgain }),
    newsOfDeed(at(21), { kind: 'back', fromMs: at(22) }),
  ];
  expect(told.map(({ of, text }) => `${of}: ${text}`)).toMatchInlineSnapshot(`
    [
      "stream: from 02:04 on, hardly any page views come in",
      "link: opened, from the message to lead@example.org: 200, "Acknowledge this incident?". Looking acknowledges nothing: the incident is open",
      "button: pressed by Ada: 200, "Acknowledged"; once more: 410, "This link was used"",
      "stream: from 02:22 on, page views come in as ever",
    ]
  `);
});
