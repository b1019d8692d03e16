import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { newsOf } from './news.ts';
import { at, link, reading } from './outcome.fixture.ts';
import { renderMoment, renderNews } from './view.ts';

const colours = createColors(false);
const [found] = reading.incidents;
if (found === undefined) throw new Error('no fixture');
const open = { ...found, item: { ...found.item, Status: 'open' as const, DueMs: at(19) } };
const during = {
  ...reading,
  ...{ nowMs: at(16), transitions: reading.transitions.slice(0, 2), messages: reading.messages.slice(0, 2) },
  incidents: [open],
};

test('the picture while page views are few', () => {
  expect(`\n${renderMoment(during, 120, 80, colours)}\n`).toMatchInlineSnapshot(`
    "
    ────────────────────────────────────────────────────────────────────────────────
    clock      02:16:00 UTC, 120 times as fast
    page view  ███▇████▇████▇████▇████▇████▇████▇███▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  2 a minute
    search     ██▇██▇██▇██▇██▇██▇██▇██▇██▇██▇██▇██▇██▇██▇██▇██▇██▇██  10 a minute
    alarm      ALARM since 02:07:30 (below 5 a minute, 3 times)
    incident   open; 2 of 3 tiers told, next in 3 min
    "
  `);
});

test('the picture before anything has happened', () => {
  const nothing = { ...reading, nowMs: at(0), perMinute: new Map(), transitions: [], messages: [], incidents: [] };
  expect(`\n${renderMoment(nothing, 1, 80, colours)}\n`).toMatchInlineSnapshot(`
    "
    ────────────────────────────────────────────────────────────────────────────────
    clock      02:00:00 UTC, as fast as the wall (at work)
    page view    0 a minute
    search       0 a minute
    alarm      not looked at yet (below 5 a minute, 3 times)
    incident   none
    "
  `);
});

test('the news, with the message as it was sent', () => {
  const news = newsOf(undefined, during);
  expect(`\n${news.map((each) => renderNews(each, 80, colours)).join('')}`).toMatchInlineSnapshot(`
    "
    02:00:30  alarm     INSUFFICIENT_DATA -> OK
    02:07:30  alarm     OK -> ALARM: Threshold Crossed: 3 out of the last 3
                        datapoints
    02:07:30  incident  20261120T020730Z-0a1b2c3d opened, critical
    02:08:00  tier 1    email to oncall@example.org: CRITICAL: page view below 5 in
                        1 min, 3 of 3 times (dev)
            | CRITICAL: page view below 5 in 1 min, 3 of 3 times
            |
            | Value        2, 3 below the threshold of 5
            | Last hour    |▆▆▇█████▇▇▆▆▆▆▇████▇▇▆▆▆▆▇██▅▁| highest 31 in 1 minute,
            |              last 2
            | Acknowledge  tidemark --stage dev incidents acknowledge
            |              20261120T020730Z-0a1b2c3d
            |              http://127.0.0.1:40977/lambda-url/7190c69221dcbea55c8fe62
            |              20c694d0b/?t=eyJpbmNp.JN2hk6Uz
            | Runbook      http://127.0.0.1:40977/lambda-url/7190c69221dcbea55c8fe62
            |              20c694d0b/runbook#alarm-a-series-is-below-its-threshold
    02:13:30  tier 2    sms to +4915112345678: Tidemark> CRITICAL: page view below
                        5, now 2. tidemark --stage dev incidents acknowledge
                        20261120T020730Z-0a1b2c3d
    02:21:00  incident  Acknowledged by Ada at 2026-11-20T02:21:00Z, by the link of
                        a message.
    02:23:30  incident  its alarm is off; it ends if that stays so
    02:26:30  incident  recovered
    "
  `);
});

test('a text message of several lines stays below its time', () => {
  const lines = renderNews({ atMs: at(13), of: 'tier 2', text: 'It fell.\nhttp://link' }, 80, colours).split('\n');
  expect(lines).toEqual(['02:13:00  tier 2    It fell.', '                    http://link', '']);
});

test.each([60, 80, 120])(
  'nothing is wider than a terminal of %i columns, and no letter of a message is lost',
  (columns) => {
    for (const each of newsOf(undefined, reading)) {
      const lines = renderNews(each, columns, colours).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      if (each.message === undefined) continue;
      const text = lines.slice(-1 - lines.filter((line) => line.includes('|')).length).join('');
      expect(text.replaceAll(/\s+\| +/g, '')).toContain(link);
    }
    const lines = renderMoment(during, 1, columns, colours).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  },
);
