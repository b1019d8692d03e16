import { expect, test } from 'vitest';
import { outputKey, parseDeployedSource } from './deployment.ts';

const web = {
  name: 'web',
  position: 0,
  stream: 'tidemark-dev-web',
  streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/tidemark-dev-web',
  seriesTable: 'series',
  controlTable: 'control',
  bucket: 'data',
  count: 'count-web',
  publish: 'publish-web',
  dashboard: 'web',
  buckets: ['1m', '1h'],
  event: { name: ['event_type'], time: ['utc_timestamp'] },
};

test('reads what a stack output holds', () => {
  expect(parseDeployedSource(JSON.stringify(web))).toEqual(web);
});

test.each([
  ['{', 'value: Invalid JSON'],
  [JSON.stringify({ ...web, stream: 3 }), 'stream: '],
  [JSON.stringify({ ...web, buckets: ['2m'] }), 'buckets.0: '],
])('names what is wrong with %s', (json, message) => {
  expect(() => parseDeployedSource(json)).toThrow(message);
});

test.each([
  ['web', 'SourceWeb'],
  ['web-shop', 'SourceWebShop'],
  ['a1-b2', 'SourceA1B2'],
])('the output of %s is %s', (name, key) => {
  expect(outputKey(name)).toBe(key);
});
