import type { SilenceItem } from '@tidemark/core/incidents/items';
import type { EscalationSettings } from '@tidemark/core/incidents/settings';
import type { RunLock } from '@tidemark/core/replay/lock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incidents } from '../../test/incidents.ts';
import { alarm, IncidentStage, minuteMs, settings } from '../../test/incidents.ts';
import { lock } from '../../test/recounts.ts';

let stage: IncidentStage;
beforeAll(async () => {
  stage = await IncidentStage.start();
});
afterAll(async () => {
  await stage?.stop();
});

const held = [{ Consumer: 'count', Mapping: 'uuid-count' }] as const;

async function silence(web: Incidents, fields: Partial<SilenceItem>): Promise<void> {
  const nowMs = Date.now();
  const item: SilenceItem = {
    ...{ FromMs: nowMs - minuteMs, ToMs: nowMs + 30 * minuteMs, Reason: 'moving the shop', By: 'Ada' },
    ...fields,
  };
  await web.put({ Source: '$stage', Item: 'SILENCE#one', ...item });
}

async function holdBy(web: Incidents, change: Partial<RunLock>): Promise<void> {
  const Lock = { ...lock, ...change };
  await web.put({ Source: 'web', Item: 'TIMELINE', Version: 1, LastGeneration: 12, Ranges: {}, Lock });
}

/** The alarm turns on now; nobody is told of what is held. */
async function turnOn(web: Incidents, previous: 'OK' | 'INSUFFICIENT_DATA' = 'OK'): Promise<string> {
  const id = await web.turn('ALARM', Date.now() - 1000, previous);
  expect(await web.tick(id)).toMatchObject({ kind: 'wait' });
  expect(stage.aws.published).toEqual([]);
  return id;
}

test('a silence holds what it covers; when it is taken away, the incident is open', async () => {
  const web = await stage.deploy();
  await silence(web, { Alarms: ['few*'], Sources: ['web'] });
  const id = await turnOn(web);
  expect(await web.item(id)).toMatchObject({ Status: 'held', HeldBecause: 'silence one by Ada: moving the shop' });
  await silence(web, { ToMs: Date.now() - 1 });
  expect(await web.tick(id)).toMatchObject({ kind: 'tell' });
  expect(await web.item(id)).toMatchObject({ Status: 'open' });
});

test.each([
  ['is over', { ToMs: Date.now() - 1 }],
  ['is to come', { FromMs: Date.now() + 10 * minuteMs }],
  ['is of other alarms', { Alarms: ['many'] }],
  ['is of other sources', { Sources: ['rides'] }],
])('a silence that %s holds nothing', async (_, fields) => {
  const web = await stage.deploy();
  await silence(web, fields);
  const id = await web.turn('ALARM', Date.now() - 1000);
  expect(await web.tick(id)).toMatchObject({ kind: 'tell' });
});

test('a maintenance window holds', async () => {
  const maintenance: EscalationSettings['maintenance'] = [{ cron: '* * * * ? *', zone: 'UTC', forMs: 5 * minuteMs }];
  const web = await stage.deploy({ maintenance });
  expect(await web.item(await turnOn(web))).toMatchObject({ HeldBecause: 'maintenance * * * * ? * (UTC)' });
});

test('a run that holds counting, or has let it go just now, holds the alarms of its source alone', async () => {
  const web = await stage.deploy({}, [alarm, { ...alarm, alarm: 'shop-age', source: '$stage', name: 'age' }]);
  await holdBy(web, { Stage: 'holding', Held: held, HeldMs: Date.now() });
  const id = await turnOn(web);
  expect(await web.item(id)).toMatchObject({ Status: 'held', HeldBecause: `run ${lock.Run} holds counting` });
  const run = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  await web.put({ Source: 'web', Item: 'TIMELINE', Version: 2, LastGeneration: 12, Ranges: {} });
  await web.put({ Source: 'web', Item: `RUN#${run}Z-1`, Kind: 'replay', HeldUntilMs: Date.now() - 2 * minuteMs });
  await web.put({ Source: 'web', Item: `RUN#${run}Z-2`, Kind: 'prune' });
  await web.change(id, { UntilMs: Date.now() - 1 });
  expect(await web.tick(id)).toMatchObject({ kind: 'wait' });
  expect(await web.item(id)).toMatchObject({ HeldBecause: `run ${run}Z-1 has held counting until just now` });
  await web.put({ Source: 'web', Item: `RUN#${run}Z-1`, Kind: 'replay', HeldUntilMs: Date.now() - 60 * minuteMs });
  expect(await web.tick(id)).toMatchObject({ kind: 'tell' });
});

test('a hold that comes after it was decided to tell: nobody is told', async () => {
  const web = await stage.deploy();
  const id = await web.turn('ALARM', Date.now() - 1000);
  const answer = await web.tick(id);
  await web.gather(id, answer);
  await silence(web, {});
  expect(await web.send(id, answer)).toEqual({ sent: true, waitSeconds: 0 });
  expect(stage.aws.published).toEqual([]);
  expect(await web.tick(id)).toMatchObject({ kind: 'wait' });
  expect(await web.item(id)).toMatchObject({ Status: 'held', Told: [] });
});

test('an alarm that a deployment has made or changed tells nobody until it is older', async () => {
  const web = await stage.deploy();
  stage.aws.configured.set(alarm.alarm, Date.now() - minuteMs);
  const id = await turnOn(web, 'INSUFFICIENT_DATA');
  expect(await web.item(id)).toMatchObject({ Status: 'held', HeldBecause: 'deployed just now, and not OK since' });
  // One that was off by what it was before.
  const changed = await stage.deploy();
  stage.aws.configured.set(alarm.alarm, Date.now() - minuteMs);
  expect(await changed.item(await turnOn(changed, 'OK'))).toMatchObject({ Status: 'held' });
  // One that is older, and whose data had failed.
  const other = await stage.deploy();
  stage.aws.configured.set(alarm.alarm, Date.now() - 60 * minuteMs);
  const open = await other.turn('ALARM', Date.now() - 1000, 'INSUFFICIENT_DATA');
  expect(await other.tick(open)).toMatchObject({ kind: 'tell' });
});

test('without tiers incidents are kept, and nobody is told', async () => {
  const web = await stage.deploy({ ...settings, tiers: [] });
  expect(await web.item(await turnOn(web))).toMatchObject({ Status: 'open', Told: [] });
});
