import { describe, expect, test } from 'vitest';
import type { Source } from '../config.ts';
import type { CapEntry } from '../control/catalogue.ts';
import { admission, catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import { namesToAdmit } from './admit.ts';
import { planBatch } from './count.ts';
import type { ReadBatch } from './read.ts';
import { readBatch } from './read.ts';

const hourMs = 3_600_000;
const source: Source = {
  name: 'web',
  revisions: [{ fromMs: 0, event: { name: ['n'], time: ['t'] } }],
  buckets: ['1m'],
  maxSeries: 3,
};
const floors = floorsOf({ Floors: { '1m': [{ FromMs: 0, FloorMs: 10 * hourMs }] } });

/** Events as [name, arrival, time against the arrival]. */
function batch(...events: (readonly [name: string, arrivalMs: number, aheadMs?: number])[]): ReadBatch {
  const records = events.map(([name, arrivalMs], place) => ({
    sequenceNumber: String(place + 1),
    partitionKey: 'k',
    data: name,
    arrivalMs,
  }));
  let place = 0;
  return readBatch({ shardId: 'shardId-000000000000', records }, source, (name, _fields, sink) => {
    const [, arrivalMs = 0, aheadMs = 0] = events[place++] ?? [];
    sink.event(name, arrivalMs + aheadMs);
  });
}

const at = 20 * hourMs;
const capOf = (MaxSeries: number): CapEntry[] => [{ FromMs: 0, MaxSeries }];
const raisedAt21: CapEntry[] = [...capOf(1), { FromMs: 21 * hourMs, MaxSeries: 2 }];

describe('namesToAdmit', () => {
  test.each([
    ['nobody new', ['a'], capOf(9), [['a', at]], []],
    [
      'in the order of the first event',
      [],
      capOf(9),
      [
        ['b', at],
        ['a', at],
        ['b', at],
      ],
      ['b', 'a'],
    ],
    [
      'as many as fit',
      ['a'],
      capOf(3),
      [
        ['d', at],
        ['c', at],
        ['b', at],
      ],
      ['d', 'c'],
    ],
    ['nobody when full', ['a', 'b'], capOf(2), [['c', at]], []],
    ['nobody when the cap has been lowered', ['a', 'b', 'c'], capOf(2), [['d', at]], []],
    [
      'nobody who is only too new',
      [],
      capOf(9),
      [
        ['a', at, 2 * hourMs + 1],
        ['b', at, 2 * hourMs],
      ],
      ['b'],
    ],
    [
      'nobody who is only too old',
      [],
      capOf(9),
      [
        ['a', at, -11 * hourMs],
        ['b', at, -9 * hourMs],
      ],
      ['b'],
    ],
    ['nobody before the cap rises', ['a'], raisedAt21, [['b', at]], []],
    [
      'whoever has an event after it rises',
      ['a'],
      raisedAt21,
      [
        ['b', at],
        ['c', 21 * hourMs],
        ['b', 21 * hourMs],
      ],
      ['c'],
    ],
  ] as const)('%s', (_, Names, Caps, events, expected) => {
    expect(namesToAdmit(batch(...events), catalogueOf({ Names, Caps }), floors)).toEqual(expected);
  });

  test('ends when it is asked again with the catalogue that then stands', () => {
    const read = batch(['a', at], ['b', at], ['c', at], ['d', at]);
    let catalogue = catalogueOf({ Names: ['z'], Caps: capOf(3) });
    const names = namesToAdmit(read, catalogue, floors);
    expect(admission(catalogue, names)).toEqual({ names: ['a', 'b'], sizeBefore: 1 });
    // Someone else was first with one name.
    catalogue = catalogueOf({ Names: ['z', 'b'], Caps: capOf(3) });
    expect(namesToAdmit(read, catalogue, floors)).toEqual(['a']);
    catalogue = catalogueOf({ Names: ['z', 'b', 'a'], Caps: capOf(3) });
    expect(namesToAdmit(read, catalogue, floors)).toEqual([]);
  });
});

describe('counting by slots', () => {
  const plan = (Names: readonly string[], Caps: CapEntry[], ...events: Parameters<typeof batch>) =>
    planBatch(batch(...events), {
      catalogue: catalogueOf({ Names, Caps }),
      floors,
      generationOf: () => 0,
      writer: 'live',
    });

  test('refuses past the cap at arrival, and says so in the ledger', () => {
    const { partials, ledgers } = plan(['a', 'b'], raisedAt21, ['b', at], ['b', 21 * hourMs], ['x', at]);
    expect(partials.map(({ key, first }) => [key.EventName, first.add.EventCount])).toEqual([
      ['$other', 2],
      ['b', 1],
    ]);
    expect(ledgers[0]?.first.add).toMatchObject({ Received: 3, Counted: 3, Quarantined: 0, OverCap: 2 });
  });

  test('throws where a name was not admitted though there is room', () => {
    expect(() => plan(['a'], capOf(2), ['b', at])).toThrow('a name was not admitted, though 1 of 2 series are');
  });
});
