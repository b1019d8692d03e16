import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import { readBatch } from '../count/read.ts';
import type { StreamRecord } from '../count/record.ts';
import { measuresMax, nameBytesMax, windowStateBytesMax } from '../limits.ts';
import type { WindowPartial } from './merge.ts';
import { decisions, madeRecords, minuteMs, place, readOf, source, startMs, streamRecord } from './shard.fixture.ts';
import { parseState, serializeState } from './state.ts';
import { dayBytesMax, stateBaseBytesMax } from './state-bytes.ts';
import type { TallySettings } from './tally.ts';
import { WindowTally } from './tally.ts';

/** What a tally holds, carried as Lambda carries it. */
function carriedOn(tally: WindowTally, settings: TallySettings): WindowTally {
  const parsed = parseState(JSON.parse(JSON.stringify(serializeState(tally.state()))));
  return new WindowTally(settings, parsed.kind === 'held' ? parsed.state : undefined);
}

const partsOf = (partials: readonly WindowPartial[]) => partials.flatMap(({ parts }) => parts);

/** As a carrier that escapes whatever is not ASCII writes it. */
function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const bytesMax = fc.integer({ min: 300, max: 4000 }).map((bytes) => bytes + stateBaseBytesMax + 2 * dayBytesMax);

describe('a tally', () => {
  test('holds and lets go of the same, whatever the bounds of the batches', () => {
    let leavings = 0;
    fc.assert(
      fc.property(madeRecords(30), fc.array(fc.nat(), { maxLength: 6 }), bytesMax, (made, cuts, stateBytesMax) => {
        const records = made.map(streamRecord);
        const settings = { ...place, stateBytesMax };
        const whole = new WindowTally(settings);
        whole.add(readOf(records), decisions);

        const bounds = [0, ...cuts.map((cut) => cut % records.length).sort((left, right) => left - right)];
        const leaving: WindowPartial[] = [];
        let piecewise = new WindowTally(settings);
        for (const [index, from] of bounds.entries()) {
          const batch = records.slice(from, bounds[index + 1] ?? records.length);
          if (batch.length === 0) continue;
          piecewise = carriedOn(piecewise, settings);
          piecewise.add(readOf(batch), decisions);
          leaving.push(...piecewise.leaving());
        }
        leavings += leaving.length;
        expect(piecewise.state()).toEqual(whole.state());
        expect(piecewise.bytesMax).toBe(whole.bytesMax);
        const inOrder = (partials: readonly WindowPartial[]) =>
          partsOf(partials).sort((one, other) => Buffer.compare(sortKey(one), sortKey(other)));
        expect(inOrder(leaving)).toEqual(inOrder(whole.leaving()));
      }),
      { numRuns: 300 },
    );
    expect(leavings).toBeGreaterThan(300);
  });

  test('has no more bytes of JSON than it says, however they are escaped, and no more than it may', () => {
    fc.assert(
      fc.property(madeRecords(30), bytesMax, (made, stateBytesMax) => {
        const settings = { ...place, stateBytesMax };
        let tally = new WindowTally(settings);
        for (const record of made) {
          tally = carriedOn(tally, settings);
          tally.add(readOf([streamRecord(record)]), decisions);
          const json = JSON.stringify(serializeState(tally.state()));
          expect(Buffer.byteLength(json)).toBeLessThanOrEqual(tally.bytesMax);
          expect(escaped(json).length).toBeLessThanOrEqual(tally.bytesMax);
          expect(tally.bytesMax).toBeLessThanOrEqual(stateBytesMax);
        }
      }),
    );
  });

  test('passes over records that its state holds already', () => {
    const made = { arrivalMs: startMs, parts: [{ name: 'Hoshi', distance: 1, health: 1 }] };
    const records = [1, 2, 3].map((sequence) => streamRecord({ ...made, sequence }));
    const tally = new WindowTally(place);
    tally.add(readOf(records.slice(0, 2)), decisions);
    tally.add(readOf(records), decisions);
    expect(tally.state()).toMatchObject({ parts: [{ records: 3, last: '001:3' }], received: 3 });
  });

  test('keeps apart what it carries of windows of another length that begin at the same time', () => {
    const made = { arrivalMs: startMs, parts: [{ name: 'Hoshi', distance: 1, health: 1 }] };
    const [first, second] = [1, 2].map((sequence) => streamRecord({ ...made, sequence })) as [
      StreamRecord,
      StreamRecord,
    ];
    const before = new WindowTally(place);
    before.add(readOf([first]), decisions);
    const since = carriedOn(before, { ...place, seconds: 30 });
    since.add(readOf([second]), decisions);
    since.letGo();
    const rows = partsOf(since.leaving()).map(({ key, records }) => [key.Bucket.split('#')[0], records]);
    expect(rows).toEqual([
      ['w30', 1],
      ['w60', 1],
    ]);
  });

  test('lets go of what entered last, down to seven eighths, and keeps what was there', () => {
    const partBytes = 216;
    const settings = { ...place, stateBytesMax: stateBaseBytesMax + dayBytesMax + 6 * partBytes };
    // Of seven (name, window), five leave when the last enters; of the next two readings the first belongs to one that stayed.
    const at = (sequence: number, which: number) =>
      streamRecord({
        sequence,
        arrivalMs: startMs + (which < 4 ? 0 : minuteMs) - minuteMs,
        parts: [{ name: ['a', 'b', 'c', 'd'][which % 4] as string, distance: 1, health: 1 }],
      });
    const tally = new WindowTally(settings);
    const order = [0, 1, 2, 3, 4, 5, 6, 1, 5];
    tally.add(readOf(order.map((which, index) => at(index + 1, which))), {
      ...decisions,
      catalogue: catalogueOf({ Names: ['a', 'b', 'c', 'd'], Caps: [{ FromMs: 0, MaxSeries: 4 }] }),
    });
    const runs = (parts: readonly { name: string; first: string; last: string }[]) =>
      parts.map(({ name, first, last }) => `${name} ${first} ${last}`);
    expect(runs(tally.state()?.parts ?? [])).toEqual(['a 001:1 001:1', 'b 001:2 001:8', 'b 001:9 001:9']);
    const left = partsOf(tally.leaving()).map((part) => ({ ...part, name: part.key.EventName }));
    expect(runs(left)).toEqual(['c 001:7 001:7', 'b 001:6 001:6', 'a 001:5 001:5', 'd 001:4 001:4', 'c 001:3 001:3']);
  });
});

