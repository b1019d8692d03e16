// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so.
import { describe, expect, test } from 'vitest';
import { noValue, resolve, resolveCondition, type Scope } from './intrinsic.ts';

const conditions: Readonly<Record<string, unknown>> = {
  IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
  IsDev: { 'Fn::Not': [{ Condition: 'IsProd' }] },
  Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
  Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
};
const scope: Scope = {
  mappings: { Sizes: { dev: { Memory: 256 } } },
  ref: (name) => ({ Stage: 'dev', Table: 'table-1', 'AWS::Region': 'us-east-1', 'AWS::NoValue': noValue })[name],
  attribute: (logicalId, name) => (logicalId === 'Table' && name === 'Arn' ? 'arn:aws:dynamodb:x' : undefined),
  condition: (name) => {
    const definition = conditions[name];
    return definition === undefined ? undefined : resolveCondition(definition, scope, name);
  },
};

describe('intrinsic functions', () => {
  test.each([
    ['Ref', { Ref: 'Table' }, 'table-1'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:aws:dynamodb:x'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Table.Arn' }, 'arn:aws:dynamodb:x'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-dev-1'],
    [
      'Sub',
      { 'Fn::Sub': '${Stage}/${Table.Arn}/${!Stage}/${AWS::Region}' },
      'dev/arn:aws:dynamodb:x/${Stage}/us-east-1',
    ],
    ['Sub with variables', { 'Fn::Sub': ['${A}-${Stage}', { A: { Ref: 'Table' } }] }, 'table-1-dev'],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['Base64', { 'Fn::Base64': 'text' }, 'dGV4dA=='],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'Memory'] }, 256],
    ['If', { 'Fn::If': ['IsProd', 1, { Ref: 'Stage' }] }, 'dev'],
    [
      'If of nothing',
      { a: { 'Fn::If': ['IsProd', 1, { Ref: 'AWS::NoValue' }] }, b: [{ Ref: 'AWS::NoValue' }, 2] },
      { b: [2] },
    ],
    ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Stage' } } }, '{"a":"dev"}'],
    ['Length', { 'Fn::Length': [1, 2, 3] }, 3],
    [
      'conditions of conditions',
      { a: { 'Fn::If': ['Either', 1, 2] }, b: { 'Fn::If': ['Both', 1, 2] } },
      { a: 1, b: 2 },
    ],
    ['a key that only looks like one', { Ref: 'Stage', other: 1 }, { Ref: 'Stage', other: 1 }],
  ])('%s', (_, value, resolved) => {
    expect(resolve(value, scope, 'X')).toEqual(resolved);
  });
});

describe('what cannot be resolved is refused with its place', () => {
  test.each([
    [
      'an unknown function',
      { a: { 'Fn::Cidr': [] } },
      /^X\.a: Fn::Cidr is not supported; supported are Condition, Fn::And/,
    ],
    ['a value of another stack', { 'Fn::ImportValue': 'Other' }, /^X: Fn::ImportValue is not supported/],
    ['a reference to nothing', [{ Ref: 'Missing' }], /^X\[0\]: Ref to Missing, which does not exist/],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Table', 'Colour'] },
      /^X: the local engine has no attribute Colour of Table/,
    ],
    ['an unknown condition', { 'Fn::If': ['Maybe', 1, 2] }, /^X: condition Maybe does not exist/],
    [
      'an entry that no map has',
      { 'Fn::FindInMap': ['Sizes', 'prod', 'Memory'] },
      /finds nothing at Sizes\.prod\.Memory/,
    ],
    ['a list where a text is needed', { 'Fn::Join': ['', [['a']]] }, /^X: a text was expected, not \["a"\]/],
    ['an index beyond the list', { 'Fn::Select': [3, ['a']] }, /finds nothing at 3/],
  ])('%s', (_, value, message) => {
    expect(() => resolve(value, scope, 'X')).toThrow(message);
  });
});
