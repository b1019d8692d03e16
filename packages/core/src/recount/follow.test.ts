import { expect, test } from 'vitest';
import { encodeSequence } from '../series/sequence.ts';
import { followed } from './follow.ts';

const records = ['8', '10', '12'].map((sequenceNumber) => ({
  sequenceNumber,
  data: '',
  partitionKey: 'k',
  arrivalMs: 0,
}));

test.each([
  ['has not begun', undefined, 3],
  ['stands before them', '7', 0],
  ['stands at the first', '8', 1],
  ['stands between two', '11', 2],
  ['stands at the last', '12', 3],
  ['stands past them', '100', 3],
])('of a shard on which live counting %s', (_, live, count) => {
  expect(followed(records, live === undefined ? undefined : encodeSequence(live))).toBe(count);
});
