import type { LinkPayload } from '@tidemark/core/incidents/link';
import { signLink } from '@tidemark/core/incidents/link';
import type { LambdaFunctionURLResult } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incidents } from '../../test/incidents.ts';
import { IncidentStage, minuteMs, url } from '../../test/incidents.ts';
import type { Instance } from '../../test/instance.ts';

type Answer = Exclude<LambdaFunctionURLResult, string> & { body: string; headers: Record<string, string> };

let stage: IncidentStage;
beforeAll(async () => {
  stage = await IncidentStage.start();
});
afterAll(async () => {
  await stage?.stop();
});

/** An incident that was told to the first tier, which waits; and the link that its mail has. */
async function told(): Promise<{ web: Incidents; id: string; token: string; key: string; page: Instance }> {
  const web = await stage.deploy();
  const id = await web.turn('ALARM', Date.now() - minuteMs);
  await web.await(id, await web.loop(id), 'waiting');
  const { published } = stage.aws;
  const token = published[0]?.bodies.default?.split(`${url}?t=`)[1]?.split(/\s/)[0] ?? '';
  const { Key } = (await web.deployment.control()).SIGNING ?? {};
  return { web, id, token, key: String(Key), page: await web.deployment.start('acknowledge', stage.endpoints) };
}

async function look(page: Instance, token: string | undefined, method = 'GET'): Promise<Answer> {
  const rawQueryString = token === undefined ? '' : `t=${encodeURIComponent(token)}`;
  return (await page.answer({ rawQueryString, headers: {}, requestContext: { http: { method } } })) as Answer;
}

async function press(
  page: Instance,
  token: string,
  by = '',
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
): Promise<Answer> {
  return (await page.answer({
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    requestContext: { http: { method: 'POST' } },
    body: Buffer.from(new URLSearchParams({ t: token, by }).toString()).toString('base64'),
    isBase64Encoded: true,
  })) as Answer;
}

test('a look shows a form and changes nothing, however often; the form acknowledges, and the execution goes on', async () => {
  const { web, id, token, page } = await told();
  const before = await web.deployment.control();
  for (const method of ['GET', 'GET', 'HEAD']) {
    const answer = await look(page, token, method);
    expect(answer).toMatchObject({ statusCode: 200 });
    expect(answer.body).toContain('<h1>Acknowledge this incident?</h1>');
    expect(answer.body).toContain(`<input type="hidden" name="t" value="${token}">`);
    expect(answer.body).toContain('page view below 5 in 1m, 3 times');
  }
  expect(await web.deployment.control()).toEqual(before);
  expect(stage.aws.woken).toEqual([]);

  const answer = await press(page, token, ' Ada\n<b>Lovelace</b>\u202e ');
  expect(answer).toMatchObject({ statusCode: 200 });
  expect(answer.body).toContain('<h1>Acknowledged</h1>');
  expect(answer.body).toContain('By Ada &lt;b&gt;Lovelace&lt;/b&gt;, ');
  expect(stage.aws.woken).toEqual(['waiting']);
  expect(await web.item(id)).toMatchObject({
    Status: 'acknowledged',
    Acknowledged: { By: 'Ada <b>Lovelace</b>', How: 'link' },
  });
  expect(await web.tick(id)).toMatchObject({ kind: 'wait', seconds: 240 * 60 });

  const used = await press(page, token, 'Eve');
  expect(used).toMatchObject({ statusCode: 410 });
  expect(used.body).toContain('This link was used');
  expect((await look(page, token)).statusCode).toBe(410);
  expect(await web.item(id)).toMatchObject({ Acknowledged: { By: 'Ada <b>Lovelace</b>' } });
});

test('two press at once: one of them acknowledges, and an alarm that flaps meanwhile is no obstacle', async () => {
  const { web, id, token, page } = await told();
  const other = await web.deployment.start('acknowledge', stage.endpoints);
  const [answers] = await Promise.all([
    Promise.all([press(page, token, 'Ada'), press(other, token, 'Eve'), press(page, token), press(other, token)]),
    web.turn('OK', Date.now() - 1000),
  ]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 410, 410, 410]);
  const { Log, UsedLinks, Acknowledged } = await web.item(id);
  expect(Log.filter(({ Kind }) => Kind === 'acknowledged')).toHaveLength(1);
  expect(UsedLinks).toHaveLength(1);
  expect(answers.find(({ statusCode }) => statusCode === 200)?.body).toContain(`By ${Acknowledged?.By}`);
});

