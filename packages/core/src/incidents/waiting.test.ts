import { describe, expect, test } from 'vitest';
import type { Hold } from './change.ts';
import { incidentFixture } from './incident.fixture.ts';
import type { IncidentItem } from './items.ts';
import { putToken, sweepIncident } from './waiting.ts';

const nowMs = Date.parse('2026-11-20T09:15:00Z');
const hourMs = 3_600_000;
const held = { Status: 'held', UntilMs: nowMs + 24 * hourMs, Token: 'token', Step: 7 } as const;
const hold = (untilMs: number): Hold => ({ untilMs, because: 'a silence' });

function swept(fields: Partial<IncidentItem>, by?: Hold): string[] {
  const item = incidentFixture(fields);
  return sweepIncident('web', '20261120T091000Z-0a1b2c3d', item, 'running', nowMs, by).effects.map(({ kind }) => kind);
}

describe('the sweep lets go what waits for longer than it is held', () => {
  test.each<[string, Partial<IncidentItem>, Hold | undefined, string[]]>([
    ['by nothing any more', held, undefined, ['wake']],
    ['by something shorter', held, hold(nowMs + hourMs), ['wake']],
    ['for as long as it waits', held, hold(nowMs + 48 * hourMs), []],
    ['by its deployment', { ...held, UntilMs: nowMs + 60_000, UnarmedUntilMs: nowMs + 60_000 }, undefined, []],
    ['no longer by its deployment', { ...held, UnarmedUntilMs: nowMs - 1 }, undefined, ['wake']],
    ['nothing: it is acknowledged', { ...held, Status: 'acknowledged' }, undefined, []],
  ])('held %s', (_, fields, by, effects) => {
    expect(swept(fields, by)).toEqual(effects);
  });
});

test('a token of a wait that has ended, or that another has taken the place of, ends at once', () => {
  const item = incidentFixture({ Step: 7, UntilMs: nowMs });
  expect(putToken(item, 7, 'token').item).toMatchObject({ Token: 'token' });
  for (const [step, UntilMs] of [
    [6, nowMs],
    [7, undefined],
  ] as const) {
    const { UntilMs: _, ...ended } = item;
    const found = UntilMs === undefined ? ended : item;
    expect(putToken(found, step, 'token')).toEqual({ item: found, effects: [{ kind: 'wake', token: 'token' }] });
  }
});
