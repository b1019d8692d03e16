import { describe, expect, test } from 'vitest';
import type { Decisions } from './decisions.ts';
import { decisions } from './decisions.ts';
import { explore } from './explore.ts';
import { startAt, starts } from './starts.ts';
import { keyOf } from './state.ts';

const names = Object.keys(starts);
/** Things one after the other. More take three times as long each: `simulate incidents --every-order 9`. */
const depth = 6;

test('every order of what may happen, from every start', () => {
  const all = names.map((name) => ({ name, ...explore(startAt(name), depth) }));
  expect(all.flatMap(({ name, broken }) => (broken === undefined ? [] : [{ name, broken }]))).toEqual([]);
  expect(new Set(all.flatMap(({ happened }) => [...happened]))).toEqual(
    new Set([
      ...['turns on', 'turns off', 'heard', 'again 0', 'again 1', 'acknowledged', 'resolved', 'performed', 'goes on'],
      ...['stopped', 'not sent', 'sent, and not noted', 'time passes', 'swept', 'silence'],
    ]),
  );
});

test('that an incident is over, which somebody has resolved, tells nobody of an alarm that is on', () => {
  const [other] = otherwise['what was resolved is forgotten'] ?? [];
  const { broken } = explore(startAt('the first tier told', { ...decisions, ...other }), 1);
  expect(broken).toMatchObject({ path: ['resolved'], promise: expect.stringMatching(/nobody is told/) });
});

test('states in which others were told are told apart: they owe the end to others', () => {
  const told = startAt('the first tier told');
  const [message] = told.messages;
  expect(message?.isSent).toBe(true);
  const key = keyOf(told);
  expect(keyOf({ ...told })).toBe(key);
  expect(keyOf({ ...told, messages: [] })).not.toBe(key);
  expect(keyOf({ ...told, messages: told.messages.map((each) => ({ ...each, isSent: false })) })).not.toBe(key);
});

/** What is decided otherwise, where that shows, and what it breaks. */
const otherwise: Readonly<Record<string, [Partial<Decisions>, string, RegExp]>> = {
  'transitions that are not newer are taken for new': [
    {
      alarmChanged: ({ item, ...known }, event, context) =>
        decisions.alarmChanged({ ...known, item: { ...item, TransitionMs: 0 } }, event, context),
    },
    'the first tier told',
    /not heard of the end/,
  ],
  'what was decided is told, whatever came between': [
    {
      beginTelling: (item, ...others) =>
        decisions.beginTelling({ ...item, Status: item.Status === 'acknowledged' ? 'open' : item.Status }, ...others),
    },
    'a message on its way',
    /told of an incident that is acknowledged/,
  ],
  'nobody looks for holds before it is told': [
    { beginTelling: (item, telling, plan, nowMs) => decisions.beginTelling(item, telling, plan, nowMs) },
    'a message on its way',
    /through a silence/,
  ],
  'who is told is noted afterwards': [
    {
      beginTelling: (item, ...others) => {
        const begun = decisions.beginTelling(item, ...others);
        return begun && { ...begun, item };
      },
    },
    'a message on its way',
    /not heard of the end/,
  ],
  'stopped executions have no successors': [
    { sweepIncident: (_source, _incident, item) => ({ item, effects: [] }) },
    'a message on its way',
    /nobody is told/,
  ],
  'lost events are lost': [{ missedTransition: () => undefined }, 'nothing yet', /nobody is told/],
  'what was resolved is forgotten': [
    { stillOn: ({ item, incident }) => ({ alarm: item, effects: [], ...(incident && { incident }) }) },
    'resolved',
    /nobody is told/,
  ],
  'an acknowledgement is for ever': [
    {
      answerTick: (call, item, plan, ...others) =>
        decisions.answerTick(call, item, { ...plan, raiseAgainAfterMs: Number.MAX_SAFE_INTEGER / 4 }, ...others),
    },
    'acknowledged',
    /nobody is told/,
  ],
  'what has failed counts as told': [
    {
      endTelling: (item, telling, deliveries, ...others) =>
        decisions.endTelling(
          item,
          telling,
          deliveries.map(({ contact }) => ({ contact })),
          ...others,
        ),
    },
    'turned off',
    /not heard of the end/,
  ],
};

describe('what is decided otherwise is noticed', () => {
  test.each(Object.entries(otherwise))('%s', (_, [other, start, promise]) => {
    const { broken } = explore(startAt(start, { ...decisions, ...other }), depth);
    expect(broken?.promise).toMatch(promise);
  });
});
