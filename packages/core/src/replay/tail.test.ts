import { expect, test } from 'vitest';
import { encodeSequence } from '../series/sequence.ts';
import type { TailShard } from './tail.ts';
import { contiguityOf } from './tail.ts';

const fence = (sequence: number): string => encodeSequence(String(sequence));
const hourMs = 60 * 60_000;
const fromMs = 100 * hourMs;
const live = { LastSequence: fence(50), ArrivalMs: 120 * hourMs };
const shard = (change: Partial<TailShard>): TailShard => ({ shardId: 'shard', live, liveFirst: fence(1), ...change });

test.each([
  ['a record came both ways', { archiveEnd: fence(40), streamFirst: fence(40) }, 'contiguous'],
  ['the stream begins before the end of the archive', { archiveEnd: fence(40), streamFirst: fence(30) }, 'contiguous'],
  ['the stream begins past the end of the archive', { archiveEnd: fence(40), streamFirst: fence(41) }, 'gap'],
  [
    'past it, and live counting has not handled anything there',
    { archiveEnd: fence(50), streamFirst: fence(51) },
    'contiguous',
  ],
  ['nothing came by the pipe yet', { archiveEnd: fence(40) }, 'waiting'],
  ['nothing came by the pipe, and there is something', { archiveEnd: fence(40), isEmpty: false }, 'waiting'],
  ['nothing is left on the stream, and all was archived', { archiveEnd: fence(50), isEmpty: true }, 'contiguous'],
  ['nothing is left on the stream, and not all was archived', { archiveEnd: fence(40), isEmpty: true }, 'gap'],
  ['never archived, and on the stream from its first record', { streamFirst: fence(1) }, 'contiguous'],
  ['never archived, and its beginning is gone', { streamFirst: fence(2) }, 'gap'],
  ['never archived, and all of it is gone', { isEmpty: true }, 'gap'],
] as const)('%s', (_, change, expected) => {
  expect(contiguityOf(shard(change), fromMs)).toBe(expected);
});

test('a shard that nobody noted the first record of is no whole shard', () => {
  const { liveFirst: _, ...unknown } = shard({ streamFirst: fence(1) });
  expect(contiguityOf(unknown, fromMs)).toBe('gap');
  expect(contiguityOf({ ...unknown, liveFirst: '' }, fromMs)).toBe('gap');
});

test('a shard that live counting is just about to begin', () => {
  expect(contiguityOf({ shardId: 'shard', streamFirst: fence(1) }, fromMs)).toBe('waiting');
  expect(contiguityOf({ shardId: 'shard', isEmpty: true }, fromMs)).toBe('contiguous');
});

test('a shard whose last record arrived long before the range plays no part in it', () => {
  const old = { ...live, ArrivalMs: 97 * hourMs };
  expect(contiguityOf(shard({ live: old, isEmpty: true }), fromMs)).toBe('gap');
  expect(contiguityOf(shard({ live: { ...old, ArrivalMs: 97 * hourMs - 1 }, isEmpty: true }), fromMs)).toBe(
    'contiguous',
  );
});
