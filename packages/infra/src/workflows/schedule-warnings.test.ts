import type { PruneInput } from '@tidemark/core/config/input';
import { resolveTidemark } from '@tidemark/core/config/resolve';
import { describe, expect, it } from 'vitest';
import { scheduleWarnings } from './schedule-warnings.ts';

const event = { name: 'event_type', time: 'utc_timestamp' };
const nowMs = Date.parse('2026-11-20T16:00:00Z');

function warningsOf(prune: PruneInput | undefined, hasRetention = true): string[] {
  const config = { sources: { web: { event } }, ...(prune === undefined ? {} : { prune }) };
  const settings = resolveTidemark(config).prune;
  return scheduleWarnings({ written: prune, settings, hasRetention, nowMs });
}

describe('a schedule that cannot work', () => {
  it('of no source', () => {
    expect(warningsOf({ at: '04:00' }, false)).toEqual([
      'prune: no source has a retention, so that no schedule is made; only `tidemark prune --older-than` prunes',
    ]);
  });

  it.each([
    ['cron(0 3 * * ? 2025)', 2025],
    ['cron(0 3 * * ? 2020-2024,2023)', 2024],
  ])('of years that are over: %s', (at, year) => {
    expect(warningsOf({ at })).toEqual([`prune.at: ${at} has no year after ${year}: nothing is pruned by it any more`]);
  });

  it.each([
    ['02:30', 'Europe/Berlin', '2027-03-28'],
    ['02:00', 'America/New_York', '2027-03-14'],
    // On the southern half of the world, and by half an hour.
    ['02:15', 'Australia/Lord_Howe', '2027-10-03'],
    ['00:30', 'Africa/Cairo', '2027-04-30'],
  ])('on a day whose clocks pass over it: %s in %s', (at, zone, day) => {
    expect(warningsOf({ at, zone })).toEqual([
      `prune.at: clocks in ${zone} pass over ${at} on ${day}: it is skipped on that day, and the next run makes up for it`,
    ]);
  });
});

describe('a schedule that works', () => {
  it.each<[PruneInput | undefined]>([
    [undefined],
    [{ at: '02:30' }],
    [{ at: '03:00', zone: 'Europe/Berlin' }],
    [{ at: '01:59', zone: 'Europe/Berlin' }],
    [{ at: '02:30', zone: 'Asia/Kolkata' }],
    [{ at: '02:45', zone: 'Australia/Lord_Howe' }],
    [{ at: 'rate(1 day)', zone: 'Europe/Berlin' }],
    [{ at: 'cron(0/10 2 * * ? *)', zone: 'Europe/Berlin' }],
    [{ at: 'cron(0 3 * * ? 2025/2)' }],
    [{ at: 'cron(0 3 * * ? 2020,2026)' }],
  ])('%o', (prune) => {
    expect(warningsOf(prune)).toEqual([]);
  });

  it('of no source, where nobody asked for it', () => {
    expect(warningsOf(undefined, false)).toEqual([]);
  });
});
