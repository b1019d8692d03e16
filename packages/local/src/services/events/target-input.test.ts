import { describe, expect, test } from 'vitest';
import { busEvent } from './event.ts';
import { compileTargetInput, type TargetInput } from './target-input.ts';

const event = busEvent(
  {
    source: 'shop',
    detailType: 'Order',
    timeMs: Date.parse('2026-11-02T09:00:00.250Z'),
    resources: ['arn:a', 'arn:b'],
    detail: { name: 'a "b"', count: 3, list: [{ x: 1 }], none: null },
  },
  { region: 'us-east-1', account: '000000000000' },
);
const context = { ruleArn: 'arn:rule', ruleName: 'rule', ingestedMs: Date.parse('2026-11-02T09:00:01.250Z') };

function inputOf(target: TargetInput): unknown {
  const result = compileTargetInput(target);
  if (!result.ok) throw new Error(result.mistakes.join('; '));
  const text = result.make(event, context);
  return text === undefined ? undefined : JSON.parse(text);
}

const transformed = (InputTemplate: string) =>
  inputOf({
    InputTransformer: {
      InputPathsMap: {
        name: '$.detail.name',
        count: '$.detail.count',
        list: '$.detail.list',
        first: '$.resources[0]',
        none: '$.detail.none',
        missing: '$.detail.missing.x',
      },
      InputTemplate,
    },
  });

describe('what a target is given', () => {
  test('is the event without more', () => {
    expect(inputOf({})).toEqual({
      ...{ version: '0', id: expect.stringMatching(/^[0-9a-f-]{36}$/), 'detail-type': 'Order', source: 'shop' },
      ...{ account: '000000000000', time: '2026-11-02T09:00:00Z', region: 'us-east-1', resources: ['arn:a', 'arn:b'] },
      detail: { name: 'a "b"', count: 3, list: [{ x: 1 }], none: null },
    });
  });

  test('is a constant', () => expect(inputOf({ Input: '{"a":1}' })).toEqual({ a: 1 }));

  test.each([
    ['$', event],
    ['$.detail.list[0].x', 1],
    ['$.detail-type', 'Order'],
    ['$.detail.toString', undefined],
    ['$.detail.list.length', undefined],
    ['$.detail.list[*].x', [1]],
    ['$.resources[*]', ['arn:a', 'arn:b']],
    ['$.detail.list[0].*', [1]],
    ['$.detail.missing[*]', []],
  ])('is a part of the event: %s', (InputPath, expected) => expect(inputOf({ InputPath })).toEqual(expected));

  test('is a template with values, as JSON and in texts', () => {
    const template =
      '{"a": <name>, "b": "<name>: <count> of <first>", "c": [<list>, <none>, <count>], "d": "\\"<count>\\""}';
    expect(transformed(template)).toEqual({
      ...{ a: 'a "b"', b: 'a "b": 3 of arn:a', c: [[{ x: 1 }], null, 3], d: '"3"' },
    });
  });

  test('is a template without what the event lacks', () => {
    expect(transformed('{"a": <missing>, "b": "<missing>."}')).toEqual({ a: '', b: '.' });
  });

  test('is a template with what EventBridge knows of itself', () => {
    const { detail, ...without } = event;
    expect(
      transformed('[<aws.events.rule-arn>, "<aws.events.rule-name>", <aws.events.event>, <aws.events.event.json>]'),
    ).toEqual(['arn:rule', 'rule', without, event]);
    expect(transformed('<aws.events.event.ingestion-time>')).toBe('2026-11-02T09:00:01Z');
  });

  test('is nothing where an object within quotes breaks the template', () => {
    expect(transformed('{"a": "<list>"}')).toBeUndefined();
  });
});

test.each<[string, TargetInput, RegExp]>([
  ['two at once', { Input: '1', InputPath: '$' }, /exclude each other/],
  ['a constant that is no JSON', { Input: '{' }, /^Input: \{ is not JSON/],
  ['a path with a descent', { InputPath: '$..name' }, /^InputPath: \$\.\.name is not supported/],
  [
    'a template that is too long',
    { InputTransformer: { InputTemplate: `"${'x'.repeat(8_191)}"` } },
    /InputTemplate: more than 8192 characters/,
  ],
  ['a path in brackets', { InputPath: "$['detail']" }, /is not supported/],
  [
    'an unknown placeholder',
    { InputTransformer: { InputTemplate: '{"a": <other>}' } },
    /^InputTransformer\.InputTemplate: <other> is not known$/,
  ],
  [
    'a name of EventBridge',
    { InputTransformer: { InputPathsMap: { 'aws-x': '$' }, InputTemplate: '1' } },
    /InputPathsMap\.aws-x: a name has/,
  ],
  [
    'a template that is no JSON',
    { InputTransformer: { InputPathsMap: { a: '$' }, InputTemplate: 'it is <a>' } },
    /take JSON, which this is not/,
  ],
  [
    'a placeholder in a key',
    { InputTransformer: { InputPathsMap: { a: '$' }, InputTemplate: '{"<a>": 1}' } },
    /cannot be a key/,
  ],
])('%s is refused', (_, target, mistake) => {
  const result = compileTargetInput(target);
  expect(result.ok ? 'accepted' : result.mistakes.join('; ')).toMatch(mistake);
});
