import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonScanner } from './json.ts';
import { JsonField, textOfString } from './json-field.ts';

const depthMax = 64;

interface Scanned {
  readonly verdict: string;
  /** What each path leads to, `missing` where it leads nowhere; undefined where nothing was found out. */
  readonly values: readonly unknown[] | undefined;
}

/** What the scanner makes of `bytes`, which stand at `shift` in their memory. */
function scan(bytes: Uint8Array, paths: readonly string[][], shift = 0): Scanned {
  const memory = Buffer.alloc(bytes.length + shift + 8, '"');
  memory.set(bytes, shift);
  const root = new JsonField();
  const fields = paths.map((path) => root.at(path));
  const scanner = new JsonScanner(root, depthMax);
  // What an earlier record left must not be found in a later one.
  const earlier = Buffer.from('{"a":{"b":{"a":"earlier"}},"b":{"a":{"b":"earlier"}},"c":{"d":1}}');
  scanner.scan(earlier, 0, earlier.length);
  const verdict = scanner.scan(memory, shift, shift + bytes.length);
  const read = (field: JsonField): unknown => {
    if (field.start < 0) return 'missing';
    if (memory[field.start] === 0x22) return textOfString(memory, field.start + 1, field.end - 1, field.escaped);
    return JSON.parse(memory.toString('utf8', field.start, field.end)) as unknown;
  };
  const failed = verdict === 'invalid' || verdict === 'too-deep' || verdict === 'empty';
  if (verdict === 'invalid') {
    expect(scanner.failedAt).toBeGreaterThanOrEqual(shift);
    expect(scanner.failedAt).toBeLessThanOrEqual(shift + bytes.length);
    expect(scanner.expected).not.toBe('');
  }
  return { verdict, values: failed ? undefined : fields.map(read) };
}

/** The same by JSON.parse. */
function parse(text: string, paths: readonly string[][]): Scanned {
  if (/^[ \t\n\r]*$/.test(text)) return { verdict: 'empty', values: undefined };
  try {
    const value = JSON.parse(text) as unknown;
    return { verdict: isObject(value) ? 'object' : 'other', values: paths.map((path) => walk(value, path)) };
  } catch {
    return { verdict: 'invalid', values: undefined };
  }
}

