import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { incidentFixture } from './incident.fixture.ts';
import type { IncidentItem, TellingKind } from './items.ts';
import type { MessageIncident } from './message.ts';
import { messageOf } from './message.ts';
import { escalationPlan } from './plan.ts';
import type { DeployedAlarm, EscalationSettings } from './settings.ts';

const nowMs = Date.parse('2026-11-20T09:15:30Z');
const minuteMs = 60_000;
const context = { nowMs, stage: 'prod', runbook: 'https://x.example/runbook', raiseAgainAfterMs: 240 * minuteMs };
const id = '20261120T091000Z-0a1b2c3d';
/** As long as a link of AWS is. */
const link = `https://${'x'.repeat(32)}.lambda-url.ap-southeast-1.on.aws/?t=${'y'.repeat(49)}`;
const mail = 'email:a@example.org';
const phone = 'sms:+491511234567';
const alarm: DeployedAlarm = {
  ...{ alarm: 'Tidemark-prod-web-few page views', source: 'web', name: 'few page views', severity: 'high' },
  ...{ summary: 'page view below 5 in 1 min, 3 of 3 times', series: 'page view' },
  ...{ runbook: 'alarm-a-series-is-below-its-threshold', dashboard: 'https://example.org/dashboard' },
};
const hours = { days: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1080, zone: 'Europe/Berlin' };
const tier = { acknowledgeWithinMs: 5 * minuteMs, repeat: 1, severities: ['critical', 'high', 'low'] } as const;
const settings: EscalationSettings = {
  tiers: [
    { ...tier, notify: [mail] },
    { ...tier, notify: [phone], repeat: 2 },
  ],
  ...{ rounds: 1, raiseAgainAfterMs: 240 * minuteMs, gatherMs: 20_000, joinWithinMs: 15 * minuteMs, maintenance: [] },
};
const plan = escalationPlan(settings, 'high');

function told(
  kind: TellingKind,
  fields: Partial<IncidentItem> = {},
  more: Partial<MessageIncident> = {},
): MessageIncident {
  const telling = { Kind: kind, Raise: fields.Raise ?? 1, Round: 1, Tier: 1, Repeat: 1, Try: 0 };
  return { id, item: incidentFixture(fields), telling, alarm, plan, ...(kind === 'end' ? {} : { link }), ...more };
}

/** As it arrives, with the link of the tests cut short. */
const arrived = (text: string) => text.replaceAll(link, 'LINK');

