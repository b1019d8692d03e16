import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSequence } from '../series/sequence.ts';
import type { Oldest, RecountedShard, WholeStretch } from './whole.ts';
import { hasLead, isOutrun, leadMsMin, wholeOf } from './whole.ts';

const minuteMs = 60_000;
const nowMs = 1e9;
/** The record of that number arrived so many minutes after the epoch. */
const fence = (record: number) => encodeSequence(String(record));
const oldest = (record: number): Oldest => ({ fence: fence(record), arrivalMs: record * minuteMs });
const recount = (first: number, last: number, more: Partial<RecountedShard> = {}): RecountedShard => ({
  FirstSequence: fence(first),
  FirstArrivalMs: first * minuteMs,
  LastSequence: fence(last),
  ArrivalMs: last * minuteMs,
  ...more,
});
const stretch = (from: number, upTo: number): WholeStretch => ({
  From: fence(from),
  FromMs: from * minuteMs,
  UpTo: fence(upTo),
});

describe('the stretch that a recount surely has', () => {
  it.each<[string, WholeStretch | undefined, RecountedShard, Oldest, WholeStretch]>([
    ['grows from the first record on, while that is on the stream', undefined, recount(5, 9), oldest(5), stretch(5, 9)],
    ['begins anew where the first record has left', undefined, recount(5, 9), oldest(6), stretch(9, 9)],
    ['grows while its end is on the stream', stretch(5, 9), recount(5, 20), oldest(9), stretch(5, 20)],
    ['begins anew where its end has left', stretch(5, 9), recount(5, 20), oldest(10), stretch(20, 20)],
    ['begins anew where everything has left', stretch(5, 9), recount(5, 20), 'none', stretch(20, 20)],
    ['stays where nobody could look', stretch(5, 9), recount(5, 20), 'unknown', stretch(5, 9)],
    ['stays where the recount does, whatever leaves', stretch(5, 9), recount(5, 9), oldest(99), stretch(5, 9)],
    [
      'holds an archive, and what the pipe began with',
      undefined,
      recount(1, 30, { archiveEnd: fence(20) }),
      oldest(15),
      stretch(1, 30),
    ],
    [
      'holds an archive whose shard has left',
      undefined,
      recount(1, 20, { archiveEnd: fence(20) }),
      'none',
      { ...stretch(1, 20), EmptyMs: nowMs },
    ],
    [
      'goes on where nothing lay between archive and pipe',
      undefined,
      recount(1, 40, { archiveEnd: fence(20), StreamFirstSequence: fence(30) }),
      oldest(30),
      stretch(1, 40),
    ],
  ])('%s', (_, before, shard, look, expected) => {
    expect(wholeOf(before, shard, look, nowMs)).toEqual(expected);
  });

  it('grows over what came to a shard that was empty, for as long as every stream keeps it', () => {
    const empty = { ...stretch(1, 20), EmptyMs: nowMs };
    expect(wholeOf(empty, recount(1, 40), oldest(30), nowMs + 22 * 60 * minuteMs)).toEqual(stretch(1, 40));
    expect(wholeOf(empty, recount(1, 40), oldest(30), nowMs + 24 * 60 * minuteMs)).toEqual(stretch(40, 40));
  });

  it('never holds a record that left the stream unread', () => {
    // A reader and a horizon that move as they like, a look after each of their moves, some of them cut off.
    const moves = fc.array(fc.record({ reads: fc.nat(20), leaves: fc.nat(20), isCutOff: fc.boolean() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(moves, (all) => {
        let horizon = 1;
        let position = 0;
        let held: WholeStretch | undefined;
        const read = new Set<number>();
        let first: number | undefined;
        for (const { reads, leaves, isCutOff } of all) {
          horizon += leaves;
          for (let count = 0; count < reads; count += 1) {
            position = Math.max(position + 1, horizon);
            read.add(position);
            first ??= position;
          }
          if (first === undefined) continue;
          held = wholeOf(held, recount(first, position), isCutOff ? 'unknown' : oldest(horizon), nowMs);
          const from = Number(held.From.split(':')[1]);
          const upTo = Number(held.UpTo.split(':')[1]);
          for (let record = from; record <= upTo; record += 1) expect(read.has(record)).toBe(true);
        }
      }),
    );
  });
});

describe('the lead over the trim horizon', () => {
  const position = (record: number) => ({ LastSequence: fence(record), ArrivalMs: record * minuteMs });
  it.each([
    ['half an hour', position(100), position(500), oldest(100 - leadMsMin / minuteMs), true],
    ['a minute less', position(100), position(500), oldest(101 - leadMsMin / minuteMs), false],
    ['level with live counting', position(499), position(500), oldest(499), true],
    ['unknown', position(100), position(500), 'unknown' as const, false],
  ])('%s', (_, shard, live, look, expected) => {
    expect(hasLead(shard, live, look)).toBe(expected);
  });
});

it('a stretch that began anew spoils a first bucket that its arrivals can reach', () => {
  const shard = recount(5, 200);
  const reach = (200 + 1 + 120) * minuteMs;
  expect(isOutrun(stretch(5, 200), shard, 0)).toBe(false);
  expect(isOutrun(stretch(200, 200), shard, reach)).toBe(false);
  expect(isOutrun(stretch(200, 200), shard, reach - 1)).toBe(true);
});
