import { describe, expect, test } from 'vitest';
import type { Figures } from '../series/figures.ts';
import type { WindowItem } from '../series/partial.ts';
import type { WindowPartial } from './merge.ts';
import { firstWrite, mendedWrite, mergeInto } from './merge.ts';
import type { WindowPart } from './part.ts';

const key = { EventName: 'Calliope', Bucket: 'w60#0000#2026-11-02T09:00:00Z#000000000003' };

/** Readings of one distance each, at the sequence numbers given: from 1 to 9. */
function part(sequences: readonly number[], distance = 0.5): WindowPart {
  const count = sequences.length;
  const figures: Figures = { count, sum: [count * distance], minimum: distance, maximum: distance };
  const [first, last] = [sequences[0], sequences.at(-1)].map((sequence) => `001:${sequence}`) as [string, string];
  return { key, first, last, records: count, measures: { distance: figures } };
}

function partial(...parts: readonly WindowPart[]): WindowPartial {
  return { key, writer: 'live', parts };
}

function item(fence: number, count: number, Sum: number): WindowItem {
  const Measures = { distance: { Count: count, Sum, Minimum: 0.25, Maximum: 0.5 } };
  return { ...key, EventCount: count, LastSequence: `001:${fence}`, WrittenBy: 'live', Measures };
}

describe('the first write', () => {
  test('holds the part, and wants no item there', () => {
    expect(firstWrite(partial(part([3, 5])))).toEqual({
      key,
      replaces: undefined,
      set: {
        EventCount: 2,
        LastSequence: '001:5',
        WrittenBy: 'live',
        Measures: { distance: { Count: 2, Sum: 1, Minimum: 0.5, Maximum: 0.5 } },
      },
    });
  });

  test('holds all parts of the row', () => {
    expect(firstWrite(partial(part([3]), part([5, 6]), part([9], 2))).set).toEqual({
      EventCount: 4,
      LastSequence: '001:9',
      WrittenBy: 'live',
      Measures: { distance: { Count: 4, Sum: 3.5, Minimum: 0.5, Maximum: 2 } },
    });
  });

  test('is not of parts out of order', () => {
    expect(() => firstWrite(partial(part([5]), part([3])))).toThrow(RangeError);
    expect(() => firstWrite(partial(part([3, 5]), part([5, 6])))).toThrow(RangeError);
  });
});

describe('what a recount adds', () => {
  const byRecount = (...parts: readonly WindowPart[]): WindowPartial => ({ ...partial(...parts), writer: 'recount' });
  const figures = (Count: number, Sum: number) => ({
    EventCount: Count,
    Measures: { distance: { Count, Sum, Minimum: 0.5, Maximum: 0.5 } },
  });

  test('stands by itself, beside the whole', () => {
    const set = { ...figures(2, 1), LastSequence: '001:5', WrittenBy: 'recount', Recounted: figures(2, 1) };
    expect(firstWrite(byRecount(part([3, 5]))).set).toEqual(set);
    const merge = mergeInto({ ...key, ...figures(2, 1), ...set, WrittenBy: 'recount' }, byRecount(part([7])));
    expect(merge.kind === 'write' && merge.write.set).toEqual({
      ...{ ...figures(3, 1.5), LastSequence: '001:7', WrittenBy: 'recount' },
      Recounted: figures(3, 1.5),
    });
  });

  test('is told apart from what live counting added before it', () => {
    const merge = mergeInto(item(5, 10, 3), byRecount(part([7])));
    expect(merge.kind === 'write' && merge.write.set).toMatchObject({ EventCount: 11, Recounted: figures(1, 0.5) });
    const mended = mendedWrite(item(5, 10, 3), byRecount(part([3, 5, 6])), part([6]));
    expect(mended?.set).toMatchObject({ EventCount: 11, Recounted: figures(1, 0.5) });
  });

  test('is left as it is by live counting', () => {
    const merge = mergeInto({ ...item(5, 10, 3), WrittenBy: 'recount', Recounted: figures(10, 3) }, partial(part([7])));
    expect(merge.kind === 'write' && Object.keys(merge.write.set)).toEqual([
      ...['EventCount', 'Measures', 'LastSequence', 'WrittenBy'],
    ]);
  });
});

describe('where an item stands already', () => {
  test.each([
    ['its last record is the fence', 5, [part([3, 5])]],
    ['its last record lies below the fence', 6, [part([3, 5])]],
    ['all of them lie at or below the fence', 9, [part([3, 5]), part([8, 9])]],
  ])('a part is held where %s', (_, fence, parts) => {
    expect(mergeInto(item(fence, 7, 2), partial(...parts))).toEqual({ kind: 'held' });
  });

  test.each([
    ['all of the parts', 2, [part([3, 5])], 2, '001:5'],
    ['those past the fence', 5, [part([3, 5]), part([7])], 1, '001:7'],
    ['those past a fence between them', 6, [part([3, 5]), part([7]), part([8, 9])], 3, '001:9'],
  ])('%s are added, on condition that the fence has not moved', (_, fence, parts, added, last) => {
    expect(mergeInto(item(fence, 10, 3), partial(...parts))).toEqual({
      kind: 'write',
      write: {
        key,
        replaces: `001:${fence}`,
        set: {
          EventCount: 10 + added,
          LastSequence: last,
          WrittenBy: 'live',
          Measures: { distance: { Count: 10 + added, Sum: 3 + added / 2, Minimum: 0.25, Maximum: 0.5 } },
        },
      },
    });
  });

  test.each([
    ['at its first record', 3],
    ['inside', 4],
    ['below its last record', 5],
  ])('a part straddles a fence %s', (_, fence) => {
    const straddling = part([3, 5, 6]);
    const whole = partial(part([1]), straddling, part([9]));
    expect(mergeInto(item(fence, 1, 1), whole)).toEqual({
      kind: 'straddle',
      straddle: { part: straddling, after: `001:${fence}` },
    });
  });

  test('the rest of a mended part is added, and every part after it', () => {
    const whole = partial(part([1]), part([3, 5, 6]), part([9], 8));
    const write = mendedWrite(item(3, 2, 1), whole, part([5, 6]));
    expect(write).toMatchObject({ replaces: '001:3', set: { EventCount: 5, LastSequence: '001:9' } });
    expect(write?.set.Measures).toEqual({ distance: { Count: 5, Sum: 10, Minimum: 0.25, Maximum: 8 } });
  });

  test('of a part past mending nothing is added, but what comes after it', () => {
    const whole = partial(part([3, 5, 6]), part([9], 8));
    const write = mendedWrite(item(3, 2, 1), whole, undefined);
    expect(write).toMatchObject({ replaces: '001:3', set: { EventCount: 3, LastSequence: '001:9' } });
    expect(mendedWrite(item(3, 2, 1), partial(part([3, 5, 6])), undefined)).toBeUndefined();
  });

  test('a measure that was configured later joins the others', () => {
    const health: Figures = { count: 1, sum: [100], minimum: 100, maximum: 100 };
    const later = { ...part([8]), measures: { health } };
    const merge = mergeInto(item(5, 2, 1), partial(later));
    expect(merge.kind === 'write' && merge.write.set).toEqual({
      EventCount: 3,
      LastSequence: '001:8',
      WrittenBy: 'live',
      Measures: {
        distance: { Count: 2, Sum: 1, Minimum: 0.25, Maximum: 0.5 },
        health: { Count: 1, Sum: 100, Minimum: 100, Maximum: 100 },
      },
    });
  });
});
