import { incidentId } from '@tidemark/core/incidents/incident-id';
import { loopsMax } from '@tidemark/core/incidents/steps';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  alarm,
  hook,
  IncidentStage,
  mail,
  minuteMs,
  pager,
  phone,
  settings,
  topicOf,
  transition,
  url,
} from '../../test/incidents.ts';

let stage: IncidentStage;
beforeAll(async () => {
  stage = await IncidentStage.start();
});
afterAll(async () => {
  await stage?.stop();
});

const longAgoMs = Date.now() - 600 * minuteMs;

test('an alarm that turns on: an incident, an execution, the tiers one after the other, the last word', async () => {
  const web = await stage.deploy();
  const { aws } = stage;
  const at = Date.now() - minuteMs;
  aws.minutes.set(Math.floor(at / minuteMs) * minuteMs, 7);
  const id = await web.turn('ALARM', at);
  expect([...aws.started]).toEqual([[id, { source: 'web', incident: id, execution: 1 }]]);
  expect(await web.item(id)).toMatchObject({ Status: 'open', Alarm: alarm.alarm, Summary: { Threshold: 5, Value: 2 } });

  expect(await web.loop(id)).toMatchObject({ kind: 'wait', seconds: 300 });
  expect(aws.published.map(({ topic }) => topic).sort()).toEqual([mail, phone].map(topicOf).sort());
  const [first] = aws.published;
  expect(first?.subject).toBe('HIGH: page view below 5 in 1m, 3 times (prod)');
  expect(first?.bodies.default).toMatch(/Last hour +\|.*\| highest 7 in 1 minute/);
  expect(first?.bodies.default).toContain(`${url}?t=`);
  expect(first?.bodies.sms).toMatch(
    /^HIGH: page view below 5 in 1m, 3 times \(prod\), value 2, since .* UTC\.\nhttps:\S+a$/,
  );
  expect(JSON.parse(first?.bodies.https ?? '')).toMatchObject({ kind: 'page', total: 1, incidents: [{ id, tier: 1 }] });
  const attributesOf = (contact: string) => aws.published.find(({ topic }) => topic === topicOf(contact))?.attributes;
  expect(JSON.stringify(attributesOf(phone))).toContain('Transactional');
  expect(attributesOf(mail)).toEqual({});
  expect(await web.items('OUTBOX#')).toEqual([]);

  aws.published.length = 0;
  await web.change(id, { DueMs: longAgoMs, UntilMs: longAgoMs });
  expect(await web.loop(id)).toMatchObject({ kind: 'wait', seconds: 300 });
  expect(aws.published.map(({ topic }) => topic).sort()).toEqual([pager, topicOf(hook)].sort());

  aws.published.length = 0;
  await web.change(id, { DueMs: longAgoMs, UntilMs: longAgoMs });
  expect(await web.loop(id)).toMatchObject({ kind: 'wait', seconds: 240 * 60 });
  expect(aws.published).toHaveLength(4);
  expect(aws.published[0]?.subject).toMatch(/^NOBODY HAS ANSWERED/);
  const { Status, Log } = await web.item(id);
  expect(Status).toBe('unanswered');
  expect(Log.map(({ Kind, Tier = 0 }) => `${Kind} ${Tier}`)).toEqual([
    'opened 0',
    ...['told 1', 'told 1', 'told 2', 'told 2'],
    ...['told 0', 'told 0', 'told 0', 'told 0', 'unanswered 0'],
  ]);
});

