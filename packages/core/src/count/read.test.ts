import { describe, expect, test } from 'vitest';
import type { Source } from '../config.ts';
import { readBatch } from './read.ts';
import type { StreamRecord } from './record.ts';

const source: Source = {
  name: 'web',
  revisions: [
    { fromMs: 0, event: { name: ['old'], time: ['time'] } },
    { fromMs: 1000, event: { name: ['new'], time: ['time'] } },
  ],
  buckets: ['1m'],
  maxSeries: 10,
};

function record(sequenceNumber: string, body: unknown, arrivalMs = 0): StreamRecord {
  const data = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64');
  return { sequenceNumber, data, partitionKey: 'key', arrivalMs };
}

const read = (...records: StreamRecord[]) => readBatch({ shardId: 'shardId-000000000000', records }, source);

describe('readBatch', () => {
  test('lists events by column, with names once', () => {
    const batch = read(
      record('9', { old: 'a', time: '1970-01-01T00:00:01Z' }),
      record('10', { old: 'b', time: '1970-01-01T00:00:02Z' }),
      record('11', { old: 'a', time: '1970-01-01T00:00:03Z' }),
    );
    expect(batch.names).toEqual(['a', 'b']);
    expect(batch.events).toEqual({
      name: [0, 1, 0],
      timeMs: [1000, 2000, 3000],
      record: [0, 1, 2],
      index: [0, 0, 0],
      measured: [],
    });
    expect(batch.malformed).toEqual([]);
  });

  test('takes bad records as values', () => {
    const { events, malformed } = read(record('1', '{'), record('2', { old: 'a', time: 'noon' }));
    expect(events.name).toEqual([]);
    expect(malformed.map(({ record: place, reason }) => [place, reason])).toEqual([
      [0, 'not-json'],
      [1, 'time-unreadable'],
    ]);
  });

  test.each([
    [0, 'old'],
    [999, 'old'],
    [1000, 'new'],
    [5000, 'new'],
  ])('reads what arrived at %i by the field %s', (arrivalMs, field) => {
    expect(read(record('1', { old: 'old', new: 'new', time: '1970-01-01T00:00:00Z' }, arrivalMs)).names).toEqual([
      field,
    ]);
  });

  const event = { old: 'a', time: '1970-01-01T00:00:00Z' };
  test.each([
    ['out of order', ['10', '9']],
    ['twice the same', ['10', '10']],
    ['empty', []],
  ])('throws on a batch that is %s', (_, sequences) => {
    expect(() => read(...sequences.map((sequence) => record(sequence, event)))).toThrow('shardId-000000000000');
  });
});
