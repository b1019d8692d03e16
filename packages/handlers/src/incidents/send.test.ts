import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { incidentId } from '@tidemark/core/incidents/incident-id';
import type { IncidentItem, OutboxItem, Telling } from '@tidemark/core/incidents/items';
import { incidentKey } from '@tidemark/core/incidents/items';
import { gathered, outboxKey, senderMsMax } from '@tidemark/core/incidents/outbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incidents } from '../../test/incidents.ts';
import { alarm, IncidentStage, mail, minuteMs, phone, topicOf } from '../../test/incidents.ts';
import type { Fate } from '../../test/metering-proxy.ts';

let stage: IncidentStage;
beforeAll(async () => {
  stage = await IncidentStage.start();
});
afterAll(async () => {
  await stage?.stop();
});

const telling: Telling = { Kind: 'page', Raise: 1, Round: 1, Tier: 1, Repeat: 1, Try: 0 };
const first = topicOf(mail);
const second = topicOf(phone);

/** So many incidents whose first tier waits to be told. */
async function waiting(web: Incidents, count: number): Promise<string[]> {
  const { client } = stage.stage.servers.dynamodb;
  const table = web.deployment.tables.control;
  const nowMs = Date.now();
  const ids = Array.from({ length: count }, (_, index) => incidentId(`shop-web-${index}`, nowMs - minuteMs));
  const items = ids.flatMap((id) => [
    { ...incidentKey('web', id), ...incident(nowMs) },
    { ...outboxKey(id, telling), ...gathered('web', id, telling, nowMs) },
  ]);
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, index) =>
    items.slice(index * 25, (index + 1) * 25),
  );
  for (let at = 0; at < batches.length; at += 8) {
    const requests = batches.slice(at, at + 8).map((batch) => {
      const puts = batch.map((item) => ({ PutRequest: { Item: marshall(item) } }));
      return client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
    });
    await Promise.all(requests);
  }
  return ids;
}

function incident(nowMs: number): IncidentItem {
  return {
    ...{ Version: 1, Alarm: alarm.alarm, Source: 'web', Severity: 'high', OpenedMs: nowMs - minuteMs, Status: 'open' },
    Summary: { What: 'page view below 5 in 1m, 3 times', Reason: 'Threshold Crossed.', Threshold: 5, Value: 2 },
    ...{ Flaps: 0, Step: 0, Executions: 1, DueMs: nowMs - minuteMs, Reached: false, Told: [] },
    ...{ Raise: 1, Round: 0, Tier: 0, Repeat: 0, Log: [], LogDropped: 0 },
  };
}

const sendOf = (id: string) => ({ op: 'send', source: 'web', incident: id, execution: 1, telling });
const isSent = { sent: true, waitSeconds: 0 };
const isWaiting = { sent: false, waitSeconds: 5 };

test('thousands that wait are one message to each contact, with few requests', async () => {
  const web = await stage.deploy();
  const ids = await waiting(web, 2_000);
  const { proxy } = stage.stage.servers;
  proxy.reset();
  expect(await web.call(sendOf(ids[471] ?? ''))).toEqual(isSent);
  // Of each hundred, about: one request to claim, two to read, three to write.
  expect(proxy.calls.length).toBeLessThan(160);
  expect(stage.aws.published.map(({ topic }) => topic).sort()).toEqual([first, second].sort());
  const [message] = stage.aws.published;
  expect(message?.subject).toMatch(/^HIGH: 2,000 alarms: page view below 5 .*\.\.\. \(prod\)$/);
  expect(message?.bodies.default).toContain('And 1,980 more alarms: tidemark --stage prod incidents list');
  expect(JSON.stringify(message).length).toBeLessThan(200_000);
  const items = Object.entries(await web.deployment.control());
  expect(items.filter(([key]) => key.startsWith('OUTBOX#'))).toEqual([]);
  const told = items.filter(([key, { Told, Log, Tier }]) => {
    const kinds = ((Log ?? []) as IncidentItem['Log']).map(({ Kind }) => Kind).join();
    return key.startsWith('INCIDENT#') && String(Told) === `${mail},${phone}` && kinds === 'told,told' && Tier === 1;
  });
  expect(told).toHaveLength(2_000);
  expect(await web.call(sendOf(ids[0] ?? ''))).toEqual(isSent);
  expect(stage.aws.published).toHaveLength(2);
});

test('many senders at once: each incident is told once to each contact, in few messages', async () => {
  const web = await stage.deploy();
  const other = await web.start();
  const ids = await waiting(web, 120);
  const answers = await Promise.all(
    ids.slice(0, 12).map((id, index) => (index % 2 === 0 ? web.call(sendOf(id)) : other.answer(sendOf(id)))),
  );
  expect(answers).toContainEqual(isSent);
  const left = answers.flatMap((answer, index) => ((answer as { sent: boolean }).sent ? [] : [ids[index] ?? '']));
  for (const id of left) expect(await web.call(sendOf(id))).toEqual(isSent);
  const listed = stage.aws.published
    .filter(({ topic }) => topic === first)
    .map(({ bodies }) => JSON.parse(bodies.https ?? '').total);
  expect(listed.reduce((sum, total) => sum + total, 0)).toBe(120);
  expect(listed.length).toBeLessThanOrEqual(3);
  await other.end();
});

