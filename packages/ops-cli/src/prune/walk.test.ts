import type { WorkRange } from '@tidemark/core/prune/work';
import { encodeBucket } from '@tidemark/core/series/key';
import { expect, test } from 'vitest';
import type { KeysPage, SortKeyRange } from '../aws/dynamodb.ts';
import { walk } from './walk.ts';

const startMs = Date.parse('2026-08-01T00:00:00Z');
const minute = 60_000;
const day = 24 * 60 * minute;

/** A table that holds these keys of each name, read in pages of 1,000; an item has 200 bytes. */
function tablesWith(byName: Readonly<Record<string, readonly string[]>>) {
  return {
    async *keys(_table: string, name: string, { low, high }: SortKeyRange): AsyncGenerator<KeysPage> {
      const found = (byName[name] ?? []).filter((key) => low <= key && key <= high).sort();
      for (let at = 0; at < found.length; at += 1000) {
        const keys = found.slice(at, at + 1000);
        yield { keys, bytes: keys.length * 200 };
      }
    },
  };
}

const key = (generation: number, atMs: number, slice = '000000000000') =>
  encodeBucket({ size: '1m', generation, startMs: atMs, slice });
const expired: WorkRange = { size: '1m', generation: 0, fromMs: startMs, toMs: startMs + 4 * day, exported: true };
const later: WorkRange = { ...expired, fromMs: startMs + 4 * day, toMs: startMs + 5 * day };
const replaced: WorkRange = { size: '1m', generation: 3, fromMs: startMs, exported: false };

const kind = ({ size, generation, exported }: WorkRange) => ({ size, generation, exported });

test('counts items, buckets once a series, series, bytes and objects, range by range', async () => {
  const twoShards = [0, 1].flatMap((at) =>
    ['000000000000', '000000000001'].map((slice) => key(0, startMs + at * minute, slice)),
  );
  const tables = tablesWith({
    // Two days: two objects. What starts at the end of the last range, and another generation, are no part of it.
    'page view': [
      ...twoShards,
      key(0, startMs + day),
      key(0, startMs + 4 * day),
      key(0, startMs + 5 * day),
      key(3, startMs),
    ],
    click: [key(0, startMs), key(3, startMs), key(3, startMs + 9 * day)],
    // Somebody else's.
    silent: ['1m#0000#2026-08-01T00:00:00Z'],
  });
  const seen: number[] = [];
  const { tallies, series } = await walk(
    tables,
    'series',
    ['page view', 'click', 'silent'],
    [expired, later, replaced],
    ({ items }) => {
      seen.push(items);
    },
  );
  expect(tallies).toEqual([
    { ...kind(expired), ranges: [expired, later], series: 2, buckets: 5, items: 7, bytes: 1400, objects: 4 },
    { ...kind(replaced), ranges: [replaced], series: 2, buckets: 3, items: 3, bytes: 600, objects: 0 },
  ]);
  expect(series).toBe(2);
  expect(seen.at(-1)).toBe(10);
});

test('an object has 5,000 items of a day at most, however they are read', async () => {
  const slices = (shards: number) => Array.from({ length: shards }, (_, at) => String(at).padStart(12, '0'));
  const minutes = Array.from({ length: 1440 }, (_, at) => startMs + at * minute);
  const of = (shards: number, fromMs = 0) =>
    minutes.flatMap((atMs) => slices(shards).map((slice) => key(0, atMs + fromMs, slice)));
  const objects = async (keys: readonly string[]) =>
    (await walk(tablesWith({ a: keys }), 'series', ['a'], [expired], () => {})).tallies[0]?.objects;
  expect(await objects(of(1))).toBe(1);
  expect(await objects(of(4))).toBe(2);
  expect(await objects([...of(4).slice(0, 5000)])).toBe(1);
  expect(await objects([...of(4).slice(0, 5001)])).toBe(2);
  expect(await objects([...of(7), ...of(1, day)])).toBe(4);
});