describe('a page', () => {
  const values = Array.from({ length: 60 }, (_, minute) => (minute < 55 ? 40 + (minute % 7) : minute % 2));
  const page = messageOf([told('page', {}, { lastHour: { values, stepMs: minuteMs } })], context);

  test('says what, since when, how far off, what comes next and what to do', () => {
    expect(page.subject).toBe('HIGH: page view below 5 in 1m, 3 times (prod)');
    expect(arrived(page.text)).toMatchInlineSnapshot(`
      "HIGH: page view below 5 in 1m, 3 times

      Alarm        few page views, high, source web
      Since        2026-11-20 09:10 UTC (5 minutes)
      Value        2, which is 3 below the threshold of 5
      Last hour    |███████████████████████████▅▁▁| highest 46 in 1 minute, last 1
      Reason       Threshold Crossed: 3 datapoints were less than the threshold (5.0).
      Next         tier 2 is told about 2026-11-20 09:21 UTC, unless somebody acknowledges
      Acknowledge  LINK
      or           tidemark --stage prod incidents acknowledge 20261120T091000Z-0a1b2c3d
      Runbook      https://x.example/runbook#alarm-a-series-is-below-its-threshold
      Dashboard    https://example.org/dashboard
      "
    `);
    expect(arrived(page.sms)).toMatchInlineSnapshot(`
      "HIGH: page view below 5 in 1m, 3 times (prod), value 2, since 09:10 UTC.
      LINK"
    `);
  });

  test('is data for machines', () => {
    expect(page.json).toEqual({
      ...{ version: 1, kind: 'page', stage: 'prod', subject: page.subject, total: 1 },
      incidents: [
        {
          ...{ id, alarm: 'shop-web-few page views', source: 'web', severity: 'high', status: 'open' },
          ...{ tier: 1, raise: 1, told: [], notTold: [] },
          ...{ summary: 'page view below 5 in 1m, 3 times', since: '2026-11-20T09:10:00.000Z', threshold: 5, value: 2 },
          reason: 'Threshold Crossed: 3 datapoints were less than the threshold (5.0).',
          lastHour: { stepSeconds: 60, values },
          runbook: 'https://x.example/runbook#alarm-a-series-is-below-its-threshold',
          ...{ dashboard: alarm.dashboard, acknowledge: link },
          command: `tidemark --stage prod incidents acknowledge ${id}`,
        },
      ],
    });
  });

  test('of a later tier says who was told before, who could not be, and the time where they are', () => {
    const Log: IncidentItem['Log'] = [
      { AtMs: nowMs - 5 * minuteMs, Kind: 'told', Tier: 1, Contact: mail },
      { AtMs: nowMs - 5 * minuteMs, Kind: 'failed', Tier: 1, Contact: phone, Text: 'Throttled' },
    ];
    const telling = { Kind: 'page', Raise: 1, Round: 1, Tier: 2, Repeat: 1, Try: 0 } as const;
    const message = messageOf([told('page', { Log }, { telling })], { ...context, zone: 'Europe/Berlin' });
    expect(message.text).toContain('Since        2026-11-20 09:10 UTC, Fri 10:10 in Berlin (5 minutes)\n');
    expect(message.text).toContain(`Told before  ${mail}\nNot reached  ${phone}\n`);
    expect(message.text).toContain(
      'Next         you are told again about 2026-11-20 09:21 UTC, Fri 10:21 in Berlin, unless somebody acknowledges\n',
    );
    expect(message.sms).toContain('value 2, since 09:10 UTC, Fri 10:10 in Berlin.');
    expect(message.json.incidents[0]).toMatchObject({ told: [mail], notTold: [phone] });
  });

  test('of one that was acknowledged hours ago and is still on says by whom', () => {
    const fields: Partial<IncidentItem> = {
      Raise: 2,
      Log: [
        { AtMs: nowMs - 240 * minuteMs, Kind: 'told', Contact: mail },
        { AtMs: nowMs - 239 * minuteMs, Kind: 'acknowledged', By: 'Ada' },
        { AtMs: nowMs, Kind: 'raised' },
      ],
    };
    const message = messageOf([told('page', fields)], context);
    expect(message.subject).toBe('HIGH: page view below 5 in 1m, 3 times, still on (prod)');
    expect(message.text).toContain('Before       acknowledged by Ada, 2026-11-20 05:16 UTC; its alarm is still on\n');
    expect(message.text).not.toContain('Told before');
    expect(message.json.incidents[0]?.acknowledgedBefore).toEqual({ by: 'Ada', at: '2026-11-20T05:16:30.000Z' });
  });

  test.each([
    [[null, 30, 22.5, null], '_█▆_| highest 30 in 1 minute, last no data'],
    [[null, 30, 22.5], '_█▆| highest 30 in 1 minute, last 22.5'],
    [[null, null], '__| no data'],
    [[0, 0], '__| highest 0 in 1 minute, last 0'],
  ])('says of a last hour of %j where there are no data', (values, said) => {
    const { text, json } = messageOf([told('page', {}, { lastHour: { values, stepMs: minuteMs } })], context);
    expect(text).toContain(`\nLast hour    |${said}\n`);
    expect(json.incidents[0]?.lastHour?.values).toEqual(values);
  });

  test('of a composite alarm says which of its parts are on, and what to do about each', () => {
    const parts: DeployedAlarm = {
      ...{ alarm: 'Tidemark-prod-web-parts', source: 'web', name: 'parts', severity: 'high' },
      ...{ summary: 'counting, publishing or archiving of web falls behind or fails', runbook: 'alarm-parts' },
      parts: ['lag', 'errors', 'throttles'].map((name) => ({
        ...{ alarm: `Tidemark-prod_web-${name}`, summary: `functions of web: ${name}`, runbook: `alarm-${name}` },
      })),
    };
    const fields: Partial<IncidentItem> = {
      PartsOn: ['Tidemark-prod_web-errors', 'Tidemark-prod_web-former', 'Tidemark-prod_web-throttles'],
      Summary: { What: parts.summary, Reason: '' },
    };
    const lastHour = { values: [0, 0, 620_000], stepMs: 300_000, part: 'lag', unit: 'ms' } as const;
    const message = messageOf([told('page', fields, { alarm: parts, lastHour })], context);
    expect(message.json.incidents[0]?.lastHour).toEqual({
      stepSeconds: 300,
      values: [0, 0, 620_000],
      part: 'lag',
      unit: 'ms',
    });
    expect(message.subject).toBe(
      'HIGH: counting, publishing or archiving of web falls behind or fails: errors, former, thro... (prod)',
    );
    expect(arrived(message.text)).toMatchInlineSnapshot(`
      "HIGH: counting, publishing or archiving of web falls behind or fails: errors, former, throttles

      Alarm        parts, high, source web
      Parts on     errors: functions of web: errors
                   https://x.example/runbook#alarm-errors
                   throttles: functions of web: throttles
                   https://x.example/runbook#alarm-throttles
                   former: Tidemark-prod_web-former
      Since        2026-11-20 09:10 UTC (5 minutes)
      Last hour    |__█| lag: highest 620,000 ms in 5 minutes, last 620,000 ms
      Next         tier 2 is told about 2026-11-20 09:21 UTC, unless somebody acknowledges
      Acknowledge  LINK
      or           tidemark --stage prod incidents acknowledge 20261120T091000Z-0a1b2c3d
      Runbook      https://x.example/runbook#alarm-parts
      "
    `);
    expect(arrived(message.sms)).toMatchInlineSnapshot(`
      "HIGH: counting, publishing or archiving of web falls behind or fails: errors, former, throttles (prod), since 09:10 UTC.
      LINK"
    `);
    expect(message.json.incidents[0]?.parts?.[0]).toEqual({
      ...{ name: 'errors', summary: 'functions of web: errors', runbook: 'https://x.example/runbook#alarm-errors' },
    });
  });

  test('without data, and days old, says so', () => {
    const fields = {
      Summary: { What: 'order: nothing for 15 min', Reason: '', Threshold: 1 },
      OpenedMs: nowMs - 1500 * minuteMs,
    };
    const message = messageOf([told('page', fields)], context);
    expect(message.text).toContain('Value        no data; the threshold is 1\n');
    expect(arrived(message.sms)).toBe(
      'HIGH: order: nothing for 15 min (prod), no data, since 2026-11-19 08:15 UTC.\nLINK',
    );
  });

  test('of many lists the gravest 20, and says how many more', () => {
    const many = Array.from({ length: 33 }, (_, index) =>
      told('page', { Severity: index === 30 ? 'critical' : 'low', Source: `source-${index}` }),
    );
    const message = messageOf(many, context);
    expect(message.subject).toBe(
      'CRITICAL: 33 alarms: page view below 5 in 1m, 3 times; page view below 5 in 1m, 3 times; p... (prod)',
    );
    expect(message.text.match(/^Alarm /gm)).toHaveLength(20);
    expect(message.text).toContain('source source-30');
    expect(message.text).toContain('And 13 more alarms: tidemark --stage prod incidents list');
    expect(arrived(message.sms)).toMatchInlineSnapshot(`
      "CRITICAL: 33 alarms (prod) since 09:10 UTC. The link is for the first: page view below 5 in 1m, 3 times.
      LINK"
    `);
    expect(message.json).toMatchObject({ total: 33, incidents: { length: 20 } });
  });

  test.each([
    [
      'at night, when the next tier sleeps',
      { hours },
      'whoever is within office hours next is told about 2026-11-23 07:00 UTC',
    ],
    ['before the last word', {}, 'everybody hears that nobody has answered, about 2026-11-21 02:05 UTC'],
  ])('says what comes next %s', (_when, more, next) => {
    const atMs = Date.parse('2026-11-21T02:00:00Z');
    const own = { ...settings, tiers: [{ ...tier, ...more, notify: [mail], repeat: 'hours' in more ? 2 : 1 }] };
    const message = messageOf([told('page', {}, { plan: escalationPlan(own, 'high') })], { ...context, nowMs: atMs });
    expect(message.text).toContain(`Next         ${next}, unless somebody acknowledges\n`);
  });
});

