import { expect, test } from 'vitest';
import { answerTick } from './answer-tick.ts';
import { incidentFixture } from './incident.fixture.ts';
import { escalationPlan } from './plan.ts';
import { severities } from './settings.ts';
import { loopsMax } from './steps.ts';

const nowMs = Date.parse('2026-11-20T09:15:00Z');
const tier = { notify: ['email:a@example.org'], acknowledgeWithinMs: 60_000, repeat: 1, severities };
const settings = { tiers: [tier], rounds: 1, raiseAgainAfterMs: 1, joinWithinMs: 1, maintenance: [] };
const plan = escalationPlan({ ...settings, gatherMs: 300_000 }, 'high');
const call = { source: 'web', incident: '20261120T091000Z-0a1b2c3d', execution: 1, loops: 1 };

test.each([
  ['once', 0, 300],
  ['again and again, and is told before it turns off', 3, 1],
])('an alarm that turned on %s', (_, Flaps, gatherSeconds) => {
  expect(answerTick(call, incidentFixture({ Flaps }), plan, nowMs).answer).toMatchObject({
    kind: 'tell',
    gatherSeconds,
  });
});

test('who was succeeded, or has asked often enough, ends; whoever succeeds is started, again too', () => {
  const item = incidentFixture({ Executions: 2 });
  const started = { kind: 'start-execution', name: `${call.incident}-2` };
  expect(answerTick(call, item, plan, nowMs)).toMatchObject({
    item,
    effects: [started],
    answer: { kind: 'succeeded' },
  });
  expect(answerTick({ ...call, execution: 2, loops: loopsMax }, item, plan, nowMs)).toMatchObject({
    ...{ item: { Executions: 3 }, effects: [{ name: `${call.incident}-3` }], answer: { kind: 'succeeded' } },
  });
});
