import { expect, test } from 'vitest';
import { encodeSequence } from '../series/sequence.ts';
import { cameBack } from './came-back.ts';

const held = (EventCount: number, sequence: number) => ({ EventCount, LastSequence: encodeSequence(String(sequence)) });

test.each([
  ['some of its records, counted anew', held(2, 90), true],
  ['all but those that have left the stream', held(4, 100), true],
  ['all of them', held(5, 100), false],
  ['more, put there by hand', held(6, 100), false],
  ['records that the export does not know', held(2, 101), false],
  ['records beyond a longer number', held(2, 1000), false],
])('%s', (_, standing, expected) => {
  expect(cameBack(standing, held(5, 100))).toBe(expected);
});
