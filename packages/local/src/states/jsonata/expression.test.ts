import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvaluationProblem, evaluateExpression } from './expression.ts';

const nowMs = Date.parse('2026-11-19T10:20:30.456Z');

function evaluate(text: string, variables: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  return evaluateExpression(text, variables, nowMs);
}

async function problem(text: string, variables: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const error = await evaluate(text, variables).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EvaluationProblem);
  return (error as EvaluationProblem).message;
}

describe('functions of Step Functions', () => {
  it.each<[string, unknown]>([
    ['$partition([1, 2, 3], 2)', [[1, 2], [3]]],
    ['$partition([0], 5)', [[0]]],
    ['$partition([1, 2, 3], 1.9)', [[1], [2], [3]]],
    ['$range(0, 9, 3)', [0, 3, 6, 9]],
    ['$range(0, 10, 3)', [0, 3, 6, 9]],
    ['$range(5, 1, -2)', [5, 3, 1]],
    ['$range(1, 9, 9)', 1],
    ['$count($range(1, 1000, 1))', 1000],
    ['$parse("{\\"a\\": [1]}").a', [1]],
    ['$parse("[]")', []],
    ['$hash("abc", "MD5")', createHash('md5').update('abc').digest('hex')],
    ['$hash("abc", "SHA-512")', createHash('sha512').update('abc').digest('hex')],
    ['$random(7) = $random(7) and $random(7) != $random(8)', true],
    ['$millis()', nowMs],
    ['$now()', '2026-11-19T10:20:30.456Z'],
    ["$now('[Y0001]/[M01]', '+0100')", '2026/11'],
    ['$toMillis("12", "[D]")', Date.parse('2026-11-12T00:00:00Z')],
  ])('%s', async (text, expected) => {
    expect(await evaluate(text)).toEqual(expected);
  });

  it('gives another $uuid every time', async () => {
    const [one, other] = (await evaluate('[$uuid(), $uuid()]')) as string[];
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(other).not.toBe(one);
  });

  it('draws $random from 0 up to 1, with a seed and without', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const [seeded, free] = (await evaluate('[$random($seed), $random()]', { seed })) as number[];
        for (const drawn of [seeded, free]) {
          expect(drawn).toBeGreaterThanOrEqual(0);
          expect(drawn).toBeLessThan(1);
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['$partition([1], 0)', 'no length of a chunk'],
    ['$range(0, 1000, 1)', '1001 values are more than 1000'],
    ['$range(0, 1, 0)', 'not three whole numbers, the last not 0'],
    ['$hash("abc", "CRC32")', 'CRC32 is none of MD5, SHA-1, SHA-256, SHA-384, SHA-512'],
    ['$hash(1, "MD5")', 'T0410: Argument 1 of function "hash" does not match function signature'],
    ['$parse("{")', 'JSON'],
  ])('%s fails', async (text, reason) => {
    const message = await problem(text);
    expect(message).toMatch(/^threw an error during evaluation\. /);
    expect(message).toContain(reason);
  });
});

describe('results', () => {
  it('collapses sequences of one, and keeps lists that are written', async () => {
    const variables = { list: [{ n: 1 }, { n: 2 }] };
    expect(await evaluate('$list[n = 1]', variables)).toEqual({ n: 1 });
    expect(await evaluate('[$list[n = 1]]', variables)).toEqual([{ n: 1 }]);
    expect(await evaluate('$list[n = 1][]', variables)).toEqual([{ n: 1 }]);
    expect(await evaluate('{"found": $list[n > 2]}', variables)).toEqual({});
  });

  it.each(['$nothing', '$list[n > 2]', '$range(2, 1, 1)', '$hash($nothing, "MD5")'])('%s is nothing', async (text) => {
    expect(await problem(text, { list: [{ n: 1 }] })).toBe('returned nothing (undefined).');
  });

  it.each(['function($x) { $x }', '$sum', '{"f": function() { 1 }}', '/a/'])('%s is no JSON', async (text) => {
    expect(await problem(text)).toBe('returned an unsupported result type.');
  });

  it('says what the language finds wrong', async () => {
    expect(await problem('$undefinedFunction(1)')).toBe(
      'threw an error during evaluation. T1006: Attempted to invoke a non-function',
    );
    expect(await problem('1 + "a"')).toContain('T2002');
  });

  it('are plain copies: JSON goes in and out as it is, and nothing is shared', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        const variables = { value: plain };
        const { copy } = (await evaluate('{"copy": $value}', variables)) as { copy: unknown };
        expect(copy).toEqual(plain);
        expect(Object.keys(Object(copy))).toEqual(Object.keys(Object(plain)));
        if (typeof plain === 'object' && plain !== null) expect(copy).not.toBe(plain);
        expect(variables).toEqual({ value: plain });
      }),
      { numRuns: 100 },
    );
  });
});

it('ends what goes too deep', async () => {
  expect(await problem('($f := function($n) { 1 + $f($n) }; $f(1))')).toContain('calls within calls');
});

it("has no fields but those of the JSON, whatever names JavaScript's objects know", async () => {
  const variables = { value: { a: 1, inner: { list: [{}] } } };
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(await evaluate(`$exists($value.${name}) or $exists($value.inner.list.${name})`, variables)).toBe(false);
  }
  expect(await evaluate('$value.constructor', { value: { constructor: 'of houses' } })).toBe('of houses');
});
