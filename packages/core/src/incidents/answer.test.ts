import { describe, expect, test } from 'vitest';
import { acknowledge, resolve } from './answer.ts';
import { incidentFixture } from './incident.fixture.ts';
import { logTextMax } from './incident.ts';
import type { EscalationPlan } from './plan.ts';
import { tick } from './tick.ts';

const nowMs = Date.parse('2026-11-20T09:15:00Z');
const hourMs = 3_600_000;
const told = incidentFixture({ Log: [{ AtMs: nowMs - 60_000, Kind: 'told' }] });
const plan: EscalationPlan = {
  ...{ entries: [], contacts: [], raiseAgainAfterMs: 4 * hourMs, joinWithinMs: 1, gatherMs: 1 },
};
const by = { by: 'ada', how: 'command' } as const;

describe('an answer is as good as the clock of whoever gives it', () => {
  test.each([
    ['right', nowMs, nowMs],
    ['hours behind', nowMs - 6 * hourMs, nowMs - 60_000],
  ])('a clock that is %s', (_, saidMs, AtMs) => {
    const acknowledged = acknowledge(told, { ...by, nowMs: saidMs });
    if (!acknowledged.ok) throw new Error('it is over');
    expect(acknowledged.item.Acknowledged).toMatchObject({ AtMs });
    expect(tick(acknowledged.item, plan, nowMs).next).toMatchObject({ kind: 'wait', untilMs: AtMs + 4 * hourMs });
    const resolved = resolve(told, { by: 'ada', nowMs: saidMs });
    const ExpiresAt = Math.ceil(AtMs / 1000) + 400 * 86_400;
    expect(resolved).toMatchObject({ item: { EndedMs: AtMs, ExpiresAt, Resolved: { AtMs } } });
  });

  test('one that is hours ahead: from when it is looked at', () => {
    const acknowledged = acknowledge(told, { ...by, nowMs: nowMs + 6 * hourMs });
    if (!acknowledged.ok) throw new Error('it is over');
    const { item, next } = tick(acknowledged.item, plan, nowMs);
    expect(next).toMatchObject({ kind: 'wait', untilMs: nowMs + 4 * hourMs });
    expect(item.Acknowledged).toMatchObject({ By: 'ada', AtMs: nowMs });
    expect(item.Version).toBe(acknowledged.item.Version + 1);
  });
});

test('a text without end does not fill the item', () => {
  const { item } = acknowledge(told, { ...by, nowMs, note: 'x'.repeat(100_000) }) as { item: typeof told };
  expect(item.Log.at(-1)?.Text).toHaveLength(logTextMax);
});
