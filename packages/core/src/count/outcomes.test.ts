import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Source } from '../config.ts';
import { catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import type { BucketSize } from '../series/bucket.ts';
import { bucketSizes, bucketStart } from '../series/bucket.ts';
import { namesToAdmit } from './admit.ts';
import type { Decisions } from './outcomes.ts';
import { outcomes, outcomesOf } from './outcomes.ts';
import type { ReadBatch } from './read.ts';
import { readBatch } from './read.ts';
import { nowhere, tallyBatch } from './tally.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 10, 2, 9, 30);

function sourceOf(buckets: readonly BucketSize[]): Source {
  const revisions = [{ fromMs: 0, event: { name: ['n'], time: ['t'] } }];
  return { name: 'rides', revisions, buckets, window: { seconds: 60 }, maxSeries: 3 };
}

interface Made {
  readonly name: string;
  readonly arrivalMs: number;
  readonly againstArrivalMs: number;
}

/** One record an event, but for every third, which shares the record before it. */
function readOf(source: Source, list: readonly Made[]): ReadBatch {
  const records = list.map(({ arrivalMs }, place) => ({
    sequenceNumber: String(1000 + place),
    partitionKey: 'k',
    data: String(place),
    arrivalMs,
  }));
  return readBatch({ shardId: 'shardId-000000000000', records }, source, (data, _fields, sink) => {
    const { name, arrivalMs, againstArrivalMs } = list[Number(data)] as Made;
    sink.event(name, arrivalMs + againstArrivalMs);
    if (Number(data) % 3 === 0) sink.event(name, arrivalMs - againstArrivalMs);
  });
}

/** As handlers do: what must be admitted is, before anything is decided. */
function admitted(read: ReadBatch, { catalogue, floors }: Decisions): Decisions {
  const names = namesToAdmit(read, catalogue, floors);
  return { catalogue: catalogueOf({ ...catalogue, Names: [...catalogue.Names, ...names] }), floors };
}

const made: fc.Arbitrary<Made> = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  arrivalMs: fc.integer({ min: startMs, max: startMs + 4 * hourMs }),
  againstArrivalMs: fc.oneof(
    fc.integer({ min: -72 * hourMs, max: 3 * hourMs }),
    fc.constantFrom(0, 2 * hourMs, 2 * hourMs + 1, -hourMs, -hourMs - 1),
  ),
});
const floorEntries = fc
  .array(fc.tuple(fc.nat({ max: 4 * hourMs }), fc.nat({ max: 72 * hourMs })), { maxLength: 3 })
  .map((entries) => {
    const fromMs = entries.map(([from]) => startMs + from).toSorted((left, right) => left - right);
    const floorMs = entries.map(([, below]) => startMs - below).toSorted((left, right) => left - right);
    return fromMs.map((FromMs, at) => ({ FromMs, FloorMs: floorMs[at] as number }));
  });
const decided = fc
  .record({
    Names: fc.subarray(['a', 'b', 'c']),
    before: fc.nat({ max: 4 }),
    more: fc.nat({ max: 2 }),
    floors: fc.array(floorEntries, { minLength: bucketSizes.length, maxLength: bucketSizes.length }),
  })
  .map(({ Names, before, more, floors }): Decisions => {
    const Caps = [
      { FromMs: 0, MaxSeries: before },
      { FromMs: startMs + 2 * hourMs, MaxSeries: before + more },
    ];
    const Floors = Object.fromEntries(bucketSizes.map((size, at) => [size, floors[at] ?? []]));
    return { catalogue: catalogueOf({ Names, Caps }), floors: floorsOf({ Floors }) };
  });
const someBuckets = fc.subarray([...bucketSizes]);

/** The rules as they are written down, event by event. */
function plainly(read: ReadBatch, { catalogue, floors }: Decisions): number[] {
  return read.events.timeMs.map((timeMs, event) => {
    const arrivalMs = read.records[read.events.record[event] as number]?.arrivalMs as number;
    const slot = catalogue.slotOf(read.names[read.events.name[event] as number] as string);
    const { buckets } = read.source;
    if (timeMs - arrivalMs > 2 * hourMs) return outcomes.tooNew;
    const isBelow = (size: BucketSize): boolean => bucketStart(timeMs, size) < floors.floorAt(size, arrivalMs);
    if (buckets.length > 0 && buckets.every(isBelow)) return outcomes.tooOld;
    return slot === undefined || slot >= catalogue.capAt(arrivalMs) ? outcomes.overCap : outcomes.counted;
  });
}

describe('outcomesOf', () => {
  test('decides every event as the rules say, and as the tally of buckets does', () => {
    const seen = new Set<number>();
    const property = fc.property(fc.array(made, { minLength: 1 }), someBuckets, decided, (list, buckets, before) => {
      const read = readOf(sourceOf(buckets), list);
      const decisions = admitted(read, before);
      const outcome = outcomesOf(read, decisions);
      expect([...outcome]).toEqual(plainly(read, decisions));
      const tally = tallyBatch(read, decisions);
      expect(tally.outcome).toEqual(outcome);
      for (const [event, decision] of outcome.entries()) {
        seen.add(decision);
        const isTallied = tally.bucketOf.some((bucketOf) => bucketOf[event] !== nowhere);
        expect(isTallied).toBe(buckets.length > 0 && decision < outcomes.tooOld);
      }
    });
    fc.assert(property, { numRuns: 500 });
    // Without events of every kind this would prove little.
    expect([...seen].sort()).toEqual(Object.values(outcomes));
  });

  test.each<[string, BucketSize[], number, keyof typeof outcomes]>([
    ['below the only floor', ['1h'], -48 * hourMs, 'tooOld'],
    ['below one floor of two', ['1m', '1d'], -48 * hourMs, 'counted'],
    ['that old, without buckets', [], -48 * hourMs, 'counted'],
    ['of the year 0, without buckets', [], Date.parse('0000-01-01T00:00:00Z') - startMs, 'counted'],
    ['too far ahead, without buckets', [], 2 * hourMs + 1, 'tooNew'],
    ['as far ahead as may be, without buckets', [], 2 * hourMs, 'counted'],
  ])('an event %s', (_, buckets, againstArrivalMs, expected) => {
    const oneDay = [{ FromMs: 0, FloorMs: startMs - 24 * hourMs }];
    const floors = floorsOf({ Floors: { '1m': oneDay, '1h': oneDay } });
    const catalogue = catalogueOf({ Names: ['a'], Caps: [{ FromMs: 0, MaxSeries: 1 }] });
    const read = readOf(sourceOf(buckets), [
      { name: 'b', arrivalMs: startMs, againstArrivalMs: 0 },
      { name: 'a', arrivalMs: startMs, againstArrivalMs },
    ]);
    const [, , outcome] = outcomesOf(read, { catalogue, floors });
    expect(outcome).toBe(outcomes[expected]);
    expect(namesToAdmit(read, catalogue, floors)).toEqual([]);
  });

  test('refuses to put a name over the cap that was not offered a slot', () => {
    const read = readOf(sourceOf([]), [{ name: 'a', arrivalMs: startMs, againstArrivalMs: 0 }]);
    const floors = floorsOf(undefined);
    const catalogue = catalogueOf({ Names: [], Caps: [{ FromMs: 0, MaxSeries: 1 }] });
    expect(namesToAdmit(read, catalogue, floors)).toEqual(['a']);
    expect(() => outcomesOf(read, { catalogue, floors })).toThrow('a name was not admitted');
  });
});
