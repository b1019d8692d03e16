import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Source } from '../config.ts';
import type { Catalogue } from '../control/catalogue.ts';
import { admission, catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import { namesToAdmit } from '../count/admit.ts';
import { outcomesOf } from '../count/outcomes.ts';
import type { ReadBatch } from '../count/read.ts';
import { readBatch } from '../count/read.ts';

const source: Source = {
  name: 'web',
  revisions: [{ fromMs: 0, event: { name: ['n'], time: ['t'] } }],
  buckets: ['1h'],
  maxSeries: 9,
};
const hourMs = 60 * 60 * 1000;
const floors = floorsOf(undefined);

interface Event {
  readonly name: string;
  readonly arrivalMs: number;
}

function batchOf(events: readonly Event[], firstSequence = 1): ReadBatch {
  const records = events.map(({ arrivalMs }, index) => {
    return { sequenceNumber: String(firstSequence + index), partitionKey: 'k', data: String(index), arrivalMs };
  });
  return readBatch({ shardId: 'shardId-0', records }, source, (data, _fields, sink) => {
    const { name, arrivalMs } = events[Number(data)] as Event;
    sink.event(name, arrivalMs);
  });
}

/** What counting does before it decides, whoever counts: the catalogue that then stands, and the one to decide by. `remembered` may be older than what stands. */
function admitted(read: ReadBatch, standing: Catalogue, remembered: Catalogue): Record<'stands' | 'used', Catalogue> {
  let catalogue = remembered;
  let stands = standing;
  for (;;) {
    const names = namesToAdmit(read, catalogue, floors);
    if (names.length === 0) return { stands, used: catalogue };
    const { sizeBefore } = admission(catalogue, names);
    if (sizeBefore === stands.Names.length) stands = catalogueOf({ ...stands, Names: [...stands.Names, ...names] });
    catalogue = stands;
  }
}

const caps = fc
  .array(fc.record({ MaxSeries: fc.integer({ min: 0, max: 5 }), FromMs: fc.integer({ min: 1, max: 20 }) }), {
    maxLength: 3,
  })
  .map((later) => [
    { FromMs: 0, MaxSeries: 3 },
    ...later
      .map(({ MaxSeries, FromMs }) => ({ MaxSeries, FromMs: FromMs * hourMs }))
      .sort((one, other) => one.FromMs - other.FromMs),
  ]);
const shards = fc.array(
  fc.array(fc.record({ name: fc.constantFrom(...'abcdefgh'), hour: fc.nat({ max: 20 }) }), {
    minLength: 1,
    maxLength: 12,
  }),
  { minLength: 1, maxLength: 3 },
);

describe('a recount', () => {
  test('decides of every record what live counting did, whoever of them comes first, in whatever order they meet the names', () => {
    fc.assert(
      fc.property(caps, shards, fc.infiniteStream(fc.nat()), (Caps, made, random) => {
        const streams = made.map((events) => events.map(({ name, hour }) => ({ name, arrivalMs: hour * hourMs })));
        const readers = ['live', 'recount'].flatMap((who) =>
          streams.map((events, shard) => ({ who, shard, events, at: 0 })),
        );
        let standing = catalogueOf({ Names: [], Caps });
        let remembered = standing;
        const decided = new Map<string, number>();
        for (;;) {
          const waiting = readers.filter(({ at, events }) => at < events.length);
          if (waiting.length === 0) return;
          const reader = waiting[(random.next().value ?? 0) % waiting.length];
          if (reader === undefined) return;
          const batch = reader.events.slice(reader.at, reader.at + 1 + ((random.next().value ?? 0) % 4));
          const read = batchOf(batch, reader.at + 1);
          const { stands, used } = admitted(read, standing, remembered);
          standing = stands;
          // Now and then what is remembered is renewed.
          if ((random.next().value ?? 0) % 2 === 0) remembered = standing;
          for (const [index, outcome] of outcomesOf(read, { catalogue: used, floors }).entries()) {
            const record = `${reader.shard} ${reader.at + index}`;
            expect(decided.get(record) ?? outcome).toBe(outcome);
            decided.set(record, outcome);
          }
          reader.at += batch.length;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('admits a name that live counting never met, where its arrival leaves a slot: as live counting would have', () => {
    const standing = catalogueOf({ Names: ['a'], Caps: [{ FromMs: 0, MaxSeries: 2 }] });
    const read = batchOf([{ name: 'archived only', arrivalMs: hourMs }]);
    expect(admitted(read, standing, standing).used.Names).toEqual(['a', 'archived only']);
  });

  test('counts it under `$other` where the list has been filled since, though its arrival had a slot then', () => {
    const standing = catalogueOf({
      Names: ['a', 'b'],
      Caps: [{ FromMs: 0, MaxSeries: 2 }],
    });
    const read = batchOf([{ name: 'archived only', arrivalMs: hourMs }]);
    const { used: after } = admitted(read, standing, standing);
    expect(after.Names).toEqual(['a', 'b']);
    expect([...outcomesOf(read, { catalogue: after, floors })]).toEqual([1]);
  });
});
