import type { LinkPayload } from '@tidemark/core/incidents/link-token';
import { readToken, signedToken } from '@tidemark/core/incidents/link-token';
import type { LambdaFunctionURLResult } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incidents } from '../../test/incidents.ts';
import { alarm, IncidentStage, mail, minuteMs, settings, url } from '../../test/incidents.ts';
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
  stage.stage.writeBeside('acknowledge', 'incidents.json', web.deployed ?? {});
  return { web, id, token, key: String(Key), page: await web.deployment.start('acknowledge', stage.endpoints) };
}

function payloadOf(token: string, key: string): LinkPayload {
  const payload = readToken(token, key);
  if (typeof payload === 'string') throw new Error(`a token that is ${payload}`);
  return payload;
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
  const theirs = signedToken({ ...payloadOf(token, key), id: '00000000' }, key);
  const seen = await look(page, theirs);
  expect(seen.statusCode).toBe(200);
  expect(seen.body).toContain('By Ada');
  expect(seen.body).not.toContain('<form');
  expect((await press(page, theirs, 'Eve')).body).toContain('<h1>Acknowledged already</h1>');
  expect(await web.item(id)).toMatchObject({ Acknowledged: { By: 'Ada' } });
});

test('forged, cut off, of another key, expired, of no incident, of one that is over', async () => {
  const { web, id, token, key, page } = await told();
  const payload = payloadOf(token, key);
  const later = Buffer.from(signedToken({ ...payload, expiresMs: payload.expiresMs + 1000 }, key), 'base64url');
  const signature = Buffer.from(token, 'base64url').subarray(-16);
  const cases: readonly (readonly [string | undefined, number])[] = [
    [undefined, 403],
    ['', 403],
    ['a', 403],
    [token.slice(0, -1), 403],
    [`${token.slice(0, 20)}a`, 403],
    [`${Buffer.concat([later.subarray(0, -16), signature]).toString('base64url')}a`, 403],
    [token + token, 403],
    [signedToken(payload, Buffer.from('another').toString('base64')), 403],
    [signedToken({ ...payload, expiresMs: Math.floor(Date.now() / 1000) * 1000 }, key), 410],
    [signedToken({ ...payload, incident: '20261120T091000Z-00000000' }, key), 410],
    [`${'eyJpbmNpZGVudCI6IjIwMjYifQ'}.${'A'.repeat(43)}`, 410],
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
    expect(body).not.toMatch(/<script|<img|<link|<iframe|@import|url\(|\s(?:src|on\w+)=/);
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

test('the page says what the message says, and leads to the runbook and the dashboard', async () => {
  const { web, id, token, page } = await told();
  const { body } = await look(page, token);
  expect(body).toContain('<dt>Alarm</dt><dd>few, high, source web</dd>');
  expect(body).toMatch(/<dt>Since<\/dt><dd>\d{4}-\d\d-\d\d \d\d:\d\d UTC \(1 minute\)<\/dd>/);
  expect(body).toContain('<dt>Value</dt><dd>2, which is 3 below the threshold of 5</dd>');
  expect(body).toContain('<a href="runbook#alarm-few-events">Runbook</a>');
  expect(body).toContain('<a href="https://example.org/dashboard">Dashboard</a>');
  expect(body).toContain(`tidemark --stage prod incidents show ${id}`);
  const hours = { days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1440, zone: 'Asia/Kolkata' };
  const [first, second] = settings.tiers;
  if (first === undefined || second === undefined) throw new Error('two tiers');
  const runbook = 'https://wiki.example.org/tidemark';
  const part = { alarm: 'shop_web-lag', summary: 'it <lags>', runbook: 'alarm-it-lags' };
  await web.configure({ ...settings, runbook, tiers: [{ ...first, hours }, second] }, [{ ...alarm, parts: [part] }]);
  await web.change(id, { PartsOn: [part.alarm, 'shop_web-gone'] });
  stage.stage.writeBeside('acknowledge', 'incidents.json', web.deployed ?? {});
  const other = await web.deployment.start('acknowledge', stage.endpoints);
  const own = (await look(other, token)).body;
  expect(own).toMatch(/ UTC, \w{3} \d\d:\d\d in Kolkata \(/);
  expect(own).toContain(`<a href="${runbook}#alarm-few-events">Runbook</a>`);
  expect(own).toContain(
    `<dt>Parts that are on</dt><dd><a href="${runbook}#alarm-it-lags">lag: it &lt;lags&gt;</a></dd>`,
  );
  expect(own).toContain(`<dd><a href="${runbook}">gone: shop_web-gone</a></dd>`);
});

test('what is deployed is told to who may call the function, and never by its address', async () => {
  const { web, page, token } = await told();
  expect(await page.answer({ op: 'describe' })).toEqual(web.deployed);
  const asked = '{"op":"describe"}';
  const form = new URLSearchParams({ op: 'describe', t: token }).toString();
  const http = (method: string) => ({ requestContext: { http: { method } } });
  const requests = [
    { ...http('GET'), rawPath: '/describe', rawQueryString: 'op=describe' },
    { ...http('GET'), rawQueryString: form, headers: { op: 'describe', 'x-op': 'describe' } },
    { ...http('POST'), headers: { 'content-type': 'application/json' }, body: asked },
    { ...http('POST'), headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form },
    {
      ...http('POST'),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(asked).toString('base64'),
      isBase64Encoded: true,
    },
    // What Lambda never makes of a request.
    { ...http('GET'), op: 'describe' },
  ];
  for (const request of requests) {
    const { body, headers } = (await page.answer(request)) as Answer;
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).not.toContain(mail);
    expect(body).not.toContain('acknowledgeWithinMs');
  }
});

test('the runbook is served to everybody, is kept for a while, and asks DynamoDB for nothing', async () => {
  const { page } = await told();
  const { proxy } = stage.stage.servers;
  proxy.reset();
  const ask = async (headers: Record<string, string> = {}, method = 'GET') =>
    (await page.answer({ rawPath: '/runbook', headers, requestContext: { http: { method } } })) as Answer;
  const answer = await ask();
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'public, max-age=300',
    'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[\w+/]+='; /),
    etag: expect.stringMatching(/^"[\w-]{22}"$/),
  });
  expect(answer.body).toContain('<h2 id="alarm-a-series-is-missing">Alarm: a series is missing</h2>');
  expect(answer.body).not.toMatch(/<script|<img|<link|<iframe|@import|url\(|\s(?:src|on\w+)=/);
  const { etag = '' } = answer.headers;
  for (const has of [etag, `W/${etag}`, `"other", ${etag}`]) {
    expect(await ask({ 'if-none-match': has })).toEqual({
      statusCode: 304,
      headers: { etag, 'cache-control': 'public, max-age=300' },
    });
  }
  expect(await ask({ 'if-none-match': '"other"' })).toMatchObject({ statusCode: 200 });
  expect(await ask({}, 'HEAD')).toMatchObject({ statusCode: 200 });
  expect((await ask({}, 'POST')).statusCode).toBe(400);
  expect(proxy.calls).toEqual([]);
});
