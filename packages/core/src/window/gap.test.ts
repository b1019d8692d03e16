import { describe, expect, test } from 'vitest';
import type { StreamRecord } from '../count/record.ts';
import { lookFrom, lostRecords } from './gap.ts';

const records = (...sequences: readonly number[]): StreamRecord[] =>
  sequences.map((sequence) => ({ sequenceNumber: String(sequence), data: '', partitionKey: '', arrivalMs: 0 }));
const [first] = records(10) as [StreamRecord];

describe('records of a lost state are looked for', () => {
  test.each([
    ['after a checkpoint below the batch', '001:9', { at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '9' }],
    ['nowhere where it stands at the batch', '002:10', undefined],
    ['nowhere where it stands past it', '002:11', undefined],
  ])('%s', (_, LastSequence, from) => {
    expect(lookFrom({ LastSequence }, first)).toEqual(from);
  });

  test('from the trim horizon where there is no checkpoint yet', () => {
    expect(lookFrom(undefined, first)).toEqual({ at: 'TRIM_HORIZON' });
  });

  test('after any checkpoint where there is no batch', () => {
    expect(lookFrom({ LastSequence: '002:11' }, undefined)).toEqual({
      at: 'AFTER_SEQUENCE_NUMBER',
      sequenceNumber: '11',
    });
    expect(lookFrom(undefined, undefined)).toEqual({ at: 'TRIM_HORIZON' });
  });
});

describe('lost records of a page', () => {
  test.each([
    ['all of them below the batch', records(7, 9), 2],
    ['those before its first record', records(8, 9, 10, 11), 2],
    ['none where it begins with that', records(10, 11), 0],
    ['none where that has left the stream', records(11), 0],
    ['none of none', [], 0],
  ])('are %s', (_, page, lost) => {
    expect(lostRecords(page, first)).toEqual(page.slice(0, lost));
  });

  test('are all where there is no batch', () => {
    expect(lostRecords(records(9, 11), undefined)).toEqual(records(9, 11));
  });
});