test('entries of a sender that is at work are waited for; of one that is dead they are taken over', async () => {
  const web = await stage.deploy();
  const [id = ''] = await waiting(web, 1);
  const claim = async (ClaimedMs: number, Batch = 'another') => {
    const entry: OutboxItem = { ...gathered('web', id, telling, Date.now()), Version: 2, Batch, ClaimedMs };
    await web.put({ ...outboxKey(id, telling), ...entry });
  };
  for (const ago of [0, 60_000, senderMsMax - 60_000]) {
    await claim(Date.now() - ago);
    expect(await web.call(sendOf(id))).toEqual(isWaiting);
  }
  expect(stage.aws.published).toEqual([]);
  await claim(Date.now() - senderMsMax);
  expect(await web.call(sendOf(id))).toEqual(isSent);
  expect(stage.aws.published).toHaveLength(2);
});

test('while another is claiming, nobody sends beside it; when it has had time for it, others go on', async () => {
  const web = await stage.deploy();
  const [id = '', other = ''] = await waiting(web, 2);
  const claim = (ClaimedMs: number) => {
    const entry = { ...gathered('web', other, telling, Date.now()), Version: 2, Batch: 'another', ClaimedMs };
    return web.put({ ...outboxKey(other, telling), ...entry });
  };
  await claim(Date.now());
  expect(await web.call(sendOf(id))).toEqual(isWaiting);
  expect(stage.aws.published).toEqual([]);
  await claim(Date.now() - 20_000);
  expect(await web.call(sendOf(id))).toEqual(isSent);
  expect(stage.aws.published.map(({ bodies }) => JSON.parse(bodies.https ?? '').total)).toEqual([1, 1]);
});

test('the same call again takes what it had claimed before it failed, at once', async () => {
  const web = await stage.deploy();
  const [id = '', other = ''] = await waiting(web, 2);
  const { proxy } = stage.stage.servers;
  proxy.decide = ({ operation, number }) =>
    operation === 'TransactWriteItems' && number > 0 ? { fault: 'AccessDeniedException', status: 400 } : 'pass';
  await expect(web.call(sendOf(id))).rejects.toThrow();
  proxy.reset();
  expect(await web.call(sendOf(other))).toEqual(isWaiting);
  expect(await web.call(sendOf(id))).toEqual(isSent);
  expect(await web.call(sendOf(other))).toEqual(isSent);
  expect(stage.aws.published).toHaveLength(2);
});

test('nobody is told of what was answered, or is held, while it waited; what is sent with it is', async () => {
  const web = await stage.deploy();
  const [id = '', acknowledged = '', gone = ''] = await waiting(web, 3);
  await web.change(acknowledged, { Status: 'acknowledged', Acknowledged: { By: 'Ada', AtMs: 1, How: 'command' } });
  await web.stage.stage.servers.dynamodb.client.send(
    new BatchWriteItemCommand({
      RequestItems: {
        [web.deployment.tables.control]: [{ DeleteRequest: { Key: marshall(incidentKey('web', gone)) } }],
      },
    }),
  );
  expect(await web.call(sendOf(acknowledged))).toEqual(isSent);
  expect(stage.aws.published.map(({ bodies }) => JSON.parse(bodies.https ?? '').incidents)).toEqual([
    [expect.objectContaining({ id })],
    [expect.objectContaining({ id })],
  ]);
  expect(await web.items('OUTBOX#')).toEqual([]);
  expect(await web.item(acknowledged)).toMatchObject({ Told: [], Log: [] });
});

test('where data and text together are more than SNS takes, everybody gets the text', async () => {
  const web = await stage.deploy();
  const ids = await waiting(web, 20);
  const Summary = { What: 'page view below 5', Reason: 'ä'.repeat(3000) };
  for (const id of ids) await web.change(id, { Summary });
  expect(await web.call(sendOf(ids[0] ?? ''))).toEqual(isSent);
  expect(stage.aws.published.map(({ bodies }) => Object.keys(bodies))).toEqual([
    ['default', 'sms'],
    ['default', 'sms'],
  ]);
});

test('an incident of which no message can be made keeps nobody from hearing of it, and of what goes with it', async () => {
  const web = await stage.deploy();
  const ids = await waiting(web, 2);
  await web.put({ ...incidentKey('web', ids[1] ?? ''), ...incident(Date.now()), Summary: {}, OpenedMs: 'never' });
  expect(await web.call(sendOf(ids[0] ?? ''))).toEqual(isSent);
  expect(stage.aws.published.map(({ subject }) => subject)).toEqual(['2 incidents (prod)', '2 incidents (prod)']);
  for (const id of ids) expect(stage.aws.published[0]?.bodies.default).toContain(`incidents show ${id}`);
  expect(await web.items('OUTBOX#')).toEqual([]);
});

