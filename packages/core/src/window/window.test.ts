import { describe, expect, test } from 'vitest';
import type { MadeRecord } from './shard.fixture.ts';
import { decisions, minuteMs, place, readOf, startMs, streamRecord } from './shard.fixture.ts';
import type { WindowState } from './state.ts';
import { parseState } from './state.ts';
import type { WindowPlan } from './window.ts';
import { planWindow } from './window.ts';

const hoshi = { name: 'Hoshi', distance: 0.5, health: 0 };
const made: MadeRecord[] = [
  { sequence: 8, arrivalMs: startMs + 59_000, parts: [hoshi, { ...hoshi, distance: 1 }] },
  { sequence: 9, arrivalMs: startMs + minuteMs, parts: [hoshi, 'malformed'] },
  // It arrived in the window, and on the day, before.
  { sequence: 11, arrivalMs: startMs + 59_999, parts: [hoshi, { name: 'Über', distance: 0, health: 0 }] },
];
const [first, ...others] = made.map(streamRecord);

function plan(state: WindowState | undefined, records: typeof others, ends: boolean): WindowPlan {
  const batch = records.length === 0 ? undefined : { read: readOf(records), decisions };
  return planWindow(place, state, batch, ends);
}

function stateOf({ state }: WindowPlan): WindowState {
  const parsed = parseState(JSON.parse(JSON.stringify(state)));
  if (parsed.kind !== 'held') throw new Error(`the state is ${parsed.kind}`);
  return parsed.state;
}

describe('an invocation', () => {
  test('writes nothing while its window goes on, and hands its state on', () => {
    const going = plan(undefined, first ? [first] : [], false);
    expect(going).toMatchObject({ partials: [], quarantined: [], ledgers: [], checkpoint: undefined });
    expect(stateOf(going)).toMatchObject({ parts: [{ name: 'Hoshi', records: 2, first: '001:8', last: '001:8' }] });
  });

  test('sets aside at once what it cannot read: no state carries a record', () => {
    const going = plan(undefined, others, false);
    expect(going.quarantined.map(({ objectKey, events }) => [objectKey, events])).toEqual([
      ['quarantine/rides/2026-11-03/shardId-000000000003/9-1.json', 1],
    ]);
    expect(plan(stateOf(going), [], true).quarantined).toEqual([]);
  });

  test('writes each window into the generation that is true for it', () => {
    const generationOf = (size: string, windowMs: number) => (size === 'w60' && windowMs > startMs ? 8 : 2);
    const batch = { read: readOf(made.map(streamRecord)), decisions };
    const { partials } = planWindow({ ...place, generationOf }, undefined, batch, true);
    expect(partials.map(({ key }) => `${key.EventName} ${key.Bucket}`).sort()).toEqual([
      '$other w60#0002#2026-11-02T23:59:00Z#000000000003',
      'Hoshi w60#0002#2026-11-02T23:59:00Z#000000000003',
      'Hoshi w60#0008#2026-11-03T00:00:00Z#000000000003',
    ]);
  });

  test.each([
    ['with records', () => plan(stateOf(plan(undefined, first ? [first] : [], false)), others, true)],
    ['without', () => plan(stateOf(plan(undefined, first ? [first, ...others] : [], false)), [], true)],
  ])('that ends its window, %s, writes all that came since the last, and hands on nothing', (_, end) => {
    const ending = end();
    expect(
      ending.partials.map(({ key, writer, parts }) => [key.EventName, key.Bucket.slice(9, 29), writer, parts.length]),
    ).toEqual([
      ['$other', '2026-11-02T23:59:00Z', 'live', 1],
      ['Hoshi', '2026-11-03T00:00:00Z', 'live', 1],
      ['Hoshi', '2026-11-02T23:59:00Z', 'live', 1],
    ]);
    expect(ending.partials.at(-1)?.parts).toMatchObject([
      { first: '001:8', last: '002:11', records: 3, measures: { distance: { count: 3, sum: [2], maximum: 1 } } },
    ]);
    expect(ending.ledgers.map(({ key, part }) => [key.Item, part.first, part.last, part.counts.Received])).toEqual([
      ['LEDGER#window#2026-11-02#shardId-000000000003', '001:8', '002:11', 4],
      ['LEDGER#window#2026-11-03#shardId-000000000003', '001:9', '001:9', 2],
    ]);
    expect(ending.ledgers.map(({ part }) => part.counts)).toMatchObject([
      { Counted: 4, OverCap: 1, Malformed: 0 },
      { Counted: 1, OverCap: 0, Malformed: 1 },
    ]);
    expect(ending.checkpoint).toEqual({
      key: { Source: 'rides', Item: 'CHECKPOINT#window#shardId-000000000003' },
      lastSequence: '002:11',
      arrivalMs: startMs + 59_999,
      received: 6,
      first: { sequence: '001:8', arrivalMs: startMs + 59_000 },
    });
    expect(ending.state).toEqual({});
  });

  test('without records and state has nothing to do, whether its window ends or not', () => {
    const nothing = { partials: [], quarantined: [], ledgers: [], checkpoint: undefined, state: {} };
    expect(plan(undefined, [], true)).toEqual(nothing);
    expect(plan(undefined, [], false)).toEqual(nothing);
  });

  test('without records hands on the state that it was handed', () => {
    const state = stateOf(plan(undefined, others, false));
    expect(stateOf(plan(state, [], false))).toEqual(state);
  });

  test('goes on with windows of another length beside those that its state holds', () => {
    const state = stateOf(plan(undefined, first ? [first] : [], false));
    const batch = { read: readOf(others), decisions };
    const ending = planWindow({ ...place, seconds: 300 }, state, batch, true);
    expect(ending.partials.map(({ key }) => `${key.EventName} ${key.Bucket.slice(0, 30)}`)).toEqual([
      '$other w300#0000#2026-11-02T23:55:00Z',
      'Hoshi w300#0000#2026-11-02T23:55:00Z',
      'Hoshi w300#0000#2026-11-03T00:00:00Z',
      'Hoshi w60#0000#2026-11-02T23:59:00Z#',
    ]);
  });

  test('is not planned from measures that do not fit the fields of their events', () => {
    const read = readOf(others);
    const events = { ...read.events, measured: read.events.measured.slice(1) };
    expect(() => planWindow(place, undefined, { read: { ...read, events }, decisions }, true)).toThrow(
      'measures were read, but the fields of the events have',
    );
  });
});
