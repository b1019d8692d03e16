import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Readings, replayedSource, replayedStack } from '../exactness/replay/readings.ts';
import { Trial } from '../exactness/replay/trial.ts';
import { type Stack, startStack } from '../exactness/stack.ts';
import { IncidentTrial, minuteMs } from './trial.ts';

/*
 * While an alarm watches that enough is counted, a replay holds counting for minutes, and a prune deletes what is old: nobody is told. When the trouble is
 * real, and stays when the replay has let go, somebody is.
 */

const trialMsMax = 300_000;
const dayMs = 86_400_000;
const series = 'Shadowfax';
/** A run that has let go explains what an alarm sees for so long. */
const settleMs = 10 * minuteMs;
/** What is counted and nothing else: the fewer functions, the shorter the hold. */
const { window: _, ...counted } = replayedSource;
let stack: Stack;
let runs: Trial;
let trial: IncidentTrial;
let readings: Readings;

beforeAll(async () => {
  stack = await startStack(
    {
      sources: {
        web: {
          ...counted,
          stream: { shards: 1 },
          retention: { '1m': '1d' },
          systemAlarms: false,
          alarms: [{ series, below: 5, per: '1m', for: 2, name: 'few' }],
        },
      },
      escalation: {
        tiers: [{ notify: ['email:oncall@example.org'], acknowledgeWithin: '24h' }],
        ...{ gather: '5s', joinWithin: '2m' },
      },
    },
    replayedStack,
  );
  runs = new Trial(stack, 'web');
  trial = new IncidentTrial(stack);
  readings = new Readings(stack.engine, runs.world, {
    seed: 1,
    names: [series],
    times: [(random) => -random.integer(5 * minuteMs)],
  });
}, 600_000);

afterAll(async () => {
  runs?.close();
  await trial?.stop();
});

beforeEach(async () => {
  await flowing();
  await trial.quiet.until('what was before is over', async () =>
    (await trial.found.incidents('web')).every(({ item }) => item.Status === 'recovered'),
  );
  stack.engine.inbox.clear();
}, trialMsMax);

function state(): string | undefined {
  return stack.engine.alarms.get(trial.alarm('few'))?.state.value;
}

/** What happens is counted, and the alarm sees it. */
async function flowing(): Promise<void> {
  await readings.put(80);
  await runs.world.settled();
  stack.engine.alarms.evaluate();
  expect(state()).toBe('OK');
}

async function isHeld(): Promise<boolean> {
  return ((await runs.timeline()).Lock?.Held ?? []).length > 0;
}

/** Of the incident that is not over. */
async function standing() {
  return (await trial.found.incidents('web')).find(({ item }) => item.Status !== 'recovered');
}

/** Replays, with the alarm looked at in every step; events come as ever until counting is held, and then only where they are to. */
async function replay(isTrouble: boolean): Promise<void> {
  const seen = new Set<string>();
  runs.hurry.onStep = async () => {
    if (await isHeld()) {
      if (!isTrouble) await readings.put(80);
      // A hold may be longer than this one.
      if (!seen.has('ALARM')) stack.engine.clock.advance(minuteMs);
      stack.engine.alarms.evaluate();
    } else if (!isTrouble || !seen.has('ALARM')) await flowing();
    seen.add(state() ?? '');
  };
  const { status } = await runs.run('replay', { from: 'trim-horizon', force: true });
  runs.hurry.onStep = async () => {};
  expect(status).toBe('SUCCEEDED');
  // Nothing was counted for minutes, and the alarm has seen it.
  expect(seen).toContain('ALARM');
}

test('a replay that holds counting tells nobody, neither of its beginning nor of its end', {
  timeout: trialMsMax,
}, async () => {
  await replay(false);
  await flowing();
  await trial.quiet.pass(15 * minuteMs);
  expect(trial.messages(0)).toEqual([]);
  const [incident, ...others] = await trial.found.incidents('web');
  expect(others).toEqual([]);
  expect(incident?.item).toMatchObject({ Status: 'recovered', Told: [] });
  expect(incident?.item.Log).toContainEqual(
    expect.objectContaining({ Kind: 'held', Text: expect.stringMatching(/^run \S+ (holds|has held) counting/) }),
  );
});

test('a trouble that stays when the replay has let go is told, some minutes after', {
  timeout: trialMsMax,
}, async () => {
  await replay(true);
  const letGoMs = trial.nowMs;
  expect((await standing())?.item.Status).toBe('held');
  const mail = await trial.quiet.until('somebody is told', () => {
    stack.engine.alarms.evaluate();
    return trial.messages(0)[0];
  });
  expect(mail.atMs - letGoMs).toBeGreaterThan(settleMs - 2 * minuteMs);
  expect(mail.atMs - letGoMs).toBeLessThan(settleMs + 10 * minuteMs);
  expect(mail.subject).toMatch(/^HIGH: Shadowfax below 5/);
});

test('a prune tells nobody, and holds nothing back', { timeout: trialMsMax }, async () => {
  const nowMs = trial.nowMs;
  await readings.put(100, nowMs - 10 * dayMs);
  await runs.world.settled();
  const before = (await trial.found.incidents('web')).length;
  runs.hurry.onStep = flowing;
  const midnightMs = Math.floor(nowMs / dayMs) * dayMs;
  const { run, status } = await runs.run('prune', { beforeMs: midnightMs - 5 * dayMs });
  runs.hurry.onStep = async () => {};
  expect(status).toBe('SUCCEEDED');
  expect(await runs.item(run)).toMatchObject({ Outcome: 'pruned' });
  await flowing();
  expect(trial.messages(0)).toEqual([]);
  expect(await trial.found.incidents('web')).toHaveLength(before);
  expect(stack.engineErrors).toEqual([]);
});
