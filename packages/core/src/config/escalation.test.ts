import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { escalation, unknownSources } from './escalation.ts';

const tier = { notify: ['email:oncall@example.org'] };

function problemsOf(input: unknown): string[] {
  const result = v.safeParse(escalation, input);
  return result.success ? [] : result.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`);
}

describe('the settings of escalation', () => {
  it('have defaults', () => {
    expect(v.parse(escalation, { tiers: [tier] })).toEqual({
      tiers: [
        {
          ...{ notify: ['email:oncall@example.org'], acknowledgeWithinMs: 900_000, repeat: 1 },
          severities: ['critical', 'high', 'low'],
        },
      ],
      ...{ rounds: 2, raiseAgainAfterMs: 14_400_000, gatherMs: 20_000, joinWithinMs: 900_000, maintenance: [] },
    });
    expect(v.parse(escalation, {}).tiers).toEqual([]);
  });

  it('may all be set', () => {
    const hours = { days: 'mon-wed,sun', from: '22:00', to: '06:00', zone: 'Europe/Berlin' };
    const contacts = [
      'sms:+4915112345678',
      'https://hooks.example.org/x',
      'arn:aws:sns:eu-central-1:123456789012:pager',
    ];
    const all = {
      tiers: [{ notify: contacts, acknowledgeWithin: '90s', repeat: 3, severities: ['critical'], hours }],
      ...{ rounds: 1, raiseAgainAfter: '1d', gather: '1s', joinWithin: '1m' },
      maintenance: [{ cron: '0 2 ? * SUN *', for: '2h', zone: 'Asia/Tokyo', sources: ['web'] }],
      runbook: 'https://wiki.example.org/x?y=1',
    };
    const officeHours = { days: [1, 2, 3, 7], fromMinute: 1_320, toMinute: 360, zone: 'Europe/Berlin' };
    expect(v.parse(escalation, all)).toEqual({
      tiers: [
        {
          ...{ notify: contacts, acknowledgeWithinMs: 90_000, repeat: 3, severities: ['critical'] },
          hours: officeHours,
        },
      ],
      ...{ rounds: 1, raiseAgainAfterMs: 86_400_000, gatherMs: 1_000, joinWithinMs: 60_000 },
      maintenance: [{ cron: '0 2 ? * SUN *', forMs: 7_200_000, zone: 'Asia/Tokyo', sources: ['web'] }],
      runbook: 'https://wiki.example.org/x?y=1',
    });
  });

  it.each([
    ['fri-mon', [1, 5, 6, 7]],
    ['sat', [6]],
    ['mon-sun', [1, 2, 3, 4, 5, 6, 7]],
  ])('have the days %s', (days, numbers) => {
    const hours = { days, from: '00:00', to: '24:00' };
    const expected = { days: numbers, fromMinute: 0, toMinute: 1_440, zone: 'UTC' };
    expect(v.parse(escalation, { tiers: [{ ...tier, hours }] }).tiers[0]?.hours).toEqual(expected);
  });
});

const aContact =
  "expected 'email:oncall@example.org', 'sms:+4915112345678', 'https://hooks.example.org/x', or the ARN of an SNS topic";
const cronFields = "six fields, minutes hours day-of-month month day-of-week year, such as '0 2 ? * SUN *'";
const notify = (contact: unknown) => ({ tiers: [{ notify: [contact] }] });
const hours = (written: object) => ({ tiers: [{ ...tier, hours: { from: '08:00', to: '18:00', ...written } }] });
const maintained = (written: object) => ({ maintenance: [{ cron: '0 2 ? * SUN *', for: '2h', ...written }] });
const aSpan = (from: string, to: string) =>
  `expected a length of time from '${from}' to '${to}', such as '90s', '15m' or '4h'`;

// biome-ignore format: one row a mistake
const mistakes: readonly (readonly [mistake: string, input: unknown, message: string])[] = [
  ['a slip', { tier: [] }, 'tier: is not a known key; did you mean tiers?'],
  ['nobody', { tiers: [{}] }, 'tiers.0.notify: is missing; expected from 1 to 20 contacts'],
  ['an empty list', { tiers: [{ notify: [] }] }, 'tiers.0.notify: holds 0 contacts; expected from 1 to 20 contacts'],
  ['one contact, not a list', { tiers: [{ notify: 'email:a@example.org' }] }, 'tiers.0.notify: "email:a@example.org" is not a list; expected from 1 to 20 contacts'],
  ['somebody twice', { tiers: [{ notify: ['email:a@example.org', 'email:a@example.org'] }] }, 'tiers.0.notify.1: "email:a@example.org" stands there twice'],
  ['a bare address', notify('a@example.org'), 'tiers.0.notify.0: "a@example.org" is not a contact; did you mean "email:a@example.org"?'],
  ['a slip in the kind', notify('emial:a@example.org'), 'tiers.0.notify.0: "emial:a@example.org" is not a contact; did you mean email:?'],
  ['a number of one country', notify('sms:015112345678'), `tiers.0.notify.0: "sms:015112345678" is not a telephone number; expected one in E.164, such as 'sms:+4915112345678'`],
  ['an open connection', notify('http://example.org'), 'tiers.0.notify.0: "http://example.org" is not encrypted; expected https://'],
  ['a FIFO topic', notify('arn:aws:sns:eu-central-1:123456789012:pager.fifo'), 'tiers.0.notify.0: "arn:aws:sns:eu-central-1:123456789012:pager.fifo" is a FIFO topic, which tells no people; expected a standard topic'],
  ['a queue', notify('arn:aws:sqs:eu-central-1:123456789012:pager'), `tiers.0.notify.0: "arn:aws:sqs:eu-central-1:123456789012:pager" is not a contact; ${aContact}`],
  ['no contact at all', notify(7), `tiers.0.notify.0: 7 is not a contact; ${aContact}`],
  ['too short a time', { tiers: [{ ...tier, acknowledgeWithin: '30s' }] }, `tiers.0.acknowledgeWithin: "30s" is not a length of time; ${aSpan('1m', '24h')}`],
  ['a number of times that is none', { tiers: [{ ...tier, repeat: 0 }] }, 'tiers.0.repeat: 0 is not a number of times; expected a whole number from 1 to 10'],
  ['another severity', { tiers: [{ ...tier, severities: ['urgent'] }] }, 'tiers.0.severities.0: "urgent" is not a severity; expected one of critical, high, low'],
  ['days of another language', hours({ days: 'mo-fr' }), `tiers.0.hours.days: "mo-fr" is not a list of days; expected days and ranges of them such as 'mon-fri' or 'mon,wed,sat-sun', of mon, tue, wed, thu, fri, sat, sun`],
  ['a time without its zero', hours({ from: '8:00' }), `tiers.0.hours.from: "8:00" is not a time of the day; expected a time of the day such as '08:00'`],
  ['a beginning at the end', hours({ from: '24:00' }), `tiers.0.hours.from: "24:00" is not a time of the day; expected a time of the day such as '08:00'`],
  ['a slip in a zone', hours({ zone: 'Europe/Berln' }), 'tiers.0.hours.zone: "Europe/Berln" is not a time zone; did you mean Europe/Berlin?'],
  ['a rate', maintained({ cron: 'rate(1 day)' }), `maintenance.0.cron: "rate(1 day)" is not a schedule; expected ${cronFields}`],
  ['the five fields of Unix', maintained({ cron: '0 2 * * *' }), 'maintenance.0.cron: "0 2 * * *" has 5 fields; expected six: minutes, hours, day of the month, month, day of the week, year'],
  ['a minute of no hour', maintained({ cron: '60 2 ? * SUN *' }), 'maintenance.0.cron: "60 2 ? * SUN *" has "60" for its minutes; expected * or numbers from 0 to 59'],
  ['maintenance without end', maintained({ for: '8d' }), `maintenance.0.for: "8d" is not a length of time; ${aSpan('1m', '7d')}`],
  ['a source, not a list', maintained({ sources: 'web' }), `maintenance.0.sources: "web" is not a list of sources; expected names such as ['web']`],
];

describe('a mistake in the settings of escalation', () => {
  it.each(mistakes)('%s', (_mistake, input, message) => {
    expect(problemsOf(input)).toEqual([message]);
  });
});

it('maintenance of a source that there is not is a mistake of the configuration', () => {
  const settings = v.parse(escalation, maintained({ sources: ['web', 'rids', 'moon'] }));
  expect(unknownSources(settings, ['web', 'rides']).map(({ message }) => message)).toEqual([
    '"rids" is not the name of a source; did you mean rides?',
    '"moon" is not the name of a source; expected one of web, rides',
  ]);
});
