import { describe, expect, test } from 'vitest';
import type { Source } from '../config.ts';
import { fieldsAt, readBatch } from './read.ts';
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

  test("lists the measures of all events, as many of each as its record's fields have", () => {
    const measure = (name: string) => ({ name, path: ['m', name] });
    const fields = { name: ['name'], time: ['time'] };
    const revised: Source = {
      ...source,
      revisions: [
        { fromMs: 0, event: { ...fields, measures: [measure('a'), measure('b')] } },
        { fromMs: 1000, event: fields },
        { fromMs: 2000, event: { ...fields, measures: [measure('b'), measure('c'), measure('a')] } },
      ],
    };
    const event = (a: unknown, b: unknown, c: unknown) => ({ name: 'x', time: '2026-11-02', m: { a, b, c } });
    // Arrivals may go backwards, and an event that is set aside leaves no measures behind.
    const records = [
      record('1', event(1, 2, 3), 2000),
      record('2', event(4, 5, 'none'), 999),
      record('3', event(6, 7, 'none'), 3000),
      record('4', event('none', 'none', 'none'), 1500),
      record('5', event(8, 9, -0), 2001),
      record('6', event(10, '11', 12), 0),
      record('7', event(13, 14, 15), 0),
    ];
    const { events, malformed } = readBatch({ shardId: 'shardId-000000000000', records }, revised);
    const found: number[][] = [];
    let next = 0;
    for (const place of events.record) {
      const { length } = fieldsAt(revised, records[place]?.arrivalMs ?? 0).measures ?? [];
      found.push(events.measured.slice(next, next + length));
      next += length;
    }
    expect(events.record).toEqual([0, 1, 3, 4, 6]);
    expect(found).toEqual([[2, 3, 1], [4, 5], [], [9, 0, 8], [13, 14]]);
    expect(next).toBe(events.measured.length);
    expect(malformed.map(({ record: place, reason }) => [place, reason])).toEqual([
      [2, 'measure-not-a-number'],
      [5, 'measure-not-a-number'],
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
