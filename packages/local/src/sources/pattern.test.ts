import { describe, expect, it } from 'vitest';
import { compilePattern } from './pattern.ts';

function matches(pattern: unknown, value: unknown): boolean {
  const result = compilePattern(JSON.stringify(pattern));
  if (!result.ok) throw new Error(result.mistakes.join('; '));
  return result.matches(value);
}

const rules: [string, unknown, { readonly yes: readonly unknown[]; readonly no: readonly unknown[] }][] = [
  ['a value', ['a'], { yes: ['a', ['b', 'a']], no: ['A', undefined, null, 1, []] }],
  ['several values', ['a', 1, true, null], { yes: ['a', 1, true, null], no: ['1', false, undefined] }],
  ['an empty text', [''], { yes: [''], no: [null, undefined, ' '] }],
  ['exists', [{ exists: true }], { yes: ['a', null, 0, [1]], no: [undefined, [], { a: 1 }] }],
  ['exists not', [{ exists: false }], { yes: [undefined, { a: 1 }], no: ['a', null] }],
  ['prefix', [{ prefix: 'ab' }], { yes: ['abc', ['x', 'ab']], no: ['ba', 1, undefined] }],
  ['prefix without case', [{ prefix: { 'equals-ignore-case': 'Ab' } }], { yes: ['aBc'], no: ['b'] }],
  ['suffix', [{ suffix: '.png' }], { yes: ['a.png'], no: ['a.PNG', undefined] }],
  ['equals-ignore-case', [{ 'equals-ignore-case': 'Ab' }], { yes: ['aB'], no: ['abc', undefined] }],
  ['wildcard', [{ wildcard: 'a*c.*' }], { yes: ['ac.', 'abbc.d', 'a\nc.x'], no: ['acd', 'xac.', undefined] }],
  ['wildcard with escapes', [{ wildcard: 'a\\*\\\\*' }], { yes: ['a*\\', 'a*\\b'], no: ['ab\\', 'a*b'] }],
  ['numeric', [{ numeric: ['>', 0, '<=', 5] }], { yes: [1, 5, 0.5], no: [0, 6, '1', undefined] }],
  ['numeric equality', [{ numeric: ['=', 3.5] }], { yes: [3.5], no: [3] }],
  ['anything-but', [{ 'anything-but': 'a' }], { yes: ['b', 1, ['b']], no: ['a', ['a', 'b'], undefined] }],
  ['anything-but several', [{ 'anything-but': ['a', 1] }], { yes: ['b', 2], no: ['a', 1] }],
  ['anything-but prefix', [{ 'anything-but': { prefix: 'a' } }], { yes: ['b', 1], no: ['ab', undefined] }],
  ['anything-but wildcards', [{ 'anything-but': { wildcard: ['a*', '*z'] } }], { yes: ['b'], no: ['ab', 'bz'] }],
  ['one rule or another', ['x', { prefix: 'a' }], { yes: ['x', 'ab'], no: ['b'] }],
];

describe('a rule on a field', () => {
  it.each(rules)('%s', (_, rule, { yes, no }) => {
    const given = (value: unknown) => (value === undefined ? {} : { f: value });
    for (const value of yes) expect([value, matches({ f: rule }, given(value))]).toEqual([value, true]);
    for (const value of no) expect([value, matches({ f: rule }, given(value))]).toEqual([value, false]);
  });
});

describe('a pattern', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['needs all its fields', { a: [1], b: [2] }, { a: 1, b: 3 }, false],
    ['looks into objects', { a: { b: { c: [1] } } }, { a: { b: { c: 1, d: 2 } } }, true],
    ['finds nothing in what is no object', { a: { b: [1] } }, { a: 1 }, false],
    ['looks into lists of objects', { a: { b: [1], c: [2] } }, { a: [{ b: 1 }, { b: 1, c: 2 }] }, true],
    ['does not mix the objects of a list', { a: { b: [1], c: [2] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
    ['finds absence in absence', { a: { b: [{ exists: false }] } }, {}, true],
    ['takes alternatives', { $or: [{ a: [1] }, { b: [2] }] }, { b: 2 }, true],
    ['takes alternatives beside fields', { c: [3], $or: [{ a: [1] }, { b: [2] }] }, { b: 2 }, false],
    ['takes alternatives further in', { d: { $or: [{ a: [1] }, { b: [{ prefix: 'x' }] }] } }, { d: { b: 'xy' } }, true],
    ['matches everything when empty', {}, { a: 1 }, true],
    ['does not see inherited members', { toString: [{ exists: true }] }, {}, false],
  ])('%s', (_, pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['no JSON', 'x', 'x is not JSON'],
    ['no object', '[]', '$: an object is needed, not []'],
    ['a bare value', '{"a":1}', '$.a: an object is needed, not 1'],
    ['an empty list', '{"a":{"b":[]}}', '$.a.b: an empty list matches nothing'],
    [
      'an unknown rule',
      '{"a":[{"cidr":"10.0.0.0/8"}]}',
      '$.a[0]: {"cidr":"10.0.0.0/8"} is not supported; supported are exists, prefix, suffix, equals-ignore-case, wildcard, numeric, anything-but',
    ],
    ['two rules in one', '{"a":[{"prefix":"a","suffix":"b"}]}', '$.a[0]: {"prefix":"a","suffix":"b"} is not supported'],
    ['an inherited name for a rule', '{"a":[{"toString":1}]}', '$.a[0]: {"toString":1} is not supported'],
    ['a wrong argument', '{"a":[{"prefix":1}]}', '$.a[0]: {"prefix":1} has an argument that prefix does not take'],
    ['wildcards side by side', '{"a":[{"wildcard":"b**"}]}', 'has an argument that wildcard does not take'],
    ['another escape', '{"a":[{"wildcard":"\\\\b"}]}', 'has an argument that wildcard does not take'],
    [
      'half a comparison',
      '{"a":[{"numeric":[">"]}]}',
      '$.a[0]: {"numeric":[">"]} has an argument that numeric does not take',
    ],
    ['one alternative', '{"$or":[{"a":[1]}]}', '$.$or: a list of at least two patterns is needed, not [{"a":[1]}]'],
  ])('is refused with %s', (_, text, mistake) => {
    const result = compilePattern(text);
    expect(result).toMatchObject({ ok: false, mistakes: [expect.stringContaining(mistake)] });
  });
});
