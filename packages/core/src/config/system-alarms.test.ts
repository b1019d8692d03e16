import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { systemAlarms } from './system-alarms.ts';

function problemsOf(written: unknown): string[] {
  const result = v.safeParse(systemAlarms, written);
  return result.success ? [] : result.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`);
}

const defaults = { lagMs: 600_000, freshnessMs: 900_000, quarantined: 0 };

describe('alarms on the parts of a source', () => {
  it.each([
    [true, defaults],
    [false, false],
    [{}, defaults],
    [{ lag: '2m' }, { ...defaults, lagMs: 120_000 }],
    [
      { freshness: '1h', quarantined: 100 },
      { ...defaults, freshnessMs: 3_600_000, quarantined: 100 },
    ],
    [
      { lag: false, freshness: false, quarantined: false },
      { lagMs: false, freshnessMs: false, quarantined: false },
    ],
  ])('%j', (written, settings) => {
    expect(v.parse(systemAlarms, written)).toEqual(settings);
  });

  // biome-ignore format: one row a mistake
  it.each([
    ['another word', 'on', [': "on" is not a boolean; expected true, false or { lag, freshness, quarantined }']],
    ['a slip', { freshnes: '5m' }, ['freshnes: is not a known key; did you mean freshness?']],
    ['a number of minutes', { lag: 10 }, ["lag: 10 is not a length of time; expected a length of time from '1m' to '7d', such as '90s', '15m' or '4h', or false"]],
    ['too short', { freshness: '30s' }, ["freshness: \"30s\" is not a length of time; expected a length of time from '1m' to '7d', such as '90s', '15m' or '4h', or false"]],
    ['too few', { quarantined: -1 }, ['quarantined: -1 is not a number of records; expected a whole number from 0 to 1,000,000, or false']],
    ['true for a threshold', { quarantined: true }, ['quarantined: true is not a number of records; expected a whole number from 0 to 1,000,000, or false']],
    ['two mistakes', { lag: '', quarantined: 0.5 }, ["lag: \"\" is not a length of time; expected a length of time from '1m' to '7d', such as '90s', '15m' or '4h', or false", 'quarantined: 0.5 is not a number of records; expected a whole number from 0 to 1,000,000, or false']],
  ])('are told a mistake: %s', (_mistake, written, messages) => {
    expect(problemsOf(written)).toEqual(messages);
  });
});
