import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamRecord } from '../count/record.ts';
import { arrivalDisorderMsMax } from '../limits.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import type { Fence } from '../series/sequence.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { ArchiveObject } from './object.ts';
import { afterHandled } from './reading.ts';
import { selectObjects } from './select.ts';

const dayMs = 24 * 60 * 60 * 1000;
const startMs = Date.parse('2026-11-02T00:00:00Z');
const everything = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** Records whose arrivals go forward by `stepsMs`, but for a disorder that the archive allows. */
function shardOf(steps: readonly { readonly stepMs: number; readonly earlierMs: number }[]): StreamRecord[] {
  let arrivalMs = startMs;
  return steps.map(({ stepMs, earlierMs }, index) => {
    arrivalMs += stepMs;
    // Numbers of unlike lengths.
    return { sequenceNumber: String((index + 8) * 3), partitionKey: 'k', arrivalMs: arrivalMs - earlierMs, data: '' };
  });
}

function objectOf(records: readonly StreamRecord[], from: number, to: number): ArchiveObject {
  const [first, last] = [records[from], records[to - 1]];
  if (first === undefined || last === undefined) throw new RangeError(`${from} to ${to} of ${records.length}`);
  return {
    ...{ source: 'web', shardId: 'shardId-000000000000', day: formatDay(dayNumber(first.arrivalMs)) },
    ...{ first: encodeSequence(first.sequenceNumber), last: encodeSequence(last.sequenceNumber) },
  };
}

/** What a reader of the selection handles, in its order. */
function readThrough(records: readonly StreamRecord[], objects: readonly ArchiveObject[]): StreamRecord[] {
  const handled: StreamRecord[] = [];
  let fence: Fence | undefined;
  for (const { first, last } of objects) {
    const held = records.filter(({ sequenceNumber }) => {
      const each = encodeSequence(sequenceNumber);
      return first <= each && each <= last;
    });
    handled.push(...afterHandled(held, fence));
    fence = fence === undefined || last > fence ? last : fence;
  }
  return handled;
}

const steps = fc.array(
  fc.record({
    // Bursts, and stretches of days without a record.
    stepMs: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 3 * dayMs })),
    earlierMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: arrivalDisorderMsMax })),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
);
/** Where a range begins and ends, and how batches were cut and cut again, as parts of the whole. */
const part = fc.double({ min: 0, max: 1, noNaN: true });
const cuts = fc.array(fc.nat({ max: 59 }), { maxLength: 12, size: 'max' });
const retried = fc.array(fc.tuple(fc.nat({ max: 59 }), fc.integer({ min: 1, max: 20 })), {
  maxLength: 12,
  size: 'max',
});

/** Every record in some object, and other objects over them; each listed once or twice, in any order. */
const archived = fc
  .record({ steps, cuts, retried, order: fc.infiniteStream(fc.nat()), twice: fc.infiniteStream(fc.boolean()) })
  .map(({ steps, cuts, retried, order, twice }) => {
    const records = shardOf(steps);
    const borders = [...new Set([0, ...cuts.filter((cut) => cut < records.length), records.length])].sort(
      (one, other) => one - other,
    );
    const batches = borders.slice(1).map((to, index) => objectOf(records, borders[index] ?? 0, to));
    const again = retried
      .filter(([from]) => from < records.length)
      .map(([from, length]) => objectOf(records, from, Math.min(records.length, from + length)));
    const listed = [...batches, ...again].flatMap((object) => (twice.next().value ? [object, object] : [object]));
    const shuffled = listed
      .map((object) => ({ object, place: order.next().value ?? 0 }))
      .sort((one, other) => one.place - other.place);
    return { records, listed: shuffled.map(({ object }) => object) };
  });

describe('objects of a shard', () => {
  test('however batches were cut and tried again, give every record once, in the order of the stream', () => {
    fc.assert(
      fc.property(archived, ({ records, listed }) => {
        expect(readThrough(records, selectObjects(listed, everything).objects)).toEqual(records);
      }),
    );
  });

  test('of a range give its arrivals, each once, and reach back to before it or hold everything', () => {
    fc.assert(
      fc.property(archived, part, part, ({ records, listed }, one, other) => {
        const arrivals = records.map(({ arrivalMs }) => arrivalMs);
        const [least, most] = [Math.min(...arrivals) - dayMs, Math.max(...arrivals) + dayMs];
        const [fromMs, toMs] = [one, other].sort((a, b) => a - b).map((at) => Math.round(least + at * (most - least)));
        const range = { fromMs: fromMs ?? 0, toMs: toMs ?? 0 };
        const isWanted = ({ arrivalMs }: StreamRecord) => arrivalMs >= range.fromMs && arrivalMs < range.toMs;
        const { objects, reachesBack } = selectObjects(listed, range);
        const read = readThrough(records, objects);
        expect(read.filter(isWanted)).toEqual(records.filter(isWanted));
        if (!reachesBack) return;
        // Days before that of the first object need not be listed.
        const firstDay = objects[0]?.day;
        const known = listed.filter(({ day }) => firstDay !== undefined && day >= firstDay);
        const fewer = readThrough(records, selectObjects(known, range).objects);
        expect(fewer.filter(isWanted)).toEqual(records.filter(isWanted));
      }),
      { numRuns: 500 },
    );
  });

  test('are not read where others hold all of theirs', () => {
    const records = shardOf(Array.from({ length: 12 }, () => ({ stepMs: 1000, earlierMs: 0 })));
    const [whole, head, tail, across, next, far] = [
      objectOf(records, 0, 6),
      objectOf(records, 0, 3),
      objectOf(records, 3, 6),
      objectOf(records, 4, 8),
      objectOf(records, 5, 10),
      objectOf(records, 10, 12),
    ];
    expect(selectObjects([far, tail, across, head, next, whole], everything).objects).toEqual([whole, next, far]);
  });

  test('of a range begin with the last that surely began before it, however far it reaches', () => {
    // A function that was held for days: one batch of all of them.
    const records = shardOf([0, 0, 1, 1, 1, 1].map((days) => ({ stepMs: days * dayMs, earlierMs: 0 })));
    const [early, long, late] = [objectOf(records, 0, 1), objectOf(records, 1, 5), objectOf(records, 5, 6)];
    const inThree = { fromMs: startMs + 3 * dayMs, toMs: startMs + 4 * dayMs };
    expect(selectObjects([late, long, early], inThree)).toEqual({ objects: [long, late], reachesBack: true });
    const two = { ...inThree, toMs: startMs + 2.9 * dayMs };
    expect(selectObjects([late, long, early], two)).toEqual({ objects: [long], reachesBack: true });
    expect(selectObjects([late], inThree)).toEqual({ objects: [late], reachesBack: false });
    expect(selectObjects([], inThree)).toEqual({ objects: [], reachesBack: false });
  });

  test('of a range just after midnight begin a day earlier, since arrivals go backwards', () => {
    const records = shardOf([
      { stepMs: 0, earlierMs: 0 },
      { stepMs: dayMs, earlierMs: 0 },
    ]);
    const objects = [objectOf(records, 0, 1), objectOf(records, 1, 2)];
    const from = (fromMs: number) => selectObjects(objects, { fromMs, toMs: fromMs + dayMs });
    const midnightMs = startMs + dayMs;
    expect(from(midnightMs + arrivalDisorderMsMax - 1).reachesBack).toBe(false);
    expect(from(midnightMs + arrivalDisorderMsMax)).toEqual({ objects, reachesBack: true });
    expect(from(midnightMs + dayMs + arrivalDisorderMsMax)).toEqual({ objects: [objects[1]], reachesBack: true });
  });
});
