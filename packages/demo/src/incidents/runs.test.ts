import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch';
import { Random } from '@tidemark/core/generate/random';
import { decodeBucket } from '@tidemark/core/series/key';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Readings, replayedSource, replayedStack } from '../exactness/replay/readings.ts';
import type { Asked } from '../exactness/replay/runs.ts';
import { Trial } from '../exactness/replay/trial.ts';
import { type Stack, startStack } from '../exactness/stack.ts';
import { IncidentTrial, minuteMs } from './trial.ts';

/*
 * While alarms watch what is counted, a replay or a backfill holds counting for minutes, and then it catches up; a backfill changes what was counted hours ago,
 * and a prune deletes what is old: nobody is told. When the trouble is real, and stays when the run has let go, somebody is. Nor does a deployment tell anybody
 * that changes the alarm itself.
 */

const trialMsMax = 300_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const series = 'Shadowfax';
/** A run that has let go explains what an alarm sees for so long. */
const settleMs = 10 * minuteMs;
/** A deployment explains for so long that an alarm is on. */
const armingMs = 15 * minuteMs;
/** What is counted and nothing else: the fewer functions, the shorter the hold. */
const { window: _, ...counted } = replayedSource;
/** A minute of what comes in, as the alarms see it, and a minute that has more than it should: less than what waits while counting is held. */
const minuteEvents = 80;
const manyEvents = 200;
const alarms = ['few', 'nothing', 'many'] as const;
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
          archive: { batchWindowSeconds: 0 },
          alarms: [
            { series, below: 5, per: '1m', for: 2, name: 'few' },
            { series, missing: '2m', name: 'nothing' },
            { series, above: manyEvents, per: '1m', name: 'many' },
          ],
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

/** Those that are on, of all that could be. */
function on(): readonly string[] {
  const states = alarms.map((name) => stack.engine.alarms.get(trial.alarm(name))?.state.value);
  return alarms.filter((_, place) => states[place] === 'ALARM');
}

let flowedMs = 0;

/** Puts a minute's events, unless those of this minute are there: all of them happened within the last five. */
async function flow(): Promise<void> {
  if (trial.nowMs - flowedMs < minuteMs) return;
  flowedMs = trial.nowMs;
  await readings.put(minuteEvents);
}

/** What happens is counted, and alarms see it. */
async function flowing(): Promise<void> {
  await flow();
  await runs.world.settled();
  stack.engine.alarms.evaluate();
  expect(on()).toEqual([]);
}

async function isHeld(): Promise<boolean> {
  return ((await runs.timeline()).Lock?.Held ?? []).length > 0;
}

/** Those that are not over, the oldest first. */
async function standing() {
  return (await trial.found.incidents('web')).filter(({ item }) => item.Status !== 'recovered');
}

const workflows = ['replay', 'backfill'] as const;

/** Spoils what was counted of some hours ago, for a backfill to rebuild. Returns what is asked for. */
async function asked(workflow: (typeof workflows)[number]): Promise<Asked> {
  if (workflow === 'replay') return { from: 'trim-horizon', force: true };
  const from = Math.floor(trial.nowMs / hourMs - 4) * hourMs;
  const toMs = from + 2 * hourMs;
  await readings.put(60, from + hourMs);
  await runs.world.settled();
  const rows = (await runs.trueRows()).filter(({ EventName, Bucket }) => {
    const { startMs } = decodeBucket(String(Bucket));
    return EventName === series && startMs >= from && startMs < toMs;
  });
  await runs.spoiling.spoil(rows, ['1m'], 1, new Random(1));
  return { from, toMs };
}

/** Runs, with the alarms looked at in every step; events come as ever until counting is held, and then only where they are to. */
async function run(workflow: (typeof workflows)[number], isTrouble: boolean): Promise<void> {
  const request = await asked(workflow);
  const seen = new Set<string>();
  let waiting = 0;
  runs.hurry.onStep = async () => {
    if (await isHeld()) {
      const before = runs.world.sentCount;
      if (!isTrouble) await flow();
      waiting += runs.world.sentCount - before;
      // A hold may be longer than this one.
      const isEnough = seen.has('nothing') && (isTrouble || waiting > manyEvents);
      if (!isEnough) stack.engine.clock.advance(minuteMs);
      stack.engine.alarms.evaluate();
    } else if (!isTrouble || !seen.has('few')) await flowing();
    for (const name of on()) seen.add(name);
  };
  const ended = await runs.run(workflow, request);
  runs.hurry.onStep = async () => {};
  expect(ended.status).toBe('SUCCEEDED');
  expect(await runs.item(ended.run)).toMatchObject({ Outcome: 'switched' });
  // Nothing was counted for minutes, and alarms have seen it.
  expect([...seen].sort()).toEqual(['few', 'nothing']);
  if (!isTrouble) expect(waiting).toBeGreaterThan(manyEvents);
}

describe.each(workflows)('a %s that holds counting', (workflow) => {
  test('tells nobody, neither of its beginning nor of its end', { timeout: trialMsMax }, async () => {
    const before = (await trial.found.incidents('web')).length;
    await run(workflow, false);
    await flowing();
    await trial.quiet.pass(15 * minuteMs);
    expect(trial.messages(0)).toEqual([]);
    const made = (await trial.found.incidents('web')).slice(before);
    expect(made.map(({ item }) => item.Alarm).sort()).toEqual([trial.alarm('few'), trial.alarm('nothing')]);
    for (const { item } of made) {
      expect(item).toMatchObject({ Status: 'recovered', Told: [] });
      expect(item.Log).toContainEqual(
        expect.objectContaining({ Kind: 'held', Text: expect.stringMatching(/^run \S+ (holds|has held) counting/) }),
      );
    }
  });

  test('lets a trouble that stays be told, some minutes after', { timeout: trialMsMax }, async () => {
    await run(workflow, true);
    const letGoMs = trial.nowMs;
    expect((await standing()).map(({ item }) => item.Status)).toEqual(['held', 'held']);
    const mail = await trial.quiet.until('somebody is told', () => {
      stack.engine.alarms.evaluate();
      return trial.messages(0)[0];
    });
    expect(mail.atMs - letGoMs).toBeGreaterThan(settleMs - 2 * minuteMs);
    expect(mail.atMs - letGoMs).toBeLessThan(settleMs + 10 * minuteMs);
    expect(mail.subject).toMatch(/^HIGH: /);
  });
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

test('a deployment that changes an alarm tells nobody for a while, though it turns on at once', {
  timeout: trialMsMax,
}, async () => {
  const { endpoint, region } = stack.engine;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const cloudwatch = new CloudWatchClient({ endpoint, region, credentials });
  const AlarmName = trial.alarm('few');
  const { MetricAlarms: [before] = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
  // As CloudFormation does it.
  await cloudwatch.send(new PutMetricAlarmCommand({ ...(before as PutMetricAlarmInput), Threshold: 1e6 }));
  cloudwatch.destroy();
  const deployedMs = trial.nowMs;
  stack.engine.alarms.evaluate();
  expect(on()).toEqual(['few']);
  await trial.quiet.until('it is held', async () => (await standing())[0]?.item.Status === 'held');
  const mail = await trial.quiet.until('somebody is told', () => trial.messages(0)[0]);
  expect(mail.atMs - deployedMs).toBeGreaterThanOrEqual(armingMs);
  expect(mail.atMs - deployedMs).toBeLessThan(armingMs + 10 * minuteMs);
});