test('the link of another contact, after somebody has acknowledged: says by whom', async () => {
  const { web, id, token, key, page } = await told();
  await press(page, token, 'Ada');
  const payload: LinkPayload = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  const theirs = signLink({ ...payload, id: 'another' }, key);
  const seen = await look(page, theirs);
  expect(seen.statusCode).toBe(200);
  expect(seen.body).toContain('By Ada');
  expect(seen.body).not.toContain('<form');
  expect((await press(page, theirs, 'Eve')).body).toContain('<h1>Acknowledged already</h1>');
  expect(await web.item(id)).toMatchObject({ Acknowledged: { By: 'Ada' } });
});

test('forged, cut off, of another key, expired, of no incident, of one that is over', async () => {
  const { web, id, token, key, page } = await told();
  const [text = '', signature = ''] = token.split('.');
  const payload: LinkPayload = JSON.parse(Buffer.from(text, 'base64url').toString());
  const raised = Buffer.from(JSON.stringify({ ...payload, expiresMs: payload.expiresMs * 2 })).toString('base64url');
  const cases: readonly (readonly [string | undefined, number])[] = [
    [undefined, 403],
    ['', 403],
    ['.', 403],
    [text, 403],
    [`${text}.`, 403],
    [`${text}.${signature.slice(0, -4)}`, 403],
    [`${raised}.${signature}`, 403],
    [`${token}.${signature}`, 403],
    [signLink(payload, Buffer.from('another').toString('base64')), 403],
    [signLink({ ...payload, expiresMs: Date.now() - 1 }, key), 410],
    [signLink({ ...payload, incident: '20261120T091000Z-00000000' }, key), 410],
  ];
  const before = await web.deployment.control();
  for (const [each, status] of cases) {
    expect([each, (await look(page, each)).statusCode]).toEqual([each, status]);
    expect([each, (await press(page, each ?? '')).statusCode]).toEqual([each, status]);
  }
  expect(await web.deployment.control()).toEqual(before);
  await web.change(id, { Status: 'resolved', EndedMs: Date.now() });
  for (const answer of [await look(page, token), await press(page, token)]) {
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain('This incident is over');
  }
});

test('nothing else is taken, and no other page can send the form', async () => {
  const { web, token, page } = await told();
  const before = await web.deployment.control();
  const put = await look(page, token, 'PUT');
  expect(put).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD, POST' } });
  for (const site of ['cross-site', 'same-site', 'none']) {
    expect(await press(page, token, '', { 'sec-fetch-site': site })).toMatchObject({ statusCode: 403 });
  }
  expect(await press(page, token, '', { 'content-type': 'text/plain' })).toMatchObject({ statusCode: 400 });
  expect(await press(page, token, 'a'.repeat(20_000))).toMatchObject({ statusCode: 400 });
  // In the address alone, as a scanner would send it.
  const bare = { rawQueryString: `t=${token}`, requestContext: { http: { method: 'POST' } } };
  expect(await page.answer(bare)).toMatchObject({ statusCode: 400 });
  expect(await web.deployment.control()).toEqual(before);
});

test('every page forbids what it does not need, and is kept nowhere', async () => {
  const { token, page } = await told();
  for (const { headers, body } of [await look(page, token), await look(page, 'wrong'), await press(page, token)]) {
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/]+='; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      ),
      ...{ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' },
    });
    expect(body).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(body).not.toMatch(/<script|<img|<link|https?:/);
  }
});

test('DynamoDB does not answer: the page says what to do instead; a wait that has ended is no obstacle', async () => {
  const { web, id, token, page } = await told();
  const { proxy } = stage.stage.servers;
  proxy.decide = () => ({ fault: 'AccessDeniedException', status: 400 });
  const answer = await press(page, token);
  proxy.reset();
  expect(answer).toMatchObject({ statusCode: 503 });
  expect(answer.body).toContain('The command in the message acknowledges as well.');
  stage.aws.failures.set('SendTaskSuccess', 'TaskTimedOut');
  expect(await press(page, token)).toMatchObject({ statusCode: 200 });
  expect(await web.item(id)).toMatchObject({ Status: 'acknowledged', Acknowledged: { By: 'tier 1' } });
});
