import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { incidentFixture } from './incident.fixture.ts';
import type { IncidentItem, TellingKind } from './items.ts';
import type { MessageIncident } from './message.ts';
import { messageOf } from './message.ts';
import type { DeployedAlarm } from './settings.ts';

const nowMs = Date.parse('2026-11-20T09:15:30Z');
const context = { nowMs, stage: 'prod', runbook: 'https://example.org/runbook', raiseAgainAfterMs: 4 * 3_600_000 };
const id = '20261120T091000Z-0a1b2c3d';
const alarm: DeployedAlarm = {
  ...{ alarm: 'shop-web-few page views', source: 'web', name: 'few page views', severity: 'high' },
  ...{ summary: 'page view below 5 in 1m, 3 times', series: 'page view' },
  ...{ runbook: 'few-events', dashboard: 'https://example.org/dashboard' },
};

function told(
  kind: TellingKind,
  fields: Partial<IncidentItem> = {},
  more: Partial<MessageIncident> = {},
): MessageIncident {
  const telling = { Kind: kind, Raise: 1, Round: 1, Tier: 2, Repeat: 1, Try: 0 };
  return { id, item: incidentFixture(fields), telling, alarm, ...more };
}

describe('a page', () => {
  const values = Array.from({ length: 60 }, (_, minute) => (minute < 55 ? 40 + (minute % 7) : 2));
  const page = messageOf(
    [told('page', {}, { lastHour: { values, stepMs: 60_000 }, link: 'https://x.example/?t=a.b' })],
    context,
  );

  test('says what, since when, how far off, and what to do', () => {
    expect(page.subject).toBe('HIGH: page view below 5 in 1m, 3 times (prod)');
    expect(page.text).toMatchInlineSnapshot(`
      "HIGH: page view below 5 in 1m, 3 times

      Alarm        few page views, high, source web
      Since        2026-11-20 09:10 UTC (5 minutes)
      Value        2, 3 below the threshold of 5
      Last hour    |███████████████████████████▅▁▁| highest 46 in 1 minute, last 2
      Reason       Threshold Crossed: 3 datapoints were less than the threshold (5.0).
      Acknowledge  tidemark --stage prod incidents acknowledge 20261120T091000Z-0a1b2c3d
                   https://x.example/?t=a.b
      Runbook      https://example.org/runbook#few-events
      Dashboard    https://example.org/dashboard
      "
    `);
    expect(page.sms).toMatchInlineSnapshot(
      `"HIGH: page view below 5 in 1m, 3 times, now 2 since 09:10 UTC. tidemark --stage prod incidents acknowledge 20261120T091000Z-0a1b2c3d"`,
    );
  });

  test('is data for machines', () => {
    expect(page.json).toEqual({
      ...{ version: 1, kind: 'page', stage: 'prod', subject: page.subject, total: 1 },
      incidents: [
        {
          ...{
            id,
            alarm: 'shop-web-few page views',
            source: 'web',
            severity: 'high',
            status: 'open',
            tier: 2,
            raise: 1,
          },
          ...{ summary: 'page view below 5 in 1m, 3 times', since: '2026-11-20T09:10:00.000Z', threshold: 5, value: 2 },
          reason: 'Threshold Crossed: 3 datapoints were less than the threshold (5.0).',
          ...{
            runbook: 'https://example.org/runbook#few-events',
            dashboard: alarm.dashboard,
            acknowledge: 'https://x.example/?t=a.b',
          },
        },
      ],
    });
  });

  test('of many lists the gravest 20, and says how many more', () => {
    const many = Array.from({ length: 33 }, (_, index) =>
      told('page', { Severity: index === 30 ? 'critical' : 'low', Source: `source-${index}` }),
    );
    const message = messageOf(many, context);
    expect(message.subject).toBe('CRITICAL: 33 alarms (prod)');
    expect(message.text.match(/^Alarm /gm)).toHaveLength(20);
    expect(message.text).toContain('source source-30');
    expect(message.text).toContain('And 13 more alarms: tidemark --stage prod incidents list');
    expect(message.sms).toBe('CRITICAL: 33 alarms since 09:10 UTC. tidemark --stage prod incidents list');
    expect(message.json).toMatchObject({ total: 33, incidents: { length: 20 } });
  });
});

describe('other messages', () => {
  test('the last word says that nobody has answered, who was told, and what comes next', () => {
    const message = messageOf([told('last-word', { Told: ['email:a@example.org', 'sms:+491511234567'] })], context);
    expect(message.subject).toBe('NOBODY HAS ANSWERED: page view below 5 in 1m, 3 times (prod)');
    expect(message.text).toContain('Told         email:a@example.org, sms:+491511234567\n');
    expect(message.text).toContain('everybody is told again about 2026-11-20 13:15 UTC');
  });

  test('a recovery says how long it lasted', () => {
    const ended = { Status: 'recovered', OffMs: nowMs - 60_000, EndedMs: nowMs, Flaps: 2 } as const;
    const message = messageOf([told('end', ended)], context);
    expect(message.subject).toBe('Over: page view below 5 in 1m, 3 times (prod)');
    expect(message.text).toMatchInlineSnapshot(`
      "Over: page view below 5 in 1m, 3 times

      Alarm        few page views, high, source web
      Lasted       2026-11-20 09:10 UTC to 2026-11-20 09:14 UTC (4 minutes)
      Ended        by itself
      Flapped      2 times
      Dashboard    https://example.org/dashboard
      Incident     20261120T091000Z-0a1b2c3d
      "
    `);
    expect(message.sms).toBe('Over: page view below 5 in 1m, 3 times.');
  });

  test('an end by hand says by whom', () => {
    const ended = {
      Status: 'resolved',
      EndedMs: nowMs,
      Resolved: { By: 'ada', AtMs: nowMs, Reason: 'a test' },
    } as const;
    const message = messageOf([told('end', ended)], context);
    expect(message.subject).toBe('Resolved: page view below 5 in 1m, 3 times (prod)');
    expect(message.text).toContain('Ended        by ada: a test\n');
  });
});

test('subjects and short messages fit, whatever the names', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      fc.constantFrom<TellingKind>('page', 'last-word', 'end'),
      fc.integer({ min: 1, max: 3 }),
      fc.double({ noNaN: true }),
      (What, kind, count, Value) => {
        const incidents = Array.from({ length: count }, () =>
          told(kind, { Summary: { What, Reason: '', Threshold: 5, Value } }),
        );
        const { subject, sms } = messageOf(incidents, context);
        expect(subject).toMatch(/^[ -~]{1,100}$/);
        expect(sms).toMatch(/^[ -~]{1,140}$/);
        if (kind !== 'end' && count === 1) expect(sms).toContain(`acknowledge ${id}`);
      },
    ),
  );
});
