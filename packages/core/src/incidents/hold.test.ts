import { describe, expect, test } from 'vitest';
import type { RunLock } from '../replay/lock.ts';
import type { Holds } from './hold.ts';
import { covers, holdOf, runHoldMsMax, runSettleMs } from './hold.ts';
import type { SilenceItem } from './items.ts';
import type { DeployedAlarm, MaintenanceSettings } from './settings.ts';

const minuteMs = 60_000;
const nowMs = Date.parse('2026-11-22T03:00:00Z');
const alarm: DeployedAlarm = {
  ...{ alarm: 'shop-web-few page views', source: 'web', name: 'few page views', severity: 'high' },
  ...{ summary: 'page view below 5', runbook: 'alarm-a-series' },
};
const silence = (more: Partial<SilenceItem> = {}) => ({
  id: 's1',
  item: { FromMs: nowMs, ToMs: nowMs + 60 * minuteMs, Reason: 'moving', By: 'ada', ...more },
});
const held = (holds: Partial<Holds>, atMs = nowMs) =>
  holdOf(alarm, { silences: [], maintenance: [], runs: [], ...holds }, atMs);

describe('a silence', () => {
  test('holds from its beginning to its end', () => {
    const silences = [silence()];
    expect(held({ silences })).toEqual({ untilMs: nowMs + 60 * minuteMs, because: 'silence s1 by ada: moving' });
    expect(held({ silences }, nowMs - 1)).toBeUndefined();
    expect(held({ silences }, nowMs + 60 * minuteMs)).toBeUndefined();
  });

  test.each([
    [{}, true],
    [{ Sources: ['web'] }, true],
    [{ Sources: ['rides'] }, false],
    [{ Alarms: ['few page views'] }, true],
    [{ Alarms: ['web-few page views'] }, true],
    [{ Alarms: ['shop-web-few page views'] }, true],
    [{ Alarms: ['few'] }, false],
    [{ Alarms: ['other', 'few*'] }, true],
    [{ Alarms: ['*'] }, true],
    [{ Alarms: ['page*'] }, false],
    [{ Sources: ['rides'], Alarms: ['few*'] }, false],
  ])('of %j covers it: %s', (named, covered) => {
    expect(covers(named, alarm)).toBe(covered);
  });

  test('of several the one that lasts longest is said', () => {
    const silences = [silence(), { ...silence({ ToMs: nowMs + 90 * minuteMs }), id: 's2' }, { ...silence(), id: 's3' }];
    expect(held({ silences })?.because).toMatch(/^silence s2 /);
  });
});

describe('maintenance', () => {
  const window: MaintenanceSettings = { cron: '0 2 ? * SUN *', zone: 'UTC', forMs: 120 * minuteMs };
  test.each([
    [window, '2026-11-22T01:59:59Z', undefined],
    [window, '2026-11-22T02:00:00Z', '2026-11-22T04:00:00Z'],
    [window, '2026-11-22T03:59:59Z', '2026-11-22T04:00:00Z'],
    [window, '2026-11-22T04:00:00Z', undefined],
    [{ ...window, zone: 'Asia/Tokyo' }, '2026-11-21T18:30:00Z', '2026-11-21T19:00:00Z'],
    [{ ...window, sources: ['rides'] }, '2026-11-22T03:00:00Z', undefined],
    [{ ...window, sources: ['web'] }, '2026-11-22T03:00:00Z', '2026-11-22T04:00:00Z'],
    [{ ...window, cron: '0 2 ? * 1#4 *' }, '2026-11-22T03:00:00Z', '2026-11-22T04:00:00Z'],
    [{ ...window, cron: '0 2 L * ? *' }, '2026-11-30T03:00:00Z', '2026-11-30T04:00:00Z'],
    [{ ...window, cron: '0/30 2 * * ? 2027', forMs: minuteMs }, '2026-11-22T02:30:30Z', undefined],
  ])('%j at %s holds until %s', (maintenance, time, until) => {
    const hold = held({ maintenance: [maintenance] }, Date.parse(time));
    expect(hold?.untilMs).toBe(until === undefined ? undefined : Date.parse(until));
  });
});

describe('a run', () => {
  const lock: RunLock = { Run: 'r1', Kind: 'replay', Execution: 'arn', SinceMs: nowMs, Stage: 'holding' };
  const holding: RunLock = { ...lock, HeldMs: nowMs, Held: [{ Consumer: 'count', Mapping: 'm' }] };

  test('that holds live counting holds its alarms, but not for ever', () => {
    expect(held({ lock: holding })).toEqual({ untilMs: nowMs + minuteMs, because: 'run r1 holds counting' });
    expect(held({ lock: holding }, nowMs + runHoldMsMax)).toBeUndefined();
  });

  test('that holds nothing, or not yet, does not', () => {
    expect(held({ lock })).toBeUndefined();
    expect(held({ lock: { ...lock, Stage: 'switched', HeldMs: nowMs } })).toBeUndefined();
  });

  test('that let counting go just now holds until what had waited is counted', () => {
    const runs = [
      { run: 'r1', item: { HeldUntilMs: nowMs } },
      { run: 'r0', item: {} },
    ];
    expect(held({ runs })?.untilMs).toBe(nowMs + runSettleMs);
    expect(held({ runs }, nowMs + runSettleMs)).toBeUndefined();
  });
});
