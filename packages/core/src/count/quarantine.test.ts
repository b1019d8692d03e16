import { describe, expect, test } from 'vitest';
import type { Source } from '../config.ts';
import { catalogueOf, firstCatalogue } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import type { BatchPlan } from './count.ts';
import { planBatch } from './count.ts';
import type { RecordSink } from './outcome.ts';
import { readBatch } from './read.ts';

const hourMs = 3_600_000;
const arrivalMs = Date.UTC(2026, 10, 2, 9, 30);
const source: Source = {
  name: 'web',
  revisions: [{ fromMs: 0, event: { name: ['n'], time: ['t'] } }],
  buckets: ['1m', '1h'],
  maxSeries: 3,
};
const floors = floorsOf({
  Floors: {
    '1m': [{ FromMs: 0, FloorMs: arrivalMs - hourMs }],
    '1h': [{ FromMs: 0, FloorMs: arrivalMs - 24 * hourMs }],
  },
});

/** The plan of one record per tell, each telling what it holds. */
function planOf(...tells: ((sink: RecordSink) => void)[]): BatchPlan {
  const records = tells.map((_, place) => ({
    sequenceNumber: `49${place}`,
    partitionKey: 'key',
    data: String(place),
    arrivalMs,
  }));
  const read = readBatch({ shardId: 'shardId-000000000003', records }, source, (data, _fields, sink) =>
    tells[Number(data)]?.(sink),
  );
  const catalogue = catalogueOf({ ...firstCatalogue(3), Names: ['a'] });
  return planBatch(read, { catalogue, floors, generationOf: () => 0, writer: 'live' });
}

const at = (againstArrivalMs: number) => (sink: RecordSink) => sink.event('a', arrivalMs + againstArrivalMs);

describe('what becomes of an event by its age', () => {
  test.each([
    ['of now', 0, ['1m', '1h'], 'Counted'],
    ['two hours ahead', 2 * hourMs, ['1m', '1h'], 'Counted'],
    ['further ahead', 2 * hourMs + 1, [], 'TooNew'],
    ['at the floor of the minutes', -hourMs, ['1m', '1h'], 'Counted'],
    ['below it', -hourMs - 1, ['1h'], 'Counted'],
    ['whose hour starts below the floor of the hours', -24 * hourMs, [], 'TooOld'],
    ['whose hour starts above it', -23.5 * hourMs, ['1h'], 'Counted'],
    ['of 1970', -arrivalMs, [], 'TooOld'],
  ])('%s', (_, againstArrivalMs, sizes, column) => {
    const { partials, ledgers, quarantined } = planOf(at(againstArrivalMs));
    expect(partials.map(({ key }) => key.Bucket.slice(0, 2))).toEqual(sizes);
    expect(ledgers[0]?.first.add).toMatchObject({ Received: 1, [column]: 1, Counted: sizes.length > 0 ? 1 : 0 });
    expect(quarantined.length).toBe(sizes.length > 0 ? 0 : 1);
  });

  test('without floors nothing is too old', () => {
    const record = { sequenceNumber: '1', partitionKey: 'k', data: '', arrivalMs };
    const read = readBatch({ shardId: 's', records: [record] }, source, (_data, _fields, sink) =>
      sink.event('a', Date.parse('0005-01-01T17:46:59Z')),
    );
    const catalogue = catalogueOf({ ...firstCatalogue(3), Names: ['a'] });
    const { partials } = planBatch(read, {
      catalogue,
      floors: floorsOf(undefined),
      generationOf: () => 0,
      writer: 'live',
    });
    expect(partials.map(({ key }) => key.Bucket)).toEqual([
      '1m#0000#0005-01-01T17:46:00Z#s',
      '1h#0000#0005-01-01T17:00:00Z#s',
    ]);
  });
});

describe('quarantine objects', () => {
  test('hold the record and the reason, under a key made of both', () => {
    const { quarantined } = planOf(at(0), (sink) => sink.malformed('not-json', 'unexpected end'));
    expect(quarantined).toEqual([
      {
        objectKey: 'quarantine/web/2026-11-02/shardId-000000000003/491-0.json',
        events: 1,
        body: {
          reason: 'not-json',
          detail: 'unexpected end',
          index: 0,
          source: 'web',
          shardId: 'shardId-000000000003',
          sequenceNumber: '491',
          arrival: '2026-11-02T09:30:00.000Z',
          partitionKey: 'key',
          data: '1',
        },
      },
    ]);
  });

  test('are one for an aggregate, in the order of its parts', () => {
    const { quarantined, ledgers, partials } = planOf((sink) => {
      at(0)(sink);
      at(3 * hourMs)(sink);
      sink.malformed('name-missing', 'no name');
      at(-48 * hourMs)(sink);
      at(0)(sink);
    });
    expect(quarantined.map(({ objectKey, events }) => [objectKey, events])).toEqual([
      ['quarantine/web/2026-11-02/shardId-000000000003/490-1.json', 3],
    ]);
    expect(quarantined[0]?.body).toMatchObject({
      reason: 'too-new',
      detail: 'time: 2026-11-02T12:30:00.000Z is more than two hours after its arrival',
      index: 1,
      more: [
        { reason: 'name-missing', index: 2 },
        { reason: 'too-old', index: 3 },
      ],
    });
    expect(partials.map(({ first }) => first.add)).toEqual([{ EventCount: 2 }, { EventCount: 2 }]);
    expect(ledgers[0]?.first.add).toMatchObject({
      Received: 5,
      Counted: 2,
      Quarantined: 3,
      Malformed: 1,
      TooNew: 1,
      TooOld: 1,
    });
  });
});
