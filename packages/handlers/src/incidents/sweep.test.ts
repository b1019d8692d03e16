import { incidentId } from '@tidemark/core/incidents/incident-id';
import { gathered, outboxKey } from '@tidemark/core/incidents/outbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alarm, IncidentStage, minuteMs, settings, transition } from '../../test/incidents.ts';
import type { Fate } from '../../test/metering-proxy.ts';

const refusal: Fate = { fault: 'AccessDeniedException', status: 400 };

let stage: IncidentStage;
beforeAll(async () => {
  stage = await IncidentStage.start();
});
afterAll(async () => {
  await stage?.stop();
});

const nothing = { started: [], woken: [], opened: [], missed: [] };
const sweep = { op: 'sweep' };

test('what runs, waits or is over is left alone', async () => {
  const web = await stage.deploy();
  expect(await web.call(sweep)).toEqual({ alarms: 0, ...nothing });
  const id = await web.turn('ALARM', Date.now() - minuteMs);
  await web.await(id, await web.loop(id), 'token');
  const before = await web.deployment.control();
  expect(await web.call(sweep)).toEqual({ alarms: 1, ...nothing });
  expect(await web.deployment.control()).toEqual(before);
  await web.change(id, { Status: 'recovered', EndedMs: Date.now(), ToldEnd: (await web.item(id)).Told });
  stage.aws.executions.set(id, 'SUCCEEDED');
  stage.aws.calls.length = 0;
  expect(await web.call(sweep)).toEqual({ alarms: 1, ...nothing });
  expect(stage.aws.calls).toEqual(['DescribeAlarms', 'ListExecutions']);
  // However many are over, they are not read again.
  const { proxy } = stage.stage.servers;
  proxy.reset();
  await web.call(sweep);
  expect(proxy.calls).toEqual(['Query', 'Query', 'Query']);
});

test('an execution that was stopped gets a successor; one that was never started is; each once', async () => {
  const web = await stage.deploy();
  const { aws } = stage;
  const id = await web.turn('ALARM', Date.now() - minuteMs);
  aws.executions.clear();
  expect(await web.call(sweep)).toEqual({ alarms: 1, ...nothing, started: [id] });
  expect(await web.call(sweep)).toEqual({ alarms: 1, ...nothing });
  for (const [status, name] of [
    ['ABORTED', `${id}-2`],
    ['FAILED', `${id}-3`],
  ] as const) {
    for (const known of aws.executions.keys()) aws.executions.set(known, status);
    await Promise.all([web.call(sweep), web.call(sweep)]);
    expect(aws.executions.get(name)).toBe('RUNNING');
    expect(await web.call(sweep)).toEqual({ alarms: 1, ...nothing });
  }
  expect(aws.started.size).toBe(3);
  // The one that was thought dead finds out that it has a successor.
  expect(await web.tick(id, 1)).toEqual({ kind: 'succeeded' });
  expect(await web.tick(id, 3)).toMatchObject({ kind: 'tell' });
});

test('whom nobody has woken, and whom nothing holds any more, goes on', async () => {
  const web = await stage.deploy();
  const { aws } = stage;
  const at = Date.now() - minuteMs;
  const id = await web.turn('ALARM', at);
  await web.await(id, await web.loop(id), 'lost');
  aws.failures.set('SendTaskSuccess', 'AccessDeniedException');
  await expect(web.turn('OK', at + 1000)).rejects.toThrow();
  aws.failures.clear();
  expect(await web.call(sweep)).toEqual({ alarms: 1, ...nothing, woken: [id] });
  expect(aws.woken).toEqual(['lost']);

  const other = await stage.deploy();
  const silence = { Source: '$stage', Item: 'SILENCE#one', FromMs: 0, Reason: 'none', By: 'Ada' };
  await other.put({ ...silence, ToMs: Date.now() + 60 * minuteMs });
  const held = await other.turn('ALARM', at);
  await other.await(held, await other.tick(held), 'held');
  await other.put({ ...silence, ToMs: 1 });
  expect(await other.call(sweep)).toEqual({ alarms: 1, ...nothing, woken: [held] });
  expect(stage.aws.woken).toEqual(['held']);
  expect(await other.tick(held)).toMatchObject({ kind: 'tell' });
});

test('an alarm that is still on long after its incident was resolved gets another, once', async () => {
  const web = await stage.deploy();
  const id = await web.turn('ALARM', Date.now() - 600 * minuteMs);
  const EndedMs = Date.now() - 300 * minuteMs;
  await web.change(id, { Status: 'resolved', EndedMs, Resolved: { By: 'Ada', AtMs: EndedMs } });
  // Taken away meanwhile, and deployed again just now.
  stage.aws.states.set(alarm.alarm, { value: 'INSUFFICIENT_DATA', sinceMs: Date.now() - 1000 });
  expect(await web.call(sweep)).toEqual({ alarms: 1, ...nothing });
  stage.aws.states.set(alarm.alarm, { value: 'ALARM', sinceMs: (await web.item(id)).OpenedMs });
  const both = (await Promise.all([web.call(sweep), web.call(sweep)])) as { readonly opened: readonly string[] }[];
  const incidents = (await web.items('INCIDENT#')).filter((item) => item !== `INCIDENT#${id}`);
  expect(incidents).toHaveLength(1);
  // Which of the two opens it is left to them.
  expect(both.flatMap(({ opened }) => opened)).toEqual([incidents[0]?.slice('INCIDENT#'.length)]);
  expect(stage.aws.started.size).toBe(2);
  expect(await web.call(sweep)).toEqual({ alarms: 1, ...nothing });
});

