import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const known = ['event', 'buckets', 'maxSeries', 'retries', 'arn', 'time'];

it.each([
  { word: 'bukets', near: 'buckets' },
  { word: 'bucket', near: 'buckets' },
  { word: 'BUCKETS', near: 'buckets' },
  { word: 'max_series', near: 'maxSeries' },
  { word: 'retires', near: 'retries' },
  { word: 'evnt', near: 'event' },
  { word: 'ar', near: 'arn' },
  { word: 'tiem', near: 'time' },
  { word: 'window', near: undefined },
  { word: '', near: undefined },
  { word: 'x'.repeat(10_000), near: undefined },
])('$word -> $near', ({ word, near }) => {
  expect(nearest(word, known)).toBe(near);
});
