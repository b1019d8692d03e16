import { encodeSequence } from '@tidemark/core/series/sequence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredRecord } from '../../test/kinesis.ts';
import type { Rides } from '../../test/rides.ts';
import { RidesStage, reading } from '../../test/rides.ts';

const startMs = Date.parse('2026-11-02T09:30:00Z');
const shardId = 'shardId-000000000000';
const checkpoint = `CHECKPOINT#window#${shardId}`;
const ledger = `LEDGER#window#2026-11-02#${shardId}`;

let stage: RidesStage;
beforeAll(async () => {
  stage = await RidesStage.start();
});
afterAll(() => stage?.stop());

/** Readings of 1, 2, 3, ... a second after the other. */
async function putReadings(rides: Rides, count: number, name = 'Pegasus', fromMs = startMs): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    records.push(await rides.stream.put(reading(name, index + 1, 100 - index), fromMs + index * 1000));
  }
  return records;
}

const counts = (changes: Record<string, unknown>) => ({
  LastSequence: expect.any(String),
  Received: 0,
  Counted: 0,
  Quarantined: 0,
  Malformed: 0,
  TooOld: 0,
  TooNew: 0,
  OverCap: 0,
  Redelivered: 0,
  ...changes,
});

test('a window of several batches becomes one row, a ledger and a checkpoint when it ends', async () => {
  const rides = await stage.makeRides(startMs - 1000);
  const records = await putReadings(rides, 5);
  await rides.deliver({ records: records.slice(0, 2) });
  await rides.deliver({ records: records.slice(2) });
  expect(await rides.deployment.rows()).toEqual([]);
  expect(await rides.control(checkpoint)).toBeUndefined();
  await rides.deliver({ ending: 'final' });
  expect(rides.states.get(shardId)).toEqual({});
  const last = encodeSequence(records[4]?.sequenceNumber ?? '');
  expect(await rides.deployment.rows()).toEqual([
    {
      EventName: 'Pegasus',
      Bucket: 'w60#0000#2026-11-02T09:30:00Z#000000000000',
      EventCount: 5,
      LastSequence: last,
      WrittenBy: 'live',
      Measures: {
        distance: { Count: 5, Sum: 15, Minimum: 1, Maximum: 5 },
        health: { Count: 5, Sum: 490, Minimum: 96, Maximum: 100 },
      },
    },
  ]);
  expect(await rides.deployment.control()).toEqual({
    CATALOGUE: { Names: ['Pegasus'], Caps: [{ FromMs: 0, MaxSeries: 100 }] },
    [checkpoint]: { LastSequence: last, ArrivalMs: startMs + 4000, PreviousArrivalMs: startMs + 4000, Received: 5 },
    [ledger]: counts({ LastSequence: last, Received: 5, Counted: 5 }),
  });
});
