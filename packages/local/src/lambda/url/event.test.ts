import { expect, test } from 'vitest';
import type { WireRequest } from '../../gateway/attribute.ts';
import { urlEvent } from './event.ts';

const context = { urlId: 'a1', requestId: 'one', nowMs: Date.parse('2026-11-02T09:05:00Z') };

function eventOf(request: Partial<WireRequest>, url = '/'): Record<string, unknown> {
  const whole = { method: 'GET', url, headers: { host: '127.0.0.1:4588' }, body: Buffer.alloc(0), ...request };
  return JSON.parse(urlEvent(whole, { ...context, url }).toString('utf8')) as Record<string, unknown>;
}

test('a request without anything', () => {
  expect(eventOf({ headers: { host: '127.0.0.1:4588', 'user-agent': 'curl' } })).toEqual({
    ...{ version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: '', isBase64Encoded: false },
    headers: {
      ...{ host: '127.0.0.1:4588', 'user-agent': 'curl' },
      ...{ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
    },
    requestContext: {
      ...{ accountId: 'anonymous', apiId: 'a1', domainName: '127.0.0.1:4588', domainPrefix: 'a1' },
      http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'curl' },
      ...{ requestId: 'one', routeKey: '$default', stage: '$default' },
      ...{ time: '02/Nov/2026:09:05:00 +0000', timeEpoch: context.nowMs },
    },
  });
});

test('path, query and cookies', () => {
  const event = eventOf({ headers: { cookie: 'a=1; b=2' } }, '/x%20y/z?t=a%2Bb&u=1&u=2&v');
  expect(event).toMatchObject({
    ...{ rawPath: '/x%20y/z', rawQueryString: 't=a%2Bb&u=1&u=2&v', cookies: ['a=1', 'b=2'] },
    queryStringParameters: { t: 'a+b', u: '1,2', v: '' },
  });
  expect(event.headers).not.toHaveProperty('cookie');
});

test('what belongs to the connection is left out, and a body that was compressed is not any more', () => {
  const headers = {
    connection: 'keep-alive',
    'content-encoding': 'gzip',
    'content-length': '5',
    'content-type': 'text/plain',
  };
  const event = eventOf({ method: 'POST', headers, body: Buffer.from('expanded') });
  expect(event).toMatchObject({ body: 'expanded', headers: { 'content-length': '8' } });
  expect(Object.keys(event.headers as object).sort()).toEqual([
    'content-length',
    'content-type',
    'x-forwarded-for',
    'x-forwarded-proto',
  ]);
});

test.each([
  ['application/json; charset=utf-8', '{"a":"ä"}', false],
  ['text/plain', 'ä', false],
  ['application/problem+json', '{}', false],
  ['application/x-www-form-urlencoded', 'a=1', true],
  ['application/octet-stream', 'a', true],
])('a body of %s', (type, text, isBase64Encoded) => {
  const event = eventOf({ method: 'POST', headers: { 'content-type': type }, body: Buffer.from(text) });
  const body = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
  expect(event).toMatchObject({ body, isBase64Encoded });
});
