import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpanSize } from '../series/key.ts';
import {
  againKey,
  countsPrefix,
  exportDay,
  exportKey,
  parseExportKey,
  reportKey,
  seriesKey,
  seriesPrefix,
} from './object.ts';

const firstMs = Date.parse('2026-08-01T09:30:05Z');
const object = {
  source: 'web-shop',
  size: '1m',
  day: '2026-08-01',
  series: seriesKey('page view'),
  generation: 7,
  firstMs,
  slice: '000000000003',
} as const;
const key = `prune/web-shop/counts/size=1m/day=2026-08-01/${seriesKey('page view')}-0007-093005-000000000003.jsonl.gz`;

describe('the key of an export', () => {
  test('says what the object holds', () => {
    expect(exportKey(object)).toBe(key);
    expect(parseExportKey(key)).toEqual(object);
    expect(key.startsWith(seriesPrefix('web-shop', '1m', '2026-08-01', 'page view'))).toBe(true);
    expect(key.startsWith(countsPrefix('web-shop', '1m'))).toBe(true);
    expect(countsPrefix('web-shop')).toBe('prune/web-shop/counts/');
  });

  test('lies elsewhere for what came back, and for reports', () => {
    const name = `${object.series}-0007-093005-000000000003.jsonl.gz`;
    expect(againKey('run', object)).toBe(`prune/web-shop/again/run/size=1m/day=2026-08-01/${name}`);
    expect(parseExportKey(againKey('run', object))).toBeUndefined();
    expect(reportKey('web-shop', 'run')).toBe('prune/web-shop/reports/run.json');
  });

  test('is read as it was written, whatever the name, and belongs to that name alone', () => {
    const any = fc.record({
      name: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      other: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      size: fc.constantFrom<SpanSize>('1m', '1d', 'w60', 'w900'),
      second: fc.integer({ min: 0, max: 4_102_444_800 }),
      generation: fc.integer({ min: 0, max: 9999 }),
      slice: fc.stringMatching(/^[A-Za-z0-9_.-]{1,30}$/),
    });
    fc.assert(
      fc.property(any, ({ name, other, second, ...rest }) => {
        const day = exportDay(second * 1000);
        const whole = { source: 'web', ...rest, firstMs: second * 1000, day, series: seriesKey(name) } as const;
        const text = exportKey(whole);
        expect(parseExportKey(text)).toEqual(whole);
        expect(text).toMatch(/^[A-Za-z0-9_.=/-]+$/);
        const prefix = seriesPrefix('web', whole.size, day, other);
        expect(text.startsWith(prefix)).toBe(name === other);
      }),
    );
  });

  test.each([
    ['no object', 'prune/web/counts/size=1m/day=2026-08-01/'],
    ['an unknown size', key.replace('size=1m', 'size=2m')],
    ['an unknown day', key.replace('2026-08-01', '2026-02-30')],
    ['no time', key.replace('093005', '253005')],
    ['no series', key.replace(object.series, 'page_view')],
    ['another folder', key.replace('counts', 'reports')],
    ['another ending', key.replace('.gz', '')],
  ])('of %s is none', (_, text) => {
    expect(parseExportKey(text)).toBeUndefined();
  });
});

test('a series is named by what people read of its name, and told apart by the rest', () => {
  expect(seriesKey('page view/é')).toMatch(/^page_view__-[0-9a-f]{16}$/);
  expect(seriesKey('a-b')).toMatch(/^a_b-[0-9a-f]{16}$/);
  expect(seriesKey('x'.repeat(200))).toMatch(/^x{40}-[0-9a-f]{16}$/);
  expect(seriesKey('x'.repeat(200))).not.toBe(seriesKey('x'.repeat(201)));
});
