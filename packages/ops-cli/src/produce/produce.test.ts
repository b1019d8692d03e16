import { expect, test } from 'vitest';
import { type PutRecords, takeCall } from './lane.ts';
import { type ProduceOptions, produce } from './produce.ts';
import { bytesPerCallMax, type OutgoingRecord, recordsPerCallMax } from './record.ts';

const record = (key: number, number: number): OutgoingRecord => ({
  data: Buffer.from(`${key}:${number}`),
  partitionKey: `key-${key}`,
});

async function* chunked(records: readonly OutgoingRecord[], size: number): AsyncGenerator<OutgoingRecord[]> {
  for (let from = 0; from < records.length; from += size) yield records.slice(from, from + size);
}

const many = Array.from({ length: 5_000 }, (_, number) => record(number % 50, number));

/** A stream that takes every record but those that `refuses` picks, and keeps what it took. */
function stream(refuses: (call: number, index: number) => boolean) {
  const taken: OutgoingRecord[] = [];
  const calls: number[] = [];
  const put: PutRecords = async (records) => {
    const call = calls.push(records.length);
    await new Promise((resolve) => setTimeout(resolve, 1));
    const refused = records.filter((_, index) => refuses(call, index));
    taken.push(...records.filter((_, index) => !refuses(call, index)));
    return refused.length === 0 ? { refused } : { refused, reason: 'ProvisionedThroughputExceededException' };
  };
  return { put, taken, calls };
}

const run = (put: PutRecords, more: Partial<ProduceOptions> = {}) =>
  produce({ put, records: chunked(many, 700), ...more });

test('sends every record once, each key in its order, in few calls', async () => {
  const { put, taken, calls } = stream(() => false);
  const { sent, bytes, retried, interrupted } = await run(put);
  expect([sent, bytes, retried, interrupted]).toEqual([
    5_000,
    many.reduce((sum, each) => sum + each.data.length, 0),
    0,
    false,
  ]);
  for (let key = 0; key < 50; key++) {
    const ofKey = taken.filter(({ partitionKey }) => partitionKey === `key-${key}`);
    expect(ofKey).toEqual(many.filter(({ partitionKey }) => partitionKey === `key-${key}`));
  }
  expect(Math.max(...calls)).toBeLessThanOrEqual(recordsPerCallMax);
});

test('sends what was refused again until it is taken', async () => {
  const { put, taken } = stream((call, index) => call % 3 !== 0 && index % 4 === call % 4);
  const { sent, retried } = await run(put);
  expect(sent).toBe(5_000);
  expect(retried).toBeGreaterThan(0);
  const said = (records: readonly OutgoingRecord[]) => records.map(({ data }) => data.toString()).sort();
  expect(said(taken)).toEqual(said(many));
});

test('a call that fails ends it', async () => {
  const put: PutRecords = async () => {
    throw new Error('ResourceNotFoundException');
  };
  await expect(run(put)).rejects.toThrow('ResourceNotFoundException');
});

test('an interruption finishes what is under way and tells how far it came', async () => {
  const interruption = new AbortController();
  const { put, taken } = stream(() => false);
  const result = await run(put, {
    signal: interruption.signal,
    onProgress: ({ sent }) => {
      if (sent > 1_000) interruption.abort();
    },
  });
  expect(result.interrupted).toBe(true);
  expect(result.sent).toBe(taken.length);
  expect(result.sent).toBeLessThan(5_000);
});

test('a limited speed sends everything too', async () => {
  const { put, taken } = stream(() => false);
  const { sent } = await run(put, { eventsPerSecond: 20_000 });
  expect([sent, taken.length]).toEqual([5_000, 5_000]);
});

test('a call holds at most 500 records and 5 MiB', () => {
  const queue = [...many];
  expect(takeCall(queue)).toEqual(many.slice(0, recordsPerCallMax));
  expect(queue).toHaveLength(4_500);
  const large: OutgoingRecord = { data: Buffer.alloc(1024 * 1024 - 1), partitionKey: 'k' };
  const heavy = Array.from({ length: 12 }, () => large);
  expect([takeCall(heavy).length, takeCall(heavy).length, takeCall(heavy).length]).toEqual([5, 5, 2]);
  expect(bytesPerCallMax).toBe(5 * 1024 * 1024);
});
