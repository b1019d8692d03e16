import { expect, it } from 'vitest';
import { compileFilter } from './filter.ts';
import type { SourceRecord } from './source.ts';

function passes(
  patterns: readonly unknown[],
  body: unknown,
  metadata: Readonly<Record<string, unknown>> = {},
): boolean {
  const filter = compileFilter(
    patterns.map((pattern) => JSON.stringify(pattern)),
    'data',
  );
  if (!filter.ok) throw new Error(filter.mistakes.join('; '));
  const filterSubject = { bodyKey: 'data', metadata: () => metadata, body: () => body };
  const record: SourceRecord = { sequenceNumber: '1', arrivalMs: 0, json: '', jsonBytes: 0, filterSubject };
  return filter.passes(record);
}

it.each<[string, readonly unknown[], unknown, Readonly<Record<string, unknown>>, boolean]>([
  ['nothing asked', [], 'x', {}, true],
  ['JSON under a pattern with fields', [{ data: { a: [1] } }], { a: 1 }, {}, true],
  ['other JSON under it', [{ data: { a: [1] } }], { a: 2 }, {}, false],
  ['a text under it', [{ data: { a: [{ exists: false }] } }], 'text', {}, false],
  ['a text under a pattern of texts', [{ data: ['text', 'other'] }], 'text', {}, true],
  ['JSON under a pattern of texts', [{ data: [{ exists: true }] }], { a: 1 }, {}, false],
  ['metadata beside a text', [{ partitionKey: ['p'] }], 'text', { partitionKey: 'p' }, true],
  ['other metadata', [{ partitionKey: ['p'], data: { a: [1] } }], { a: 1 }, { partitionKey: 'q' }, false],
  ['one pattern of several', [{ data: { a: [1] } }, { data: { a: [2] } }], { a: 2 }, {}, true],
  [
    'a text under alternatives',
    [{ $or: [{ data: { a: [1] } }, { partitionKey: ['p'] }] }],
    'text',
    { partitionKey: 'p' },
    true,
  ],
])('%s: %#', (_, patterns, body, metadata, expected) => {
  expect(passes(patterns, body, metadata)).toBe(expected);
});

it('refuses what a pattern holds and is not known', () => {
  expect(compileFilter(['{"data":{"a":[{"cidr":"x"}]}}'], 'data')).toMatchObject({
    ok: false,
    mistakes: [expect.stringMatching(/^FilterCriteria: \$\.data\.a\[0\]: /)],
  });
});
