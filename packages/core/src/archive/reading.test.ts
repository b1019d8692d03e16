import { describe, expect, test } from 'vitest';
import { recordBytesMax } from '../limits.ts';
import { encodeLine } from './line.ts';
import type { ArchiveObject } from './object.ts';
import { afterHandled, lineBytesMax, ObjectReading } from './reading.ts';

const record = (sequenceNumber: string) => ({ sequenceNumber, partitionKey: 'k', arrivalMs: 5, data: '' });
const records = ['98', '99', '100', '101'].map(record);
const object: ArchiveObject = {
  ...{ source: 'web', shardId: 'shardId-000000000000', day: '2026-11-02', first: '002:98', last: '003:101' },
};

/** What comes of lines, each by its sequence number or its fault, and of their end. */
function read(sequences: readonly string[]): unknown[] {
  const reading = new ObjectReading(object);
  const taken = sequences.map((sequence) => {
    const line = reading.take(encodeLine(record(sequence)));
    return line.kind === 'record' ? line.record.sequenceNumber : `${line.field}: ${line.detail}`;
  });
  const end = reading.end();
  return end === undefined ? taken : [...taken, `${end.field}: ${end.detail}`];
}

describe('the records past the last that was handled', () => {
  test.each([
    [undefined, ['98', '99', '100', '101']],
    ['002:97', ['98', '99', '100', '101']],
    ['002:98', ['99', '100', '101']],
    ['003:100', ['101']],
    ['003:101', []],
    ['056:4', []],
  ])('%s', (handled, expected) => {
    expect(afterHandled(records, handled).map(({ sequenceNumber }) => sequenceNumber)).toEqual(expected);
  });
});

describe('the lines of an object', () => {
  test('are what its key says', () => {
    expect(read(['98', '99', '100', '101'])).toEqual(['98', '99', '100', '101']);
    expect(read(['98', '101'])).toEqual(['98', '101']);
  });

  test.each([
    ['begin elsewhere', ['97', '98', '101'], ['sequenceNumber: 002:97 is not the first, 002:98', '98', '101']],
    [
      'go backwards',
      ['98', '100', '99', '101'],
      ['98', '100', 'sequenceNumber: 002:99 does not come after 003:100', '101'],
    ],
    ['come twice', ['98', '98', '101'], ['98', 'sequenceNumber: 002:98 does not come after 002:98', '101']],
    ['go on', ['98', '101', '102'], ['98', '101', 'sequenceNumber: 003:102 comes after the last, 003:101']],
    ['end too soon', ['98', '99'], ['98', '99', 'object: ends with 002:99; its key says that 003:101 is the last']],
    ['are none', [], ['object: holds no record; its key says that 003:101 is the last']],
  ])('that %s are told', (_, sequences, expected) => {
    expect(read(sequences)).toEqual(expected);
  });

  test('that are spoiled leave the others as they are', () => {
    const reading = new ObjectReading(object);
    expect(reading.take(encodeLine(record('98'))).kind).toBe('record');
    expect(reading.take('{}')).toMatchObject({ kind: 'bad', field: 'sequenceNumber' });
    expect(reading.take(encodeLine(record('101'))).kind).toBe('record');
    expect(reading.end()).toBeUndefined();
  });

  test('have room for the largest record with the longest partition key', () => {
    const data = Buffer.alloc(recordBytesMax).toString('base64');
    // Six bytes of JSON for each character at most.
    const line = encodeLine({ ...record('9'.repeat(129)), partitionKey: '\u0001'.repeat(256), data });
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(lineBytesMax);
  });
});
