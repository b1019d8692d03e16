import { expect, test } from 'vitest';
import { encodeSequence } from '../series/sequence.ts';
import { notPassed } from './passed.ts';

const fence = (sequence: number): string => encodeSequence(String(sequence));

test.each([
  ['at it', { recount: fence(100) }, true],
  ['past it', { recount: fence(101) }, true],
  ['behind it', { recount: fence(99) }, false],
  ['shorter numbers are smaller', { recount: fence(99), first: fence(101) }, false],
  ['never begun, and nobody has looked', {}, false],
  ['never begun, on a shard that has nothing', { first: 'none' }, true],
  ['never begun, on a shard that begins past it', { first: fence(101) }, true],
  ['never begun, on a shard that holds its record', { first: fence(100) }, false],
  ['never begun, on a shard that begins before it', { first: fence(9) }, false],
] as const)('the recount is %s', (_, change, passed) => {
  const shards = [
    { shardId: 'other', live: fence(1), recount: fence(1) },
    { shardId: 'shard', live: fence(100), ...change },
  ];
  expect(notPassed(shards)).toEqual(passed ? [] : ['shard']);
});
