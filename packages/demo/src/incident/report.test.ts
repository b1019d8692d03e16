import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { expectations } from './expectations.ts';
import { at, evidence, incident, reading } from './outcome.fixture.ts';
import { renderIntroduction, renderReport, reportJson } from './report.ts';
import { type IncidentResult, isAsExpected } from './run.ts';

const screen = { colours: createColors(false), columns: 80 };
const result: IncidentResult = {
  ...{ sent: 2_610, rows: 174, reading, deeds: evidence.deeds, expectations: expectations(evidence) },
  ...{ shown: `Incident ${incident}: critical, recovered\n`, incident: { incident }, startMs: at(0), seconds: 30.25 },
};
const failed: IncidentResult = {
  ...result,
  deeds: { missing: 'tier 2 was not told' },
  expectations: [{ what: 'it rained', wrong: 'it was dry' }],
};

test('the introduction says how long it takes, and what runs', () => {
  const text = renderIntroduction(screen);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toMatch(/half an hour of the engine's time\s+passes in about half a minute/);
  expect(text).toContain("notify: ['email:oncall@example.org']");
});

test('the report of a course that was right says so, and what to try next', () => {
  const longest = Math.max(
    ...renderReport(result, screen)
      .split('\n')
      .map((line) => line.length),
  );
  expect(longest).toBeLessThanOrEqual(80);
  expect(renderReport(result, screen)).toMatchInlineSnapshot(`
    "
    $ tidemark incidents show 20261120T020730Z-0a1b2c3d

    Incident 20261120T020730Z-0a1b2c3d: critical, recovered

    Checked against the inbox, the Control table, the alarm and the counts:
      yes  every event was counted, once, in its minute
      yes  the alarm turned on when page views fell, and off when they were back
      yes  it became one incident, and it has recovered
      yes  each tier was told once, one after the other, each after its time
      yes  the first message says how far off it is, and has chart, link and command
      yes  looking at the link acknowledged nothing
      yes  its button acknowledged it, once, and nobody was told any more
      yes  who was told of the beginning was told of the end, once

    2,610 events sent, 174 counts compared.
    27 min 30 s of the engine's time have passed in 30.3 s.

    Try next: put alarms and tiers like those above into tidemark.config.ts, and
      npx -y pnpm@12 local                             start the engine; elsewhere:
      npx -y pnpm@12 tidemark --local incidents list   what is on, who has answered
      npx -y pnpm@12 tidemark --local incidents simulate --alarm NAME
                                                       who would be told when
      npx -y pnpm@12 tidemark --local inbox            what everybody would have got
    How alarms escalate is told in docs/concepts/escalation.md, and what to do about
    each of them in docs/operating/runbook.md.
    "
  `);
});

test('the report of one that was not says what was wrong', () => {
  expect(isAsExpected(result)).toBe(true);
  expect(isAsExpected(failed)).toBe(false);
  const text = renderReport(failed, screen);
  expect(text).toContain('NO   it rained: it was dry');
  expect(text).toContain('It ended early: tier 2 was not told.');
  expect(text).not.toContain('Try next');
});

test('JSON', () => {
  expect(reportJson(result)).toMatchObject({
    ...{ sent: 2_610, rows: 174, incident: { incident }, verdict: 'as expected', seconds: 30.25 },
    alarm: [
      { at: '2026-11-20T02:00:30Z', from: 'INSUFFICIENT_DATA', to: 'OK' },
      { at: '2026-11-20T02:07:30Z', from: 'OK', to: 'ALARM' },
      { at: '2026-11-20T02:23:30Z', from: 'ALARM', to: 'OK' },
    ],
  });
  const { messages } = reportJson(result) as { messages: readonly Record<string, unknown>[] };
  expect(messages.map(({ at, kind, tier, channel, to }) => [at, kind, tier, channel, to])).toEqual([
    ['2026-11-20T02:08:00Z', 'page', 1, 'email', 'oncall@example.org'],
    ['2026-11-20T02:13:30Z', 'page', 2, 'sms', '+4915112345678'],
    ['2026-11-20T02:19:00Z', 'page', 3, 'email', 'lead@example.org'],
    ['2026-11-20T02:27:00Z', 'end', 1, 'email', 'oncall@example.org'],
    ['2026-11-20T02:27:00Z', 'end', 2, 'sms', '+4915112345678'],
    ['2026-11-20T02:27:00Z', 'end', 3, 'email', 'lead@example.org'],
  ]);
  expect(reportJson(failed)).toMatchObject({
    verdict: 'not as expected',
    expectations: [{ what: 'it rained', happened: false, wrong: 'it was dry' }],
  });
});
