import { describe, expect, it } from 'vitest';
import { compileTransform } from './transform.ts';

const names = { pipeArn: 'arn:pipe', pipeName: 'p', sourceArn: 'arn:source', targetArn: 'arn:target' };
const data = { name: 'page view', tags: ['a', 'b'], nested: { n: 1 } };
const ingestedMs = Date.parse('2026-11-20T09:00:00Z');

function transformed(template: string, body: unknown = data): unknown {
  const compiled = compileTransform(template);
  if (!compiled.ok) return compiled.mistakes;
  const record = {
    eventID: 'shard:1',
    data: Buffer.from(JSON.stringify(body)).toString('base64'),
    partitionKey: 'k "1"',
  };
  return JSON.parse(compiled.transform({ record, body: () => body, ingestedMs }, names));
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

  it('passes data that are no JSON as text, and the record as it is with them in base64', () => {
    expect(transformed('<$.data>', 'no JSON')).toBe('no JSON');
    expect(transformed('<aws.pipes.event>', 'x')).toMatchObject({ data: Buffer.from('"x"').toString('base64') });
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
