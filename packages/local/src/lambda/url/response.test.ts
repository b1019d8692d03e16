import { expect, test } from 'vitest';
import { badGateway, urlResponse } from './response.ts';

const respond = (answer: unknown) => {
  const { body, ...rest } = urlResponse(Buffer.from(JSON.stringify(answer)));
  return { ...rest, body: body.toString() };
};
const json = { 'content-type': 'application/json' };

test.each<[unknown, object]>([
  ['Hello', { status: 200, headers: json, body: '"Hello"' }],
  [{ message: 'Hello' }, { status: 200, headers: json, body: '{"message":"Hello"}' }],
  [{ body: 'x' }, { status: 200, headers: json, body: '{"body":"x"}' }],
  [[1], { status: 200, headers: json, body: '[1]' }],
  [null, { status: 200, headers: json, body: 'null' }],
  [{ statusCode: 204 }, { status: 204, headers: json, body: '' }],
  [
    { statusCode: '201', body: 'x' },
    { status: 201, headers: json, body: 'x' },
  ],
  [
    { statusCode: 303, headers: { Location: '/', 'X-Number': 5 }, cookies: ['a=1', 'b=2; Secure'] },
    { status: 303, headers: { ...json, location: '/', 'x-number': '5' }, cookies: ['a=1', 'b=2; Secure'], body: '' },
  ],
  [
    { statusCode: 200, headers: { 'Content-Type': 'text/html' }, body: 'w6Q=', isBase64Encoded: true },
    { status: 200, headers: { 'content-type': 'text/html' }, body: 'ä' },
  ],
])('%j', (answer, expected) => {
  expect(respond(answer)).toEqual(expected);
});

test.each([
  [{ statusCode: 'many' }],
  [{ statusCode: 42 }],
  [{ statusCode: 200, body: { a: 1 } }],
  [{ statusCode: 200, headers: ['a'] }],
  [{ statusCode: 200, headers: { a: ['b'] } }],
  [{ statusCode: 200, headers: { a: 'b\r\nc: d' } }],
  [{ statusCode: 200, cookies: 'a=1' }],
  [{ statusCode: 200, isBase64Encoded: 'yes' }],
])('%j is no answer', (answer) => {
  expect(respond(answer)).toEqual(badGateway);
});