const sortKey = ({ key, first }: { key: { EventName: string; Bucket: string }; first: string }) =>
  Buffer.from(`${key.EventName} ${key.Bucket} ${first}`);

describe('a thousand names of 256 bytes with ten measures each, two windows at a time', () => {
  const measures = Array.from({ length: measuresMax }, (_, at) => ({ name: `measure${at}`, path: [`m${at}`] }));
  const wide = {
    ...source,
    revisions: [{ fromMs: 0, event: { name: ['n'], time: ['t'], measures } }],
    maxSeries: 1000,
  };
  const wideNames = Array.from({ length: 1000 }, (_, at) => `${at} "`.padEnd(nameBytesMax - 2, 'x').concat('ü'));
  const wideDecisions = {
    catalogue: catalogueOf({ Names: wideNames, Caps: [{ FromMs: 0, MaxSeries: 1000 }] }),
    floors: floorsOf(undefined),
  };
  const records: StreamRecord[] = Array.from({ length: 5000 }, (_, at) => ({
    sequenceNumber: `4966889902183647831025312744327192833142031573210726${4000 + at}`,
    // Every third arrival lies a window back.
    arrivalMs: startMs + at - (at % 3 === 0 ? minuteMs : 0),
    partitionKey: 'key',
    data: String(at),
  }));

  test('carry less than a megabyte, and some of them all the way', () => {
    const read = readBatch({ shardId: place.shardId, records }, wide, (data, _fields, sink) => {
      const at = Number(data);
      const measured = measures.map((_, measure) => Math.sin(at + measure) * 10 ** (measure - 3));
      sink.event(wideNames[at % 1000] as string, startMs, measured);
    });
    const tally = new WindowTally({ ...place, seconds: 60 });
    tally.add(read, wideDecisions);
    const state = tally.state();
    const bytes = Buffer.byteLength(JSON.stringify(serializeState(state)));
    expect(bytes).toBeLessThan(windowStateBytesMax);
    expect(bytes).toBeGreaterThan(windowStateBytesMax / 2);
    const residents = state?.parts.filter(
      ({ first }) => first === `056:${records[0]?.sequenceNumber.slice(0, -4)}4000`,
    );
    expect(residents).toHaveLength(1);
    expect(state?.parts.filter(({ records }) => records > 1).length).toBeGreaterThan(200);
    // What was let go is not lost: all readings are somewhere.
    const readings = [...partsOf(tally.leaving()), ...(state?.parts ?? [])].reduce(
      (sum, part) => sum + part.records,
      0,
    );
    expect(readings).toBe(5000);
  });
});
