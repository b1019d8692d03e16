import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayNumber, formatDay } from '../series/day.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { ArchiveObject } from './object.ts';
import { archiveKey, archivePrefix, isBadArchive, parseArchiveKey } from './object.ts';

const object: ArchiveObject = {
  source: 'web-shop',
  shardId: 'shardId-000000000003',
  day: '2026-11-02',
  first: '003:495',
  last: '004:1000',
};
const key = 'archive/web-shop/shardId-000000000003/2026-11-02/003:495-004:1000.jsonl.gz';

const sequence = fc.bigInt({ min: 0n, max: 10n ** 129n - 1n });
const anyObject = fc
  .record({
    source: fc.stringMatching(/^[a-z][a-z0-9]{0,9}(?:-[a-z0-9]{1,9}){0,2}$/),
    shardId: fc.stringMatching(/^shardId-\d{12}$/),
    timeMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    bounds: fc.tuple(sequence, sequence),
  })
  .map(({ timeMs, bounds, ...rest }) => {
    const [first = '', last = ''] = bounds.map((bound) => encodeSequence(String(bound))).sort();
    return { ...rest, day: formatDay(dayNumber(timeMs)), first, last };
  });

describe('the key of an object', () => {
  test('says what the object holds', () => {
    expect(archiveKey(object)).toBe(key);
    expect(parseArchiveKey(key)).toEqual(object);
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(anyObject, (each) => {
        expect(parseArchiveKey(archiveKey(each))).toEqual(each);
      }),
    );
  });

  test('has the order of the records within a day of a shard', () => {
    fc.assert(
      fc.property(anyObject, fc.tuple(sequence, sequence), (each, firsts) => {
        const [one, other] = firsts.map((first) => {
          const fence = encodeSequence(String(first));
          return { fence, key: archiveKey({ ...each, first: fence, last: fence }) };
        });
        expect((one?.key ?? '') < (other?.key ?? '')).toBe((one?.fence ?? '') < (other?.fence ?? ''));
      }),
    );
  });

  test.each([
    ['key', 'quarantine/web/2026-11-02/shardId-000000000003/495-0.json'],
    ['key', `${key}.tmp`],
    ['key', key.replace('.gz', '')],
    ['key', 'archive/web-shop/shardId-000000000003/003:495-004:1000.jsonl.gz'],
    ['key', `other/${key}`],
    ['source', key.replace('web-shop', 'web shop')],
    ['shardId', key.replace('shardId-000000000003', 'shard 3')],
    ['day', key.replace('2026-11-02', '2026-02-30')],
    ['day', key.replace('2026-11-02', '20261102')],
    ['first', key.replace('003:495', '004:495')],
    ['first', key.replace('003:495', '495')],
    ['first', key.replace('003:495', '004:0495')],
    ['last', key.replace('004:1000', '004:1e10')],
    ['last', key.replace('004:1000', '002:99')],
  ])('that is spoiled names the %s: %s', (field, spoiled) => {
    expect(parseArchiveKey(spoiled)).toEqual({ kind: 'bad', field, detail: expect.any(String) });
  });

  test('begins with what the objects of a source, of a shard and of a day have in common', () => {
    expect(archivePrefix('web-shop')).toBe('archive/web-shop/');
    expect(archivePrefix('web-shop', object.shardId)).toBe('archive/web-shop/shardId-000000000003/');
    expect(key.startsWith(archivePrefix('web-shop', object.shardId, object.day))).toBe(true);
    expect(isBadArchive(object)).toBe(false);
  });
});