test('an event that was lost is made good for: on, off, and once', async () => {
  const web = await stage.deploy();
  const { aws } = stage;
  const at = Date.now() - 30 * minuteMs;
  const id = incidentId(alarm.alarm, at);
  // Its event may come yet.
  aws.states.set(alarm.alarm, { value: 'ALARM', sinceMs: Date.now() - 1000 });
  expect(await web.call(sweep)).toEqual({ alarms: 0, ...nothing });
  aws.states.set(alarm.alarm, { value: 'ALARM', sinceMs: at });
  aws.configured.set(alarm.alarm, at - 60 * minuteMs);
  await Promise.all([web.call(sweep), web.call(sweep), web.turn('ALARM', at)]);
  expect(await web.items('INCIDENT#')).toEqual([`INCIDENT#${id}`]);
  expect([...aws.started.keys()]).toEqual([id]);
  expect(await web.loop(id)).toMatchObject({ kind: 'wait' });
  expect(await web.call(sweep)).toEqual({ alarms: 1, ...nothing });
  aws.states.set(alarm.alarm, { value: 'OK', sinceMs: at + 10 * minuteMs });
  expect(await web.call(sweep)).toMatchObject({ missed: [alarm.alarm] });
  expect(await web.loop(id)).toEqual({ kind: 'end' });
  expect(await web.item(id)).toMatchObject({ Status: 'recovered', OffMs: at + 10 * minuteMs });
  // An event that comes after all, by another clock.
  await web.turn('OK', at + 10 * minuteMs + 7);
  expect(await web.items('INCIDENT#')).toHaveLength(1);
});

test('CloudWatch does not say how alarms are: the rest is swept, and it is said', async () => {
  const web = await stage.deploy();
  const id = await web.turn('ALARM', Date.now() - minuteMs);
  stage.aws.executions.clear();
  stage.aws.failures.set('DescribeAlarms', 'AccessDenied');
  await expect(web.call(sweep)).rejects.toThrow('could not be swept');
  expect(stage.aws.executions.get(id)).toBe('RUNNING');
});

test('entries that nobody will send are deleted', async () => {
  const web = await stage.deploy();
  const telling = { Kind: 'page', Raise: 1, Round: 1, Tier: 1, Repeat: 1, Try: 0 } as const;
  for (const [id, ms] of [
    ['20261120T091000Z-0a1b2c3d', Date.now() - 60 * minuteMs],
    ['20261120T091000Z-1a1b2c3d', Date.now()],
  ] as const) {
    await web.put({ ...outboxKey(id, telling), ...gathered('web', id, telling, ms) });
  }
  await web.call(sweep);
  expect(await web.items('OUTBOX#')).toEqual(['OUTBOX#tier-1#20261120T091000Z-1a1b2c3d#page-1-1-1-1']);
});

test('an incident whose alarm was deployed away is ended, and its execution woken; one that fails keeps no other waiting', async () => {
  const many = { ...alarm, alarm: 'shop-web-many', name: 'many' };
  const web = await stage.deploy({}, [alarm, many]);
  const { aws } = stage;
  const at = Date.now() - minuteMs;
  const id = await web.turn('ALARM', at);
  await web.await(id, await web.loop(id), 'removed');
  await web.call(transition('ALARM', at, 'OK', many.alarm));
  await web.configure(settings, [many]);
  const { proxy } = stage.stage.servers;
  const lost = [...aws.started.keys()].find((name) => name !== id) ?? '';
  aws.executions.delete(lost);
  proxy.decide = ({ operation, input }) => {
    const { Item } = (input.Key ?? {}) as { Item?: { S: string } };
    return operation === 'GetItem' && Item?.S === `INCIDENT#${id}` ? refusal : 'pass';
  };
  await expect(web.call(sweep)).rejects.toThrow('1 alarms could not be swept');
  expect(aws.executions.get(lost)).toBe('RUNNING');
  proxy.reset();
  expect(await web.call(sweep)).toEqual({ alarms: 2, ...nothing, woken: [id] });
  expect(await web.item(id)).toMatchObject({ Status: 'resolved', Resolved: { By: 'a deployment' } });
});

test('cut off before or after what it writes, or before it starts anything, and delivered again or swept: one incident, one execution', async () => {
  const web = await stage.deploy();
  const { aws } = stage;
  const { proxy } = stage.stage.servers;
  let at = Date.now() - 300 * minuteMs;
  for (const fate of [refusal, 'lose-answer', 'not started'] as const) {
    for (const mend of ['delivered', 'swept'] as const) {
      at += 10 * minuteMs;
      aws.reset();
      let isDead = false;
      proxy.decide = ({ operation }) => {
        if (isDead) return refusal;
        if (operation !== 'TransactWriteItems' || fate === 'not started') return 'pass';
        isDead = true;
        return fate;
      };
      if (fate === 'not started') aws.failures.set('StartExecution', 'AccessDeniedException');
      await expect(web.turn('ALARM', at)).rejects.toThrow();
      proxy.reset();
      aws.failures.clear();
      const id = incidentId(alarm.alarm, at);
      const isMade = fate !== refusal;
      expect((await web.items('INCIDENT#')).includes(`INCIDENT#${id}`)).toBe(isMade);
      expect(aws.started.size).toBe(0);
      if (mend === 'swept') expect(await web.call(sweep)).toMatchObject({ started: isMade ? [id] : [] });
      await web.turn('ALARM', at);
      expect([...aws.started.keys()]).toEqual([id]);
      await web.turn('OK', at + minuteMs);
      await web.change(id, { Status: 'recovered', EndedMs: at });
    }
  }
});