test('of many that wait for one who sends, each reads no more than its own entry', async () => {
  const web = await stage.deploy();
  const ids = await waiting(web, 300);
  const nowMs = Date.now();
  const claims = ids.slice(0, 200).map((id) => {
    const entry = { ...gathered('web', id, telling, nowMs), Version: 2, Batch: 'another', ClaimedMs: nowMs - minuteMs };
    return web.put({ ...outboxKey(id, telling), ...entry });
  });
  await Promise.all(claims);
  const { proxy } = stage.stage.servers;
  proxy.reset();
  expect(await web.call(sendOf(ids[7] ?? ''))).toEqual(isWaiting);
  expect(proxy.calls).toEqual(['GetItem']);
});

test('who tries to send and finds another faster has read a few entries and written one in vain, and no more', async () => {
  const web = await stage.deploy();
  const ids = await waiting(web, 250);
  const claims: number[] = [];
  const readItems: unknown[] = [];
  stage.stage.servers.proxy.decide = ({ operation, input }) => {
    if (operation === 'Query') readItems.push(input.Limit);
    const writes = (input.TransactItems ?? []) as {
      readonly Put?: { readonly Item: { readonly Item: { S: string } } };
    }[];
    const isClaim = operation === 'TransactWriteItems' && writes[0]?.Put?.Item.Item.S.startsWith('OUTBOX#');
    if (!isClaim) return 'pass';
    claims.push(writes.length);
    // Another was faster.
    return claims.length > 1 ? 'pass' : conflicting;
  };
  expect(await web.call(sendOf(ids[3] ?? ''))).toEqual(isWaiting);
  expect([claims, readItems]).toEqual([[1], [10]]);
  expect(await web.call(sendOf(ids[3] ?? ''))).toEqual(isSent);
  stage.stage.servers.proxy.reset();
  expect(claims.slice(1).sort((one, other) => one - other)).toEqual([1, 49, 100, 100]);
});

test('whoever began before has what waits: who has taken one entry already sends no more than that', async () => {
  const web = await stage.deploy();
  const ids = (await waiting(web, 30)).sort();
  const nowMs = Date.now();
  const earlier = incidentId('shop-web-earlier', nowMs - 2 * minuteMs);
  stage.stage.servers.proxy.decide = async ({ operation, input }): Promise<Fate> => {
    // What lies before all others came, and was taken, after the queue's front was read.
    if (operation === 'Query' && input.Limit === 1000) {
      const entry = { ...gathered('web', earlier, telling, nowMs), Version: 2, Batch: 'another', ClaimedMs: nowMs };
      await web.put({ ...outboxKey(earlier, telling), ...entry });
    }
    return 'pass';
  };
  expect(await web.call(sendOf(ids[3] ?? ''))).toEqual(isWaiting);
  stage.stage.servers.proxy.reset();
  expect(stage.aws.published.map(({ bodies }) => JSON.parse(bodies.https ?? '').total)).toEqual([1, 1]);
  expect(await web.items('OUTBOX#')).toHaveLength(30);
});

const conflicting: Fate = {
  fault: 'TransactionCanceledException',
  status: 400,
  cancelledFor: 'ConditionalCheckFailed',
};
const throttled: Fate = { fault: 'TransactionCanceledException', status: 400, cancelledFor: 'ThrottlingError' };

test('what a partition does not take at once is written a little later, and is sent once', async () => {
  const web = await stage.deploy();
  const ids = await waiting(web, 3);
  const { proxy } = stage.stage.servers;
  proxy.reset();
  proxy.decide = ({ operation, number }): Fate =>
    operation === 'TransactWriteItems' && number % 3 !== 0 ? throttled : 'pass';
  expect(await web.call(sendOf(ids[0] ?? ''))).toEqual(isSent);
  proxy.reset();
  expect(stage.aws.published).toHaveLength(2);
});

test('an acknowledgement that comes while it is sent stands', async () => {
  const web = await stage.deploy();
  const ids = await waiting(web, 3);
  const { proxy } = stage.stage.servers;
  proxy.decide = async ({ operation, number }): Promise<Fate> => {
    // Between what is noted before and what is noted after.
    if (operation === 'TransactWriteItems' && number === 3) {
      const item = await web.item(ids[1] ?? '');
      const Acknowledged = { By: 'Ada', AtMs: Date.now(), How: 'command' } as const;
      await web.change(ids[1] ?? '', { Version: item.Version + 1, Status: 'acknowledged', Acknowledged });
    }
    return 'pass';
  };
  expect(await web.call(sendOf(ids[0] ?? ''))).toEqual(isSent);
  proxy.reset();
  expect(await web.item(ids[1] ?? '')).toMatchObject({ Status: 'acknowledged', Told: [mail, phone] });
  for (const id of ids) expect((await web.item(id)).Log.map(({ Kind }) => Kind)).toEqual(['told', 'told']);
  expect(stage.aws.published).toHaveLength(2);
});
