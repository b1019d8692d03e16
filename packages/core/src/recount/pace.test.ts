import { expect, test } from 'vitest';
import { recountMsMin } from './pace.ts';

test.each([
  ['nothing', [], 0],
  ['a record of 3 bytes and a key of 1', [{ data: 'AAAA', partitionKey: 'k' }], 1],
  ['750,000 bytes of data', [{ data: 'A'.repeat(1_000_000), partitionKey: '' }], 750],
  [
    'six megabytes of base64',
    Array<{ data: string; partitionKey: string }>(6).fill({ data: 'A'.repeat(1_000_000), partitionKey: '' }),
    4500,
  ],
])('%s', (_, records, milliseconds) => {
  expect(recountMsMin(records)).toBe(milliseconds);
});
