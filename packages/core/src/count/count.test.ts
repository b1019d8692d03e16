import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Source } from '../config.ts';
import { catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import type { Fence } from '../series/sequence.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { BatchPlan } from './count.ts';
import { planBatch } from './count.ts';
import type { FencedUpdate, FencedWrite } from './fence.ts';
import { readBatch } from './read.ts';
import type { StreamRecord } from './record.ts';

const hourMs = 3_600_000;
/** 23:00 UTC, so that batches lie on both sides of midnight. */
const startMs = Date.UTC(2026, 10, 2, 23);
const source: Source = {
  name: 'web',
  revisions: [{ fromMs: 0, event: { name: ['name'], time: ['time'] } }],
  buckets: ['1m', '1h'],
  maxSeries: 3,
};
const decisions = {
  catalogue: catalogueOf({
    Names: ['a', 'b', 'c', 'd'],
    Caps: [
      { FromMs: 0, MaxSeries: 2 },
      { FromMs: startMs + hourMs, MaxSeries: 3 },
    ],
  }),
  floors: floorsOf({
    Floors: {
      '1m': [{ FromMs: startMs + hourMs / 2, FloorMs: startMs - 2 * hourMs }],
      '1h': [{ FromMs: startMs + hourMs, FloorMs: startMs - 4 * hourMs }],
    },
  }),
  generationOf: () => 0,
  writer: 'live' as const,
};

/** The parts of one record: an event [name, its time against the arrival], or undefined for one that cannot be read. */
type Parts = readonly (readonly [name: string, againstArrivalMs: number] | undefined)[];
interface Made {
  readonly gap: number;
  readonly arrivalMs: number;
  readonly parts: Parts;
}

const eventTime = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -120_000, max: 0 }) },
  { weight: 3, arbitrary: fc.integer({ min: -6 * hourMs, max: 3 * hourMs }) },
);
const part = fc.option(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), eventTime), { freq: 10, nil: undefined });
const made: fc.Arbitrary<Made> = fc.record({
  gap: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 1000 })),
  arrivalMs: fc.integer({ min: startMs, max: startMs + 2 * hourMs }),
  parts: fc.oneof(fc.tuple(part), fc.array(part, { minLength: 1, maxLength: 4 })),
});
const batchOf = (maxLength: number) => fc.array(made, { minLength: 1, maxLength }).map(recordsOf);

function recordsOf(list: readonly Made[]): StreamRecord[] {
  let sequence = 7;
  return list.map(({ gap, arrivalMs, parts }) => {
    sequence += gap;
    return {
      sequenceNumber: String(sequence),
      arrivalMs,
      partitionKey: 'key',
      data: JSON.stringify({ arrivalMs, parts }),
    };
  });
}

function planOf(records: readonly StreamRecord[]): BatchPlan {
  const read = readBatch({ shardId: 'shardId-000000000001', records }, source, (data, _fields, sink) => {
    const { arrivalMs } = JSON.parse(data) as { arrivalMs: number };
    for (const item of partsIn(data)) {
      if (item === null || item === undefined) {
        sink.malformed('not-json', 'made to be so');
      } else {
        sink.event(item[0], arrivalMs + item[1]);
      }
    }
  });
  return planBatch(read, decisions);
}

function partsIn(data: string): Parts {
  return (JSON.parse(data) as { parts: Parts }).parts;
}

/** Every fenced write of a plan, by its key. */
function writesOf(plan: BatchPlan): Map<string, FencedWrite<unknown>> {
  return new Map([...plan.partials, ...plan.ledgers].map((write) => [JSON.stringify(write.key), write]));
}

/** What a list of updates adds, by key and column. */
function sumOf(updates: readonly (readonly [key: string, update: FencedUpdate])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, { add }] of updates) {
    for (const [column, count] of Object.entries(add)) {
      if (column !== 'Redelivered') {
        sums.set(`${key} ${column}`, (sums.get(`${key} ${column}`) ?? 0) + count);
      }
    }
  }
  return new Map([...sums].sort());
}

const firsts = (plan: BatchPlan) => [...writesOf(plan)].map(([key, write]) => [key, write.first] as const);

class Table {
  readonly items = new Map<string, { sums: Record<string, number>; fence: Fence }>();

  /** The two attempts; false when the second conflicts. `between` runs after the first has failed. */
  perform(key: string, write: FencedWrite<unknown>, between: () => void = () => undefined): boolean {
    if (this.#update(key, write.first)) {
      return true;
    }
    const remaining = write.remainingAfter(this.items.get(key)?.fence ?? '');
    between();
    return remaining === undefined || this.#update(key, remaining);
  }

  #update(key: string, { add, below, lastSequence }: FencedUpdate): boolean {
    const item = this.items.get(key) ?? { sums: {}, fence: '' };
    if (item.fence >= below) {
      return false;
    }
    for (const [column, count] of Object.entries(add)) {
      item.sums[column] = (item.sums[column] ?? 0) + count;
    }
    item.fence = lastSequence;
    this.items.set(key, item);
    return true;
  }

  get sums(): Map<string, number> {
    return sumOf([...this.items].map(([key, { sums }]) => [key, { add: sums, set: {}, lastSequence: '', below: '' }]));
  }
}

