import { describe, expect, it } from 'vitest';
import type { StagePruneSettings } from '../config.ts';
import { ConfigurationError, resolveTidemark } from './resolve.ts';

const sources = { web: { event: { name: 'event_type', time: 'utc_timestamp' } } };

function pruning(prune: unknown): StagePruneSettings {
  return resolveTidemark({ sources, prune }).prune;
}

function problemsOf(prune: unknown): readonly string[] {
  try {
    pruning(prune);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('the settings of pruning', () => {
  it('have defaults', () => {
    expect(pruning(undefined)).toEqual({
      schedule: 'cron(30 3 * * ? *)',
      zone: 'UTC',
      writeUnitsPerSecond: 500,
      keepReplacedMs: 7 * 24 * 3600 * 1000,
    });
    expect(pruning({})).toEqual(pruning(undefined));
  });

  it('may all be set', () => {
    const all = { at: '00:05', zone: 'Asia/Kolkata', writeUnitsPerSecond: 25, keepReplaced: '1d' };
    expect(pruning(all)).toEqual({
      schedule: 'cron(5 0 * * ? *)',
      zone: 'Asia/Kolkata',
      writeUnitsPerSecond: 25,
      keepReplacedMs: 24 * 3600 * 1000,
    });
  });

  it.each([
    'cron(0 3 * * ? *)',
    'cron(15,45 0/6 ? * MON-FRI 2026-2030)',
    'cron(*/5 22-23 L * ? *)',
    'cron(0 0 15W JAN,jul ? *)',
    'cron(0 0 LW * ? 2026/2)',
    'cron(0 12 ? * 6L *)',
    'cron(0 12 ? * TUE#2 *)',
    'rate(1 day)',
    'rate(12 hours)',
  ])('take %s as it is', (at) => {
    expect(pruning({ at }).schedule).toBe(at);
  });

  it.each([
    'UTC',
    'GMT',
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'Etc/GMT+1',
    'Asia/Calcutta',
    'US/Pacific',
  ])('take the zone %s', (zone) => {
    expect(pruning({ zone }).zone).toBe(zone);
  });
});

const aSchedule =
  "expected a time of the day such as '03:30', 'cron(minutes hours day-of-month month day-of-week year)', or 'rate(1 day)'";
const aZone = "expected a time zone of IANA such as 'UTC' or 'Europe/Berlin'";
const sixFields = 'expected six: minutes, hours, day of the month, month, day of the week, year';
const oneOpen = 'has no single ?; expected it either for the day of the month or for the day of the week';

// biome-ignore format: one row a mistake
const mistakes: readonly (readonly [mistake: string, prune: unknown, message: string])[] = [
  ['no object', '03:30', 'prune: "03:30" is not an object; expected { at, zone, writeUnitsPerSecond, keepReplaced }'],
  ['a slip', { zon: 'UTC' }, 'prune.zon: is not a known key; did you mean zone?'],
  ['a time without its zero', { at: '3:30' }, `prune.at: "3:30" is not a schedule; ${aSchedule}`],
  ['a time with seconds', { at: '03:30:00' }, `prune.at: "03:30:00" is not a schedule; ${aSchedule}`],
  ['an hour of no day', { at: '24:00' }, `prune.at: "24:00" is not a schedule; ${aSchedule}`],
  ['a number', { at: 330 }, `prune.at: 330 is not a schedule; ${aSchedule}`],
  ['one time only', { at: 'at(2026-12-01T00:00:00)' }, `prune.at: "at(2026-12-01T00:00:00)" is not a schedule; ${aSchedule}`],
  ['the five fields of Unix', { at: 'cron(30 3 * * *)' }, `prune.at: "cron(30 3 * * *)" has 5 fields; ${sixFields}`],
  ['two spaces', { at: 'cron(30  3 * * ? *)' }, `prune.at: "cron(30  3 * * ? *)" has 7 fields; ${sixFields}`],
  ['no ?', { at: 'cron(30 3 * * * *)' }, `prune.at: "cron(30 3 * * * *)" ${oneOpen}`],
  ['two ?', { at: 'cron(30 3 ? * ? *)' }, `prune.at: "cron(30 3 ? * ? *)" ${oneOpen}`],
  ['a ? for the hours', { at: 'cron(30 ? * * ? *)' }, 'prune.at: "cron(30 ? * * ? *)" has "?" for its hours; expected * or numbers from 0 to 23'],
  ['a minute of no hour', { at: 'cron(60 3 * * ? *)' }, 'prune.at: "cron(60 3 * * ? *)" has "60" for its minutes; expected * or numbers from 0 to 59'],
  ['day 0 of a week', { at: 'cron(0 3 ? * 0 *)' }, 'prune.at: "cron(0 3 ? * 0 *)" has "0" for its day of the week; expected * or numbers from 1 to 7 or SUN to SAT'],
  ['a month of another language', { at: 'cron(0 3 1 OKT ? *)' }, 'prune.at: "cron(0 3 1 OKT ? *)" has "OKT" for its month; expected * or numbers from 1 to 12 or JAN to DEC'],
  ['a step of nothing', { at: 'cron(*/0 3 * * ? *)' }, 'prune.at: "cron(*/0 3 * * ? *)" has "*/0" for its minutes; expected * or numbers from 0 to 59'],
  ['an open list', { at: 'cron(0, 3 * * ? *)' }, 'prune.at: "cron(0, 3 * * ? *)" has "0," for its minutes; expected * or numbers from 0 to 59'],
  ['a weekday among the days of a month', { at: 'cron(0 3 32W * ? *)' }, 'prune.at: "cron(0 3 32W * ? *)" has "32W" for its day of the month; expected * or numbers from 1 to 31'],
  ['a rate in minutes', { at: 'rate(5 minutes)' }, 'prune.at: "rate(5 minutes)" has no such rate; expected whole hours or days, such as \'rate(12 hours)\''],
  ['a rate of nothing', { at: 'rate(0 days)' }, 'prune.at: "rate(0 days)" has no such rate; expected whole hours or days, such as \'rate(12 hours)\''],
  ['a rate in the wrong number', { at: 'rate(1 days)' }, 'prune.at: "rate(1 days)" is not spelled as AWS does; expected \'rate(1 day)\''],
  ['another wrong number', { at: 'rate(12 hour)' }, 'prune.at: "rate(12 hour)" is not spelled as AWS does; expected \'rate(12 hours)\''],

  ['a zone in another case', { zone: 'europe/berlin' }, 'prune.zone: "europe/berlin" is not a time zone; did you mean Europe/Berlin?'],
  ['a slip in a zone', { zone: 'Europe/Berln' }, 'prune.zone: "Europe/Berln" is not a time zone; did you mean Europe/Berlin?'],
  ['an offset', { zone: '+01:00' }, `prune.zone: "+01:00" is not a time zone; ${aZone}`],
  ['a zone of no planet', { zone: 'Mars/Olympus_Mons_Base_Camp_One' }, `prune.zone: "Mars/Olympus_Mons_Base_Camp_One" is not a time zone; ${aZone}`],
  ['a number for a zone', { zone: 1 }, `prune.zone: 1 is not a time zone; ${aZone}`],

  ['too few units for a batch', { writeUnitsPerSecond: 24 }, 'prune.writeUnitsPerSecond: 24 is not a number of write units a second; expected a whole number from 25 to 40,000'],
  ['more units than a table has', { writeUnitsPerSecond: 40_001 }, 'prune.writeUnitsPerSecond: 40001 is not a number of write units a second; expected a whole number from 25 to 40,000'],
  ['hours', { keepReplaced: '12h' }, 'prune.keepReplaced: "12h" is not a length of time; expected whole days or weeks such as \'14d\' or \'2w\', from \'1d\' to \'36500d\''],
];

describe('a mistake in the settings of pruning', () => {
  it.each(mistakes)('%s', (_mistake, prune, message) => {
    expect(problemsOf(prune)).toEqual([message]);
  });
});
