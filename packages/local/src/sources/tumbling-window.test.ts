import { describe, expect, it } from 'vitest';
import { emptied, holds, stateIn, windowAt, windowedEventJson } from './tumbling-window.ts';

const at = (time: string) => Date.parse(`2026-11-02T${time}Z`);

describe('a window', () => {
  it.each([
    ['09:00:00', 60, '09:00:00', '09:01:00'],
    ['09:00:59.999', 60, '09:00:00', '09:01:00'],
    ['09:01:00', 60, '09:01:00', '09:02:00'],
    ['09:07:00', 900, '09:00:00', '09:15:00'],
    ['09:00:01.5', 1, '09:00:01', '09:00:02'],
    // Multiples since the epoch, not since midnight: 7 does not divide a day.
    ['00:00:00', 7, '00:00:00', '00:00:07', Date.UTC(1970, 0, 1)],
    ['00:00:00', 7, '23:59:54', '00:00:01', Date.UTC(1970, 0, 2)],
  ])('of %s at %i s is from %s to %s', (arrival, seconds, start, end, day = Date.UTC(2026, 10, 2)) => {
    const offset = day - Date.UTC(2026, 10, 2);
    const { startMs, endMs, state } = windowAt(at(arrival) + offset, seconds);
    const times = [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(11, 19));
    expect(times).toEqual([start, end]);
    expect(state).toBe('{}');
  });

  it('holds what arrived before its end, also what went backwards', () => {
    const window = windowAt(at('09:01:00'), 60);
    const held = ['09:00:59.999', '09:01:00', '09:01:59.999', '09:02:00'].map((time) =>
      holds(window, { arrivalMs: at(time) }),
    );
    expect(held).toEqual([true, true, true, false]);
  });

  it('begins again with the same span', () => {
    const window = windowAt(at('09:01:30'), 60);
    expect(emptied({ ...window, state: '{"a":1}' })).toEqual(window);
  });
});

describe('an event', () => {
  // The example in AWS's guide (Using AWS Lambda with Amazon Kinesis, Time windows).
  const record = {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: '1',
      sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
      data: 'SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==',
      approximateArrivalTimestamp: 1607497475.0,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda-kinesis-role',
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/lambda-stream',
  };
  const call = {
    window: { ...windowAt(1_607_497_475_000, 120), state: '{"1":282,"2":715}' },
    end: undefined,
    earlyIsFinal: true,
    shardId: 'shardId-000000000006',
    eventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/lambda-stream',
  };
  const sample = {
    Records: [record],
    window: { start: '2020-12-09T07:04:00Z', end: '2020-12-09T07:06:00Z' },
    state: { '1': 282, '2': 715 },
    shardId: 'shardId-000000000006',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/lambda-stream',
    isFinalInvokeForWindow: false,
    isWindowTerminatedEarly: false,
  };

  it('has the shape that AWS documents', () => {
    expect(windowedEventJson([{ json: JSON.stringify(record) }], call)).toBe(JSON.stringify(sample));
  });

  it.each([
    ['final', true, true, false],
    ['early', true, true, true],
    ['final', false, true, false],
    ['early', false, false, true],
  ] as const)('that ends its window %s says so, and may have no records', (end, earlyIsFinal, isFinal, isEarly) => {
    expect(JSON.parse(windowedEventJson([], { ...call, end, earlyIsFinal }))).toEqual({
      ...sample,
      Records: [],
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: isEarly,
    });
  });
});

describe('the state of an answer', () => {
  it.each([
    [{ state: { a: 1 } }, '{"a":1}'],
    [{ state: {}, batchItemFailures: [] }, '{}'],
    [{ state: null }, undefined],
    [{ state: [1] }, undefined],
    [{ state: 'text' }, undefined],
    [{ batchItemFailures: [] }, undefined],
    [null, undefined],
    ['state', undefined],
    [undefined, undefined],
  ])('%j is %s', (answer, state) => {
    expect(stateIn(answer)).toBe(state);
  });
});
