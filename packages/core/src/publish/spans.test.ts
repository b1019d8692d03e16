import { expect, test } from 'vitest';
import type { Source } from '../config.ts';
import { publishedSpans } from './spans.ts';

const source: Source = { name: 'web', revisions: [], buckets: [], maxSeries: 1 };

test.each<[string, Partial<Source>, object]>([
  ['its smallest buckets', { buckets: ['5m', '1h'] }, { bucket: '5m' }],
  ['its windows, by their length', { window: { seconds: 30 } }, { window: 'w30' }],
  ['both', { buckets: ['1m'], window: { seconds: 900 } }, { bucket: '1m', window: 'w900' }],
])('of a source are published %s', (_, has, spans) => {
  expect(publishedSpans({ ...source, ...has })).toEqual(spans);
});

test('a source without buckets and window is none', () => {
  expect(() => publishedSpans(source)).toThrow('web: a source without buckets and window');
});
