import { describe, expect, it } from 'vitest';
import { ShardWindow } from './shard-window.ts';
import type { SourceRecord } from './source.ts';
import { type OpenWindow, stateBytesMax, windowAt } from './tumbling-window.ts';

const record = (seconds: number): SourceRecord => ({
  sequenceNumber: String(seconds),
  arrivalMs: seconds * 1000,
  json: '{}',
  jsonBytes: 2,
  filterSubject: { bodyKey: 'data', metadata: () => ({}), body: () => undefined },
});
const records = (...seconds: number[]) => seconds.map(record);

const windows = (open?: OpenWindow, seconds = 60) =>
  new ShardWindow({ seconds, shardId: 'shard-1', eventSourceArn: 'arn', open });
const open = (state = '{}') => ({ ...windowAt(60_000, 60), state });
const ofBytes = (bytes: number) => JSON.stringify({ a: '.'.repeat(bytes - '{"a":""}'.length) });

describe('the records of a window', () => {
  it.each<[string, OpenWindow | undefined, number[], number]>([
    ['none', undefined, [], 0],
    ['that the first one opens', undefined, [60, 61, 119.999, 120, 61], 3],
    ['that is open', open(), [119, 120], 1],
    ['whose arrivals went backwards', open(), [70, 59, 1, 119], 4],
    ['that the first one opens, backwards', undefined, [60, 59], 2],
    ['that is over', open(), [120, 121], 0],
  ])('%s', (_, before, arrivals, expected) => {
    expect(windows(before).leading(records(...arrivals))).toBe(expected);
  });

  it('open it, and stand before the next', () => {
    const window = windows();
    expect(window.isBefore(record(1))).toBe(false);
    window.begin(record(61));
    expect(window.open).toEqual(windowAt(61_000, 60));
    window.begin(record(119));
    expect([119, 120].map((seconds) => window.isBefore(record(seconds)))).toEqual([false, true]);
  });
});

describe('the state', () => {
  it('goes from call to call and is dropped at the end', () => {
    const window = windows();
    window.begin(record(61));
    window.answered('{"n":1}', undefined);
    expect(JSON.parse(window.eventJson([], undefined)).state).toEqual({ n: 1 });
    window.answered('{"n":2}', 'final');
    expect(window.open).toBeUndefined();
    expect(() => window.eventJson([], undefined)).toThrow('No window is open on shard-1');
  });

  it('is dropped at an early end, after which the window goes on', () => {
    const window = windows(open('{"n":1}'));
    window.answered('{"n":2}', 'early');
    expect(window.open).toEqual(open());
  });

  it.each([
    [stateBytesMax, false],
    [stateBytesMax + 1, true],
  ])('of %i bytes: too large %s', (bytes, expected) => {
    const window = windows(open());
    window.answered(ofBytes(bytes), undefined);
    expect(window.isOverfull).toBe(expected);
    expect(windows(open(ofBytes(bytes))).isOverfull).toBe(expected);
  });

  it('counts as bytes, not as characters', () => {
    const window = windows(open());
    window.answered(JSON.stringify({ a: 'é'.repeat(stateBytesMax / 2) }), undefined);
    expect(window.isOverfull).toBe(true);
  });

  it('can be lost', () => {
    const window = windows(open('{"n":1}'));
    window.loseState();
    expect(window.open).toEqual(open());
  });

  it.each(['{}', ofBytes(1000)])('takes its room in the event', (state) => {
    const window = windows(open(state));
    expect(window.frameBytes).toBe(window.eventJson([], undefined).length);
  });
});

describe('a window of a mapping that has none any more', () => {
  it('takes no records and is the last', () => {
    const window = windows(open(), 0);
    expect(window.isLast).toBe(true);
    expect(window.leading(records(61))).toBe(0);
    expect(window.isBefore(record(61))).toBe(true);
    window.answered('{}', 'final');
    expect(window.at(record(61))).toBeUndefined();
  });
});