describe('a plan', () => {
  test('of a batch is the sum of the plans of its parts', () => {
    fc.assert(
      fc.property(batchOf(20), fc.nat(), (records, cut) => {
        const at = 1 + (cut % records.length);
        const parts = [records.slice(0, at), records.slice(at)].filter((partRecords) => partRecords.length > 0);
        expect(sumOf(parts.flatMap((partRecords) => firsts(planOf(partRecords))))).toEqual(
          sumOf(firsts(planOf(records))),
        );
        expect(parts.flatMap((partRecords) => planOf(partRecords).quarantined)).toEqual(planOf(records).quarantined);
      }),
    );
  });

  test('has for the records past a fence what a batch of those alone would have', () => {
    fc.assert(
      fc.property(batchOf(15), fc.nat(), (records, at) => {
        const fenced = at % records.length;
        const fence = encodeSequence(records[fenced]?.sequenceNumber ?? '');
        const rest = records.slice(fenced + 1);
        const restWrites = rest.length === 0 ? new Map() : writesOf(planOf(rest));
        for (const [key, write] of writesOf(planOf(records))) {
          const remaining = write.remainingAfter(fence);
          const { Redelivered, ...add } = { Redelivered: 0, ...remaining?.add };
          const { Redelivered: _, ...expected } = { Redelivered: 0, ...restWrites.get(key)?.first.add };
          expect(add).toEqual(expected);
          expect(remaining?.below).toBe(restWrites.get(key)?.first.below);
          expect(remaining?.lastSequence).toBe(restWrites.get(key)?.first.lastSequence);
        }
      }),
    );
  });

  test('has a ledger that adds up, and speaks of each event once', () => {
    fc.assert(
      fc.property(batchOf(20), (records) => {
        const plan = planOf(records);
        const sum = (column: string) => plan.ledgers.reduce((total, { first }) => total + (first.add[column] ?? 0), 0);
        const events = records.reduce((total, { data }) => total + partsIn(data).length, 0);
        expect(sum('Received')).toBe(events);
        expect(sum('Counted') + sum('Quarantined')).toBe(events);
        expect(sum('Malformed') + sum('TooOld') + sum('TooNew')).toBe(sum('Quarantined'));
        expect(plan.quarantined.reduce((total, record) => total + record.events, 0)).toBe(sum('Quarantined'));
        expect(plan.checkpoint.received).toBe(events);
        // Every event is in the hours, or below their floor and in the minutes alone, or in both.
        const counted = (size: string) =>
          plan.partials
            .filter(({ key }) => key.Bucket.startsWith(size))
            .reduce((total, { first }) => total + (first.add.EventCount ?? 0), 0);
        expect(counted('1h#')).toBeLessThanOrEqual(sum('Counted'));
        expect(counted('1h#') + counted('1m#')).toBeGreaterThanOrEqual(sum('Counted'));
      }),
    );
  });
});

describe('deliveries in any bounds', () => {
  /** One try: how many records it takes from the first that is not handled, and which of its writes land, in which order. */
  const deliveries = fc.array(
    fc.record({ length: fc.nat({ max: 8 }), order: fc.infiniteStream(fc.nat()), fails: fc.boolean() }),
    { maxLength: 30 },
  );

  test('count every event once', () => {
    fc.assert(
      fc.property(batchOf(20), deliveries, (records, tries) => {
        const table = new Table();
        let handled = 0;
        for (const { length, order, fails } of tries) {
          const batch = records.slice(handled, handled + 1 + length);
          if (batch.length > 0) {
            const writes = shuffled([...writesOf(planOf(batch))], order);
            const landing = fails ? writes.slice(0, (order.next().value ?? 0) % (writes.length + 1)) : writes;
            for (const [key, write] of landing) {
              expect(table.perform(key, write)).toBe(true);
            }
            handled += fails ? 0 : batch.length;
          }
        }
        for (const [key, write] of handled < records.length ? writesOf(planOf(records.slice(handled))) : []) {
          expect(table.perform(key, write)).toBe(true);
        }
        expect(table.sums).toEqual(sumOf(firsts(planOf(records))));
      }),
    );
  });

  test('a duplicate between the two attempts makes the second fail, and never counts twice', () => {
    fc.assert(
      fc.property(batchOf(12), fc.nat(), fc.nat(), (records, before, between) => {
        const whole = writesOf(planOf(records));
        const partOf = (length: number) => writesOf(planOf(records.slice(0, 1 + (length % records.length))));
        for (const [key, write] of whole) {
          const table = new Table();
          const early = partOf(before).get(key);
          const duplicate = partOf(between).get(key);
          early && table.perform(key, early);
          const succeeded = table.perform(key, write, () => duplicate && table.perform(key, duplicate));
          // The retry after a failure finds the rest.
          expect(succeeded || table.perform(key, write)).toBe(true);
          expect(table.sums).toEqual(sumOf([[key, write.first]]));
        }
      }),
    );
  });
});

function shuffled<Item>(items: Item[], order: Iterator<number>): Item[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice((order.next().value ?? 0) % rest.length, 1));
}
