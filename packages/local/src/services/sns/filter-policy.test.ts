import { expect, test } from 'vitest';
import { compileFilterPolicy } from './filter-policy.ts';
import type { MessageAttribute, SnsMessage } from './message.ts';

function message(attributes: Readonly<Record<string, MessageAttribute>>): SnsMessage {
  return { messageId: 'm', subject: undefined, text: '', textOf: {}, attributes, publishedMs: 0 };
}

function accepts(
  policy: unknown,
  attributes: Readonly<Record<string, MessageAttribute>>,
  scope?: string,
  body = '',
): boolean {
  const compiled = compileFilterPolicy(JSON.stringify(policy), scope);
  if (!compiled.ok) throw new Error(compiled.mistakes.join('; '));
  return compiled.policy.accepts(message(attributes), body);
}

const attributes = {
  kind: { dataType: 'String', value: 'order' },
  price: { dataType: 'Number', value: '100' },
  tags: { dataType: 'String.Array', value: '["red",7,null]' },
  address: { dataType: 'String', value: '10.0.0.7' },
  bytes: { dataType: 'Binary', value: 'AA==' },
};

test.each<[boolean, unknown]>([
  [true, {}],
  [true, { kind: ['order', 'return'] }],
  [false, { kind: ['return'] }],
  [true, { price: [100] }],
  [true, { price: [{ numeric: ['>', 50, '<=', 100] }] }],
  [false, { price: ['100'] }],
  [true, { tags: ['red'] }],
  [true, { tags: [7] }],
  [false, { tags: [{ 'anything-but': ['red'] }] }],
  [true, { address: [{ cidr: '10.0.0.0/24' }] }],
  [false, { address: [{ cidr: '10.0.1.0/24' }] }],
  [true, { kind: [{ prefix: 'or' }], missing: [{ exists: false }] }],
  [false, { missing: [{ 'anything-but': 'x' }] }],
  [false, { bytes: [{ exists: true }] }],
  [true, { $or: [{ kind: ['return'] }, { price: [100] }] }],
])('%s of attributes by %j', (expected, policy) => {
  expect(accepts(policy, attributes)).toBe(expected);
});

test.each<[boolean, unknown, string]>([
  [true, { a: { b: ['c'] } }, '{"a":{"b":"c"}}'],
  [false, { a: { b: ['c'] } }, '{"a":{"b":"d"}}'],
  [true, { a: { b: [1] } }, '{"a":[{"b":2},{"b":1}]}'],
  [false, { a: [{ exists: false }] }, 'text'],
  [false, { a: [{ exists: false }] }, '[1]'],
])('%s of a body by %j: %s', (expected, policy, body) => {
  expect(accepts(policy, {}, 'MessageBody', body)).toBe(expected);
});

test.each<[unknown, string | undefined, string]>([
  [{ a: [{ like: 'b' }] }, undefined, '{"like":"b"} is not supported'],
  [{ a: { b: ['c'] } }, undefined, 'does not support nested'],
  [{ a: ['b'] }, 'Message', 'Message is neither MessageAttributes nor MessageBody'],
  [
    { a: Array.from({ length: 13 }, (_, value) => value), b: Array.from({ length: 12 }, (_, value) => value) },
    undefined,
    'too complex',
  ],
])('%j in %s is refused', (policy, scope, mistake) => {
  const compiled = compileFilterPolicy(JSON.stringify(policy), scope);
  expect(compiled.ok ? 'accepted' : compiled.mistakes.join('; ')).toContain(mistake);
});
