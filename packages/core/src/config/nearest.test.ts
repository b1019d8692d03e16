import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const known = ['event', 'buckets', 'maxSeries', 'retries', 'arn', 'time'];

it.each<[word: string, expected: string | undefined]>([
  ['bukets', 'buckets'],
  ['bucket', 'buckets'],
  ['BUCKETS', 'buckets'],
  ['max_series', 'maxSeries'],
  ['retires', 'retries'],
  ['evnt', 'event'],
  ['ar', 'arn', 'time'],
  ['tiem', 'time'],
  ['window', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
])('%s -> %s', (word, expected) => {
  expect(nearest(word, known)).toBe(expected);
});
