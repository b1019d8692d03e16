import { describe, expect, it } from 'vitest';
import { compileTransform } from './transform.ts';

const names = { pipeArn: 'arn:pipe', pipeName: 'p', sourceArn: 'arn:source', targetArn: 'arn:target' };
const data = { name: 'page view', tags: ['a', 'b'], nested: { n: 1 } };
const ingestedMs = Date.parse('2026-11-20T09:00:00Z');

const base64 = (text: string) => Buffer.from(text).toString('base64');

function transformed(template: string, text = JSON.stringify(data)): unknown {
  const compiled = compileTransform(template);
  if (!compiled.ok) return compiled.mistakes;
  const record = { eventID: 'shard:1', data: base64(text), partitionKey: 'k "1"' };
  return JSON.parse(compiled.transform({ record, data: Buffer.from(text), ingestedMs }, names));
}

describe('an input template', () => {
  it.each<[string, unknown]>([
    ['"static"', 'static'],
    ['<$.eventID>', 'shard:1'],
    ['"record <$.eventID>"', 'record shard:1'],
    ['{"key": <$.partitionKey>, "said": "it is <$.partitionKey>"}', { key: 'k "1"', said: 'it is k "1"' }],
    ['<$.data>', data],
    [
      '{"name": "<$.data.name>", "n": <$.data.nested.n>, "tag": <$.data.tags[1]>}',
      { name: 'page view', n: 1, tag: 'b' },
    ],
    ['{"missing": <$.data.none>}', { missing: '' }],
    [
      '[<aws.pipes.pipe-arn>, <aws.pipes.pipe-name>, <aws.pipes.source-arn>, <aws.pipes.target-arn>]',
      ['arn:pipe', 'p', 'arn:source', 'arn:target'],
    ],
    ['<aws.pipes.event.ingestion-time>', '2026-11-20T09:00:00.000Z'],
    ['{"e": <aws.pipes.event.json>}', { e: { eventID: 'shard:1', partitionKey: 'k "1"', data } }],
  ])('%s', (template, expected) => {
    expect(transformed(template)).toEqual(expected);
  });

  it('leaves data that are no JSON in base64, and gives the event with data as they came', () => {
    const record = { eventID: 'shard:1', data: base64('no JSON'), partitionKey: 'k "1"' };
    expect(transformed('<$.data>', 'no JSON')).toBe(base64('no JSON'));
    expect(transformed('<aws.pipes.event.json>', 'no JSON')).toEqual(record);
    expect(transformed('<aws.pipes.event>', 'no JSON')).toEqual(record);
    expect(transformed('<aws.pipes.event>')).toEqual({ ...record, data: base64(JSON.stringify(data)) });
  });

  it.each([
    ['Hello, <$.eventID>', 'this is not'],
    ['{"<$.eventID>": 1}', 'a placeholder cannot be a key'],
    ['<$.data[*]>', '<$.data[*]> is not known'],
    ['<aws.pipes.enrichment-arn>', '<aws.pipes.enrichment-arn> is not known'],
  ])('%s is refused', (template, mistake) => {
    expect(transformed(template)).toEqual([expect.stringContaining(mistake)]);
  });
});
