import { expect, test } from 'vitest';
import { peekOf, peekPlace } from './peek.ts';

const nowMs = Date.parse('2026-11-20T06:30:00Z');
const minute = 60_000;
const checkpoint = { LastSequence: '003:495', ArrivalMs: nowMs, PreviousArrivalMs: nowMs, Received: 1 };
const after = { at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '495' };

test.each([
  ['its checkpoint', checkpoint, undefined, after],
  ['the beginning of the stream, without one', undefined, undefined, { at: 'TRIM_HORIZON' }],
  ['its checkpoint, as long as that is near what is known', checkpoint, nowMs + minute, after],
  [
    'what is known, with a minute for arrivals that go backwards',
    checkpoint,
    nowMs + minute + 1,
    { at: 'AT_TIMESTAMP', arrivalMs: nowMs + 1 },
  ],
  ['what is known, of a shard without records', undefined, nowMs, { at: 'AT_TIMESTAMP', arrivalMs: nowMs - minute }],
] as const)('a look begins at %s', (_, at, throughMs, place) => {
  expect(peekPlace(at, throughMs)).toEqual(place);
});

const record = { ApproximateArrivalTimestamp: new Date(nowMs) };

test.each([
  ['a record', { Records: [record], MillisBehindLatest: 5 }, { kind: 'waiting', arrivalMs: nowMs }],
  ['nothing at the tip', { Records: [], MillisBehindLatest: 0, NextShardIterator: 'i' }, { kind: 'empty' }],
  [
    'nothing on the way',
    { Records: [], MillisBehindLatest: 7, NextShardIterator: 'i' },
    { kind: 'unknown', behindMs: 7 },
  ],
  ['nothing, and no end of it', { MillisBehindLatest: 7 }, { kind: 'drained' }],
])('an answer with %s', (_, answer, peek) => {
  expect(peekOf(answer)).toEqual(peek);
});