describe('other messages', () => {
  test('the last word says that nobody has answered, who was told, who was not, and what comes next', () => {
    const Log: IncidentItem['Log'] = [
      { AtMs: nowMs, Kind: 'told', Contact: mail },
      { AtMs: nowMs, Kind: 'failed', Contact: phone, Text: 'no such number' },
    ];
    const message = messageOf([told('last-word', { Log })], context);
    expect(message.subject).toBe('NOBODY HAS ANSWERED: page view below 5 in 1m, 3 times (prod)');
    expect(arrived(message.text)).toMatchInlineSnapshot(`
      "NOBODY HAS ANSWERED: page view below 5 in 1m, 3 times

      Alarm        few page views, high, source web
      Since        2026-11-20 09:10 UTC (5 minutes)
      Value        2, which is 3 below the threshold of 5
      Reason       Threshold Crossed: 3 datapoints were less than the threshold (5.0).
      Told         email:a@example.org
      Not reached  sms:+491511234567
      Next         everybody is told again about 2026-11-20 13:16 UTC, unless somebody acknowledges
      Acknowledge  LINK
      or           tidemark --stage prod incidents acknowledge 20261120T091000Z-0a1b2c3d
      Runbook      https://x.example/runbook#alarm-a-series-is-below-its-threshold
      Dashboard    https://example.org/dashboard
      "
    `);
    expect(arrived(message.sms)).toMatchInlineSnapshot(`
      "NOBODY HAS ANSWERED: page view below 5 in 1m, 3 times (prod), value 2, since 09:10 UTC.
      LINK"
    `);
  });

  test('a recovery says how long it lasted', () => {
    const ended = { Status: 'recovered', OffMs: nowMs - minuteMs, EndedMs: nowMs, Flaps: 2 } as const;
    const message = messageOf([told('end', ended)], context);
    expect(message.subject).toBe('Over: page view below 5 in 1m, 3 times (prod)');
    expect(message.text).toMatchInlineSnapshot(`
      "Over: page view below 5 in 1m, 3 times

      Alarm        few page views, high, source web
      Lasted       4 minutes
      From         2026-11-20 09:10 UTC
      To           2026-11-20 09:14 UTC
      Ended        by itself
      Flapped      2 times
      Dashboard    https://example.org/dashboard
      More         tidemark --stage prod incidents show 20261120T091000Z-0a1b2c3d
      "
    `);
    expect(message.sms).toBe('Over: page view below 5 in 1m, 3 times (prod), after 4 minutes.');
    expect(message.json.incidents[0]?.command).toBe(`tidemark --stage prod incidents show ${id}`);
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

  test('of several a telephone hears which', () => {
    const names = ['few page views', 'order missing 15m', 'x'.repeat(200)];
    const ended = { Status: 'recovered', EndedMs: nowMs } as const;
    const all = names.map((name) => told('end', ended, { alarm: { ...alarm, name } }));
    expect(messageOf(all.slice(0, 2), context).sms).toBe('Over: 2 alarms (prod): few page views, order missing 15m.');
    expect(messageOf(all, context).sms).toMatch(
      /^Over: 3 alarms \(prod\): few page views, order missing 15m, x+\.\.\.\.$/,
    );
  });
});

describe('whatever the names', () => {
  const What = `\u001b[31mGröße\u202e "${'ł'.repeat(400)}"\r\nfrom: \`{x}\``;

  test('each line is one line, without escapes', () => {
    const message = messageOf([told('page', { Summary: { What, Reason: 'a\nb\u0007' } })], context);
    expect(message.text).toMatch(/^HIGH: \[31mGröße "ł+\.\.\.$/m);
    expect(message.text).toContain('\nReason       a b\n');
    expect(message.text).not.toMatch(/[^\P{C}\n]/u);
    expect(message.subject).toMatch(/^HIGH: \[31mGrosse "l+\.\.\. \(prod\)$/);
    expect(message.sms).toMatch(/^HIGH: \(31mGrosse "l+\.\.\. \(prod\), since 09:10 UTC\.\nhttps/);
  });

  test('subjects fit, and text messages are two parts at most: links stay whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom<TellingKind>('page', 'last-word', 'end'),
        fc.integer({ min: 1, max: 3 }),
        fc.double({ noNaN: true }),
        fc.constantFrom(undefined, 'America/Argentina/ComodRivadavia', 'UTC'),
        (codes, kind, count, Value, zone) => {
          const What = String.fromCharCode(...codes);
          const incidents = Array.from({ length: count }, () =>
            told(kind, { Summary: { What, Reason: '', Threshold: 5, Value } }),
          );
          const { subject, sms } = messageOf(incidents, { ...context, ...(zone === undefined ? {} : { zone }) });
          expect(subject).toMatch(/^[ -~]{1,100}$/);
          expect(subject.endsWith(' (prod)')).toBe(true);
          const [said = '', address, ...more] = sms.split('\n');
          // Of these characters each is one of a text message.
          expect(said).toMatch(/^[A-Za-z0-9 !"#$%&'()*+,\-./:;<=>?@_]{1,143}$/);
          expect(said).toContain('(prod)');
          expect([address, more]).toEqual([kind === 'end' ? undefined : link, []]);
        },
      ),
    );
  });
});
