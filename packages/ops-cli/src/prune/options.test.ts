import type { DeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import { parseDays, sizesNamed } from './options.ts';

const day = 86_400_000;
const source = {
  name: 'web',
  buckets: ['1m', '1h'],
  window: { seconds: 60, function: 'w' },
} as unknown as DeployedSource;

test.each([
  ['1d', 1],
  ['90d', 90],
  ['2w', 14],
  ['36500d', 36_500],
])('%s are %i days', (text, days) => expect(parseDays(text)).toBe(days * day));

test.each(['0d', '0w', '1h', '90', 'd', '-1d', '1.5d', '36501d', '5215w', '90 d'])('%j is no length of time', (text) =>
  expect(() => parseDays(text)).toThrow('Expected whole days or weeks'),
);

test('sizes are those of the source, in its order, each once', () => {
  expect(sizesNamed(source, undefined)).toBeUndefined();
  expect(sizesNamed(source, ['window', '1m', 'window'])).toEqual(['1m', 'w60']);
  expect(() => sizesNamed(source, ['1m', '5m'])).toThrow('source web has no 5m; expected one of: 1m, 1h, window');
});
