import { describe, expect, test } from 'vitest';
import { healthData } from './datum.ts';
import { type HealthItem, healthOf, ledgersFromDay, readThrough, type SourceLook } from './health.ts';
import type { Peek } from './peek.ts';
import { readerProgress, windowRestMs } from './reader.ts';

const stream = 'arn:aws:kinesis:us-east-1:000000000000:stream/web';
const begunMs = Date.parse('2026-11-20T06:30:00Z');
const lookedMs = begunMs + 2000;
const minute = 60_000;
const waiting = (agoMs: number): Peek => ({ kind: 'waiting', arrivalMs: lookedMs - agoMs });
const empty: Peek = { kind: 'empty' };

function reader(
  name: 'count' | 'window' | 'archive',
  peeks: readonly Peek[],
  restMs = 0,
): SourceLook['readers'][number] {
  const looks = peeks.map((peek, index) => ({ shardId: `shardId-${index}`, checkpoint: undefined, peek }));
  return { reader: name, restMs, ...readerProgress(looks, lookedMs, restMs) };
}

const lookOf = (...readers: SourceLook['readers']): SourceLook => ({ stream, begunMs, readers });
const caughtUp = lookOf(reader('count', [empty]));
const ledger = (keeper: string, place: string, Quarantined: number) => ({
  Item: `LEDGER#${keeper}#${place}`,
  Quarantined,
});

describe('freshness', () => {
  const freshness = (...readers: SourceLook['readers']) =>
    healthOf(undefined, lookOf(...readers), []).health.freshnessMs;

  test('is that of the reader that is furthest behind, on its slowest shard', () => {
    const count = reader('count', [empty, waiting(minute), waiting(3 * minute)]);
    expect(freshness(count)).toBe(3 * minute);
    expect(freshness(count, reader('archive', [waiting(9 * minute), { kind: 'drained' }, empty]))).toBe(9 * minute);
  });

  test('is nothing while a source is idle, caught up, or without a shard', () => {
    expect(freshness(reader('count', [empty, { kind: 'drained' }]), reader('archive', []))).toBe(0);
  });

  test('leaves a window its time', () => {
    const restMs = windowRestMs(60);
    expect(restMs).toBe(3 * minute);
    expect(freshness(reader('window', [waiting(3 * minute)], restMs))).toBe(0);
    expect(freshness(reader('window', [waiting(5 * minute)], restMs))).toBe(2 * minute);
  });

  test('does not know what is not found yet', () => {
    expect(freshness(reader('count', [{ kind: 'unknown', behindMs: 90 * minute }, waiting(minute)]))).toBe(minute);
  });
});

describe('the next look', () => {
  test('begins where every reader is through with every shard, less the time that this one took', () => {
    const { item } = healthOf(
      undefined,
      lookOf(reader('count', [empty, waiting(minute)]), reader('archive', [empty])),
      [],
    );
    expect(item).toEqual({
      ...{ LookedMs: begunMs, Stream: stream, FromDay: '2026-11-20', Quarantined: 0 },
      ThroughMs: { count: begunMs - minute, archive: begunMs },
    });
    expect(readThrough(item, stream, begunMs)).toEqual(item.ThroughMs);
  });

  test('goes on where a search stood', () => {
    const searched = lookOf(reader('count', [{ kind: 'unknown', behindMs: 90 * minute }]));
    expect(healthOf(undefined, searched, []).item.ThroughMs).toEqual({ count: begunMs - 90 * minute });
  });

  test('of another stream, or before this one, begins anew', () => {
    const { item } = healthOf(undefined, caughtUp, []);
    expect(readThrough(item, `${stream}-2`, begunMs)).toEqual({});
    expect(readThrough(item, stream, begunMs - 1)).toEqual({});
    expect(readThrough(undefined, stream, begunMs)).toEqual({});
  });
});

describe('quarantine', () => {
  const day = '2026-11-20';
  const told = (last: HealthItem | undefined, ledgers: ReturnType<typeof ledger>[], look = caughtUp) =>
    healthOf(last, look, ledgers).health.quarantined;

  test('tells what came since the last look, and no backlog at the first', () => {
    const before = [ledger('count', `${day}#shardId-0`, 7)];
    expect(told(undefined, before)).toBe(0);
    const { item } = healthOf(undefined, caughtUp, before);
    expect(item.Quarantined).toBe(7);
    expect(told(item, before)).toBe(0);
    expect(told(item, [ledger('count', `${day}#shardId-0`, 9), ledger('count', `${day}#shardId-1`, 1)])).toBe(3);
  });

  test('takes what both readers set aside once, from whichever is further on', () => {
    const { item } = healthOf(undefined, caughtUp, []);
    const count = [ledger('count', `${day}#shardId-0`, 5), ledger('count', `${day}#shardId-1`, 1)];
    const window = [ledger('window', `${day}#shardId-0`, 2), ledger('window', `${day}#shardId-1`, 4)];
    const next = healthOf(item, caughtUp, [...count, ...window]);
    expect(next.health.quarantined).toBe(9);
    expect(
      told(next.item, [...count, ledger('window', `${day}#shardId-0`, 5), ledger('window', `${day}#shardId-1`, 4)]),
    ).toBe(0);
  });

  test('reads the days that may still change, and no older ones', () => {
    const stalled = lookOf(
      reader('count', [waiting(3 * 24 * 60 * minute)]),
      reader('archive', [waiting(9 * 24 * 60 * minute)]),
    );
    expect(ledgersFromDay(undefined, caughtUp)).toBe(day);
    expect(ledgersFromDay(undefined, stalled)).toBe('2026-11-17');
    const before = [ledger('count', '2026-11-17#shardId-0', 2), ledger('count', `${day}#shardId-0`, 7)];
    const { item } = healthOf(undefined, stalled, before);
    expect(item).toMatchObject({ FromDay: '2026-11-17', Quarantined: 9 });
    // It has caught up meanwhile: what it then set aside of the old days is told, once.
    expect(ledgersFromDay(item, caughtUp)).toBe('2026-11-17');
    const after = [ledger('count', '2026-11-17#shardId-0', 6), ledger('count', `${day}#shardId-0`, 8)];
    const next = healthOf(item, caughtUp, after);
    expect(next).toMatchObject({ health: { quarantined: 5 }, item: { FromDay: day, Quarantined: 8 } });
    expect(ledgersFromDay(next.item, caughtUp)).toBe(day);
    expect(told(next.item, after.slice(1))).toBe(0);
  });

  test('around midnight nothing is lost', () => {
    const midnight = Date.parse('2026-11-20T00:00:30Z');
    const look = {
      ...lookOf({ ...reader('count', []), completeThroughMs: midnight, lookedMs: midnight }),
      begunMs: midnight,
    };
    // A record of the day before may arrive behind one of this day.
    expect(ledgersFromDay(undefined, look)).toBe('2026-11-19');
  });

  test('never tells less than nothing', () => {
    const { item } = healthOf(undefined, caughtUp, [ledger('count', `${day}#shardId-0`, 7)]);
    expect(told(item, [ledger('count', `${day}#shardId-0`, 3)])).toBe(0);
  });
});

test('both are told with the source alone', () => {
  const common = { Dimensions: [{ Name: 'Source', Value: 'web' }], Timestamp: new Date(lookedMs) };
  expect(healthData('web', { freshnessMs: 1500, quarantined: 2 }, lookedMs)).toEqual([
    { ...common, MetricName: 'Freshness', Value: 1.5, Unit: 'Seconds' },
    { ...common, MetricName: 'QuarantinedEvents', Value: 2, Unit: 'Count' },
  ]);
});