test('the alarm turns off: whoever was told hears it, once; on again within the time it joins', async () => {
  const web = await stage.deploy();
  const { aws } = stage;
  const at = Date.now() - 30 * minuteMs;
  const id = await web.turn('ALARM', at);
  await web.await(id, await web.loop(id), 'token');
  await web.turn('OK', at + 5 * minuteMs);
  expect(aws.woken).toEqual(['token']);
  await web.turn('ALARM', at + 6 * minuteMs);
  expect(await web.item(id)).toMatchObject({ Status: 'open', Flaps: 1 });
  await web.turn('OK', at + 7 * minuteMs);
  aws.published.length = 0;
  expect(await web.loop(id)).toEqual({ kind: 'end' });
  expect(aws.published.map(({ topic }) => topic).sort()).toEqual([mail, phone].map(topicOf).sort());
  expect(aws.published[0]?.subject).toBe('Over: page view below 5 in 1m, 3 times (prod)');
  expect(aws.published[0]?.bodies.default).not.toContain(url);
  expect(await web.item(id)).toMatchObject({ Status: 'recovered' });
  expect(await web.items('INCIDENT#')).toEqual([`INCIDENT#${id}`]);
  // A later one is another.
  const next = await web.turn('ALARM', at + 29 * minuteMs);
  expect(await web.items('INCIDENT#')).toHaveLength(2);
  expect([...aws.started.keys()]).toEqual([id, next]);
});

test('a transition that is delivered often, at once, late and out of order: one incident, one execution', async () => {
  const web = await stage.deploy();
  const other = await web.start();
  const at = Date.now() - 30 * minuteMs;
  const on = transition('ALARM', at, 'OK');
  await Promise.all([web.call(on), other.answer(on), web.call(on), other.answer(on)]);
  expect(await web.items('INCIDENT#')).toHaveLength(1);
  expect(stage.aws.started.size).toBe(1);
  const off = transition('OK', at + minuteMs, 'ALARM');
  await Promise.all([web.call(off), other.answer(off)]);
  const before = await web.deployment.control();
  for (const event of [on, off, transition('OK', at - minuteMs, 'ALARM'), on]) await web.call(event);
  expect(await web.deployment.control()).toEqual(before);
  expect(stage.aws.started.size).toBe(1);
  await other.end();
});

test('what is no transition throws; an alarm that is not ours changes nothing', async () => {
  const web = await stage.deploy();
  expect(await web.call(transition('ALARM', Date.now(), 'OK', 'shop-other'))).toEqual({ alarm: 'shop-other' });
  expect(await web.deployment.control()).toEqual({});
  await expect(web.call({ source: 'aws.ec2' })).rejects.toThrow('not a transition of an alarm: source');
  await expect(web.call({ op: 'tick', source: 'web' })).rejects.toThrow('incident');
  await expect(web.tick('20261120T091000Z-0a1b2c3d')).rejects.toThrow('there is no incident');
});

test('a token that is put when the answer has come already ends at once; one that is gone hurts nobody', async () => {
  const web = await stage.deploy();
  const { aws } = stage;
  const at = Date.now() - minuteMs;
  const id = await web.turn('ALARM', at);
  const wait = await web.loop(id);
  await web.turn('OK', at + 1000);
  await web.await(id, wait, 'late');
  expect(aws.woken).toEqual(['late']);
  expect(await web.item(id)).not.toHaveProperty('Token');
  const again = await web.tick(id);
  await web.await(id, again, 'second');
  expect(await web.item(id)).toMatchObject({ Token: 'second' });
  for (const code of ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']) {
    aws.failures.set('SendTaskSuccess', code);
    await web.await(id, wait, code);
  }
  await web.turn('ALARM', at + 2000);
  expect(await web.item(id)).toMatchObject({ Status: 'open', Flaps: 1 });
  expect(aws.woken).toEqual(['late']);
});

test('an execution that has asked often enough starts its successor, once, and ends', async () => {
  const web = await stage.deploy();
  const id = await web.turn('ALARM', Date.now() - minuteMs);
  expect(await web.tick(id, 1, loopsMax)).toEqual({ kind: 'succeeded' });
  expect(await web.tick(id, 1, loopsMax)).toEqual({ kind: 'succeeded' });
  expect([...stage.aws.started.keys()]).toEqual([id, `${id}-2`]);
  expect(await web.tick(id, 2)).toMatchObject({ kind: 'tell' });
});