function walk(value: unknown, path: string[]): unknown {
  let found = value;
  for (const key of path) {
    if (!isObject(found) || !Object.hasOwn(found, key)) return 'missing';
    found = found[key];
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function expectSame(text: string, paths: readonly string[][], shift = 0): void {
  expect(scan(Buffer.from(text), paths, shift), JSON.stringify(text)).toEqual(parse(text, paths));
}

const valid = [
  '{}',
  ' \t\r\n{ \t\r\n} \t\r\n',
  '[]',
  '[[],{},[[]]]',
  '""',
  '0',
  '-0',
  '-0.0e-0',
  '1e999',
  '-1E+5',
  '1.5e-300',
  '123456789012345678901234567890',
  'true',
  'false',
  'null',
  '{"a":1,"a":2}',
  '{"a":{"b":1},"a":{"c":2}}',
  '{"a":{"b":1},"a":5}',
  '{"a":5,"a":{"b":1}}',
  '{"a":[{"b":1}],"x":{"a":{"b":2}}}',
  '{"a":{"a":{"b":3}},"b":4}',
  '{"a":{"b":{"b":1}}}',
  '{"\\u0061":{"\\u0062":1}}',
  '{"a":1,"\\u0061":2}',
  '{"\\u0061":1,"a":2}',
  '{"\\u0061b":1,"a\\u0062":{"c":"x"}}',
  '{"":{"":1}}',
  '{"__proto__":{"b":1},"constructor":{"b":2}}',
  '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83D\\uDE00\\ud83d"}',
  '{"a":"\u007f\u0080\u2028\u2029\ufeff"}',
  '{"é":{"日本":"😀"}}',
  '{"a":"b}","c":["]","{",",",":"]}',
  '{"a" : "b" , "c" : [ 1 , 2 ]}',
];

const invalid = [
  '',
  ' ',
  '{',
  '}',
  '[',
  ']',
  '{"a"}',
  '{"a":}',
  '{"a":1',
  '{"a":1,',
  '{"a":1,}',
  '{,}',
  '{,"a":1}',
  '{a:1}',
  "{'a':1}",
  '{1:1}',
  '{"a":1 "b":2}',
  '{"a":1;"b":2}',
  '{"a"::1}',
  '{"a":1}}',
  '{"a":1}{"a":2}',
  '{"a":1}\n{"a":2}',
  '{"a":1} x',
  '{"a":1]',
  '[1}',
  '[1,]',
  '[,1]',
  '[1 2]',
  '\ufeff{}',
  '{}\ufeff',
  '{}\u0000',
  '\u00a0{}',
  '\u000b{}',
  '\u000c{}',
  '//\n{}',
  '/**/{}',
  '{}#',
  '"',
  '"a',
  '"\\',
  '"\\"',
  '"\\u',
  '"\\u12',
  '"\\u12"',
  '"\\u123g"',
  '"\\U0061"',
  '"\\x41"',
  '"\\0"',
  '"\\\'"',
  '"\\\n"',
  '"\t"',
  '"\n"',
  '"a\u0000b"',
  '"abcdefgh\u001fijkl"',
  "'a'",
  '01',
  '-01',
  '00',
  '+1',
  '-',
  '--1',
  '1.',
  '.5',
  '-.5',
  '1.e5',
  '1e',
  '1e+',
  '1e1.5',
  '1_000',
  '0x10',
  '0b1',
  '1n',
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  'tru',
  'truee',
  'True',
  'TRUE',
  'nul',
  'nulll',
  'fals',
  'falsy',
  '{"a":tru}',
  '{"a":nul',
];

describe('JsonScanner', () => {
  it.each([...valid, ...invalid])('decides as JSON.parse does on %j', (text) => {
    for (let shift = 0; shift < 4; shift += 1) {
      expectSame(text, [['a'], ['a', 'b']], shift);
      expectSame(text, [['__proto__', 'b'], ['']], shift);
      expectSame(text, [['constructor'], ['é', '日本']], shift);
      expectSame(
        text,
        [
          ['ab', 'c'],
          ['', ''],
        ],
        shift,
      );
      expectSame(
        text,
        [['a', 'b'], ['a', 'c'], ['a', 'b', 'b'], ['a'], ['x', 'a', 'b'], ['b'], ['ab', 'c'], ['a']],
        shift,
      );
    }
  });

  it('knows valid from invalid in this very table', () => {
    for (const text of valid) expect(['object', 'other']).toContain(scan(Buffer.from(text), [['a'], ['b']]).verdict);
    for (const text of invalid) expect(['empty', 'invalid']).toContain(scan(Buffer.from(text), [['a'], ['b']]).verdict);
  });

  it('decides as JSON.parse does on every prefix, and with every byte replaced', () => {
    const text =
      '{"a": [-1.5e+3, "x\\n\\u00e9é", {"b": null}], "c": {"d": true, "e": false}, "a": {"b": "😀 long enough"}} ';
    const bytes = Buffer.from(text);
    for (let end = 0; end <= text.length; end += 1)
      expectSame(text.slice(0, end), [
        ['a', 'b'],
        ['c', 'd'],
      ]);
    for (let at = 0; at < bytes.length; at += 1) {
      for (let byte = 0; byte < 0x80; byte += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        // A replaced byte inside a character is not UTF-8: the scanner leaves that to its caller.
        if (changed.toString().includes('\ufffd')) continue;
        expectSame(changed.toString(), [
          ['a', 'b'],
          ['c', 'd'],
        ]);
      }
    }
  });

  it('decides as JSON.parse does on random JSON with repeated, escaped and nested keys', () => {
    // Any number of paths, prefixes of one another and equal ones among them.
    const somePaths = fc.array(fc.constantFrom(...paths), { minLength: 1, maxLength: 12 });
    fc.assert(fc.property(jsonText(), somePaths, fc.nat(3), expectSame), { numRuns: 6000 });
  });

  it('decides as JSON.parse does on random texts of its alphabet', () => {
    const tokens = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '"a"',
      '"b"',
      '\\',
      '\\u',
      '0',
      '1',
      '-',
      '.',
      'e',
      'E+',
      ' ',
      '\n',
      'true',
      'null',
      'é',
    ];
    const text = fc.array(fc.constantFrom(...tokens), { maxLength: 14 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (value) => expectSame(value, [['a'], ['b']])),
      { numRuns: 20_000 },
    );
  });

  it('decides as JSON.parse does on random JSON that was cut, spliced or overwritten', () => {
    const edits = fc.array(
      fc.tuple(fc.nat(200), fc.nat(3), fc.constantFrom('"', '\\', '{', '}', ',', ':', '1', ' ', '\u0001', 'é', '')),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(jsonText(), edits, (text, changes) => {
        let changed = text;
        for (const [at, removed, inserted] of changes) {
          const place = at % (changed.length + 1);
          changed = changed.slice(0, place) + inserted + changed.slice(place + removed);
        }
        expectSame(changed.toWellFormed(), [['a'], ['b', 'a'], ['b']]);
      }),
      { numRuns: 4000 },
    );
  });

  it('stops at the bound of nesting, wherever it is reached', () => {
    const nested = (open: string, close: string, depth: number): Buffer =>
      Buffer.from(open.repeat(depth) + close.repeat(depth));
    expect(scan(nested('[', ']', depthMax), [['a'], ['b']]).verdict).toBe('other');
    expect(scan(nested('[', ']', depthMax + 1), [['a'], ['b']]).verdict).toBe('too-deep');
    const object = (depth: number): Buffer => Buffer.from(`${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`);
    expect(scan(object(depthMax), [['a'], ['b']]).verdict).toBe('object');
    expect(scan(object(depthMax + 1), [['a'], ['b']]).verdict).toBe('too-deep');
    expect(scan(Buffer.alloc(10_000_000, '['), [['a'], ['b']]).verdict).toBe('too-deep');
    expect(scan(Buffer.from(`{"a":"${'['.repeat(1000)}"}`), [['a'], ['b']]).verdict).toBe('object');
  });

  it('follows a path as deep as the bound', () => {
    const path = Array.from({ length: depthMax }, () => 'a');
    const text = `${'{"a":'.repeat(depthMax)}7${'}'.repeat(depthMax)}`;
    expect(scan(Buffer.from(text), [path, ['b']])).toEqual({ verdict: 'object', values: [7, 'missing'] });
  });

  it('tells whether bytes beyond ASCII stand in strings', () => {
    const root = new JsonField();
    root.at(['a']);
    const scanner = new JsonScanner(root, depthMax);
    for (const [text, nonAscii] of [
      ['{"a":"plain and long enough"}', false],
      ['{"a":"é"}', true],
      ['{"é":1}', true],
    ] as const) {
      const bytes = Buffer.from(text);
      scanner.scan(bytes, 0, bytes.length);
      expect(scanner.nonAscii, text).toBe(nonAscii);
    }
  });

  it('tells keys apart whose lengths are alike, or alike modulo 32', () => {
    const long = 'k'.repeat(33);
    const text = `{"k":1,"${long}":2,"j":3,"${'j'.repeat(33)}":4,"${'k'.repeat(65)}":5}`;
    expectSame(text, [['k'], [long]]);
    expectSame(text, [[long], ['j']]);
    expectSame(text, [['k'.repeat(65)], ['k'.repeat(97)]]);
  });

  it('takes half a surrogate pair for no other character', () => {
    expectSame('{"\\ud800":1}', [['\ufffd'], ['\ud800']]);
    expectSame('{"\\ud83d\\ude00":1,"\ufffd":2}', [['😀'], ['\ufffd']]);
  });

  it('refuses a path without keys', () => {
    expect(() => new JsonField().at([])).toThrow('path: no keys');
  });

  it('is not moved by where bytes lie in memory', () => {
    const memory = Buffer.from('..{"a":"twelve bytes and more","b":1}');
    for (const offset of [1, 2]) {
      const root = new JsonField();
      const field = root.at(['b']);
      const view = memory.subarray(offset);
      const scanner = new JsonScanner(root, depthMax);
      expect(scanner.scan(view, 2 - offset, view.length)).toBe('object');
      expect(view.toString('utf8', field.start, field.end)).toBe('1');
    }
  });
});

const paths = [
  ['a'],
  ['b'],
  ['a', 'b'],
  ['a', 'a'],
  ['b', 'a'],
  ['a', 'a', 'b'],
  ['a', 'b', 'a'],
  ['__proto__'],
  ['__proto__', 'a'],
  ['é'],
  [''],
];

/** JSON text as no serialiser writes it: free white space, escapes in keys, keys that repeat. */
function jsonText(): fc.Arbitrary<string> {
  const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r');
  const keys = [
    '"a"',
    '"b"',
    '"\\u0061"',
    '"\\u0062"',
    '"__proto__"',
    '"constructor"',
    '"é"',
    '"\\u00E9"',
    '""',
    '"a\\/"',
  ];
  const scalars = [
    '0',
    '-0',
    '1e999',
    '-1.25E-3',
    'true',
    'false',
    'null',
    '""',
    '"é😀"',
    '"\\ud83d"',
    '"\\\\\\""',
    '"a long string that fills words"',
  ];
  const scalar = fc.oneof(
    fc.constantFrom(...scalars),
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text.toWellFormed())),
  );
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'json' },
      scalar,
      fc
        .tuple(space, fc.array(fc.tuple(fc.constantFrom(...keys), space, tie('value')), { maxLength: 4 }))
        .map(
          ([gap, members]) =>
            `{${gap}${members.map(([key, space, member]) => `${key}${space}:${gap}${member}${space}`).join(`,${gap}`)}}`,
        ),
      fc
        .tuple(space, fc.array(tie('value'), { maxLength: 3 }))
        .map(([gap, items]) => `[${gap}${items.join(`${gap},${gap}`)}]`),
    ),
  }));
  return fc.tuple(space, value, space).map((parts) => parts.join(''));
}