test('a contact that cannot be told is noted, and keeps no other from it; where all fail, others are told soon', async () => {
  const web = await stage.deploy();
  const { aws } = stage;
  const id = await web.turn('ALARM', Date.now() - minuteMs);
  aws.failures.set(`Publish ${topicOf(mail)}`, 'AuthorizationError');
  expect(await web.loop(id)).toMatchObject({ kind: 'wait', seconds: 300 });
  expect((await web.item(id)).Log.slice(1)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        Kind: 'failed',
        Contact: mail,
        Tier: 1,
        Text: 'AuthorizationErrorException: AuthorizationError',
      }),
      expect.objectContaining({ Kind: 'told', Contact: phone, Tier: 1 }),
    ]),
  );
  aws.failures.set('Publish', 'AuthorizationError');
  await web.change(id, { DueMs: longAgoMs, UntilMs: longAgoMs });
  const next = await web.loop(id);
  expect(next).toMatchObject({ kind: 'wait' });
  expect(next.kind === 'wait' && next.seconds).toBeLessThanOrEqual(60);
});

test('a composite alarm: the parts that made it turn on, and those that are on when it is told', async () => {
  const part = (name: string) => ({
    ...{ alarm: `shop_web-${name}`, summary: `functions of web: ${name}`, runbook: `alarm-${name}` },
  });
  const parts = ['lag', 'errors', 'throttles'].map(part);
  const web = await stage.deploy({}, [{ ...alarm, summary: 'counting falls behind or fails', parts }]);
  const at = Date.now() - minuteMs;
  const arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:';
  const triggeringAlarms = [
    { arn: `${arn}shop_web-errors`, state: { value: 'ALARM' } },
    { arn: `${arn}shop_web-lag`, state: { value: 'OK' } },
  ];
  const event = transition('ALARM', at, 'OK') as { detail: { state: { reasonData: string } } };
  event.detail.state.reasonData = JSON.stringify({ triggeringAlarms });
  await web.call(event);
  const id = incidentId(alarm.alarm, at);
  expect(await web.item(id)).toMatchObject({ PartsOn: ['shop_web-errors'] });
  stage.aws.states.set('shop_web-throttles', { value: 'ALARM', sinceMs: at });
  stage.aws.minutes.set(Math.floor(at / minuteMs) * minuteMs, 7);
  await web.loop(id);
  const { bodies } = stage.aws.published[0] ?? {};
  expect(bodies?.default).toContain(
    `Parts on     throttles: functions of web: throttles\n             ${url}runbook#alarm-throttles\n`,
  );
  expect(bodies?.default).toMatch(/Last hour +\|.*\| throttles: highest 7 in 1 minute/);
  expect(JSON.parse(bodies?.https ?? '').incidents[0].parts).toEqual([
    { name: 'throttles', summary: 'functions of web: throttles', runbook: `${url}runbook#alarm-throttles` },
  ]);
});

test('CloudWatch does not answer: people are told, without a chart', async () => {
  const web = await stage.deploy();
  stage.aws.failures.set('DescribeAlarms', 'AccessDenied');
  const id = await web.turn('ALARM', Date.now() - minuteMs, 'INSUFFICIENT_DATA');
  await web.change(id, { Status: 'open', UnarmedUntilMs: 0, HeldUntilMs: 0 });
  await web.loop(id);
  expect(stage.aws.published).toHaveLength(2);
  expect(stage.aws.published[0]?.bodies.default).not.toContain('Last hour');
  // Nor is it asked by each of many that turn on.
  stage.aws.calls.length = 0;
  await web.turn('ALARM', Date.now(), 'INSUFFICIENT_DATA');
  expect(stage.aws.calls).not.toContain('DescribeAlarms');
});

test('an incident whose alarm was deployed away is over', async () => {
  const web = await stage.deploy();
  const id = await web.turn('ALARM', Date.now() - minuteMs);
  await web.loop(id);
  await web.configure(settings, []);
  stage.aws.published.length = 0;
  await web.change(id, { UntilMs: longAgoMs });
  expect(await web.loop(id)).toEqual({ kind: 'end' });
  expect(await web.item(id)).toMatchObject({ Status: 'resolved', Resolved: { Reason: 'its alarm was removed' } });
  expect(stage.aws.published).toHaveLength(2);
});

test('what it is deployed with is told to tools', async () => {
  const web = await stage.deploy();
  expect(await web.call({ op: 'describe' })).toMatchObject({ stage: 'prod', escalation: settings, alarms: [alarm] });
});
