import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamRecord } from '../count/record.ts';
import { Mend } from './mend.ts';
import type { LedgerPart, Run, Straddle, WindowPart } from './part.ts';
import type { MadeRecord } from './shard.fixture.ts';
import { decisions, madeRecords, minuteMs, place, readOf, startMs, streamRecord } from './shard.fixture.ts';
import { WindowTally } from './tally.ts';

/** What a run of records adds to rows and ledgers. */
function tallied(records: readonly StreamRecord[]): { windows: WindowPart[]; ledgers: LedgerPart[] } {
  const tally = new WindowTally(place);
  if (records.length > 0) tally.add(readOf(records), decisions);
  tally.letGo();
  return { windows: tally.leaving().flatMap(({ parts }) => parts), ledgers: tally.days() };
}

function mended(mend: Mend, records: readonly StreamRecord[], pageRecords: number): Mend {
  for (let at = 0; at < records.length && !mend.isDone; at += pageRecords) {
    mend.take(readOf(records.slice(at, at + pageRecords)), decisions);
  }
  return mend;
}

/** Parts that have records on both sides of a fence, which is one of their own records in that part of the stream that was written before. */
function straddling<Part extends Run>(
  parts: readonly Part[],
  held: readonly Part[],
  isSame: (one: Part, other: Part) => boolean,
) {
  return parts.flatMap((part): Straddle<Part>[] => {
    const after = held.find((other) => isSame(part, other))?.last;
    return after !== undefined && after < part.last ? [{ part, after }] : [];
  });
}

const sameKey = (one: WindowPart, other: WindowPart): boolean =>
  one.key.EventName === other.key.EventName && one.key.Bucket === other.key.Bucket;
const sameDay = (one: LedgerPart, other: LedgerPart): boolean => one.day === other.day;

describe('mending', () => {
  test('gives what the records past each fence add, in one reading for all of them', () => {
    let straddles = 0;
    fc.assert(
      fc.property(madeRecords(30), fc.nat(), fc.integer({ min: 1, max: 10 }), (made, cut, pageRecords) => {
        const records = made.map(streamRecord);
        const written = tallied(records.slice(0, cut % records.length));
        const whole = tallied(records);
        const windows = straddling(whole.windows, written.windows, sameKey);
        const ledgers = straddling(whole.ledgers, written.ledgers, sameDay);
        if (windows.length + ledgers.length === 0) return;
        straddles += windows.length;

        const mend = new Mend(windows, ledgers);
        const from = records.findIndex(({ sequenceNumber }) => sequenceNumber === mend.from);
        mended(mend, records.slice(from), pageRecords);
        expect(mend.isDone).toBe(true);
        const rest = tallied(records.slice(cut % records.length));
        for (const straddle of windows) {
          expect(mend.windowRest(straddle)).toEqual(rest.windows.find((part) => sameKey(part, straddle.part)));
        }
        for (const straddle of ledgers) {
          expect(mend.ledgerRest(straddle)).toEqual(rest.ledgers.find((part) => sameDay(part, straddle.part)));
        }
      }),
      { numRuns: 300 },
    );
    expect(straddles).toBeGreaterThan(50);
  });
});

describe('a part', () => {
  const ride = (sequence: number, name = 'Hoshi'): MadeRecord => ({
    sequence,
    arrivalMs: startMs + sequence,
    parts: [{ name, distance: sequence, health: 0 }],
  });
  const records = [ride(1), ride(2, 'Pegasus'), ride(3), ride(4), ride(5, 'Pegasus')].map(streamRecord);
  const whole = tallied(records);
  const [hoshi, pegasus] = whole.windows.toSorted((one, other) =>
    one.key.EventName < other.key.EventName ? -1 : 1,
  ) as [WindowPart, WindowPart];
  const ofHoshi = { part: hoshi, after: '001:1' };
  const ofPegasus = { part: pegasus, after: '001:2' };
  const ofDay = { part: whole.ledgers[0] as LedgerPart, after: '001:3' };

  test('is read again from the earliest fence on, up to the last record of all', () => {
    const mend = new Mend([ofHoshi, ofPegasus], [ofDay]);
    expect(mend.from).toBe('1');
    mend.take(readOf(records.slice(0, 4)), decisions);
    expect(mend.isDone).toBe(false);
    mend.take(readOf(records.slice(4)), decisions);
    expect(mend.isDone).toBe(true);
    expect(mend.windowRest(ofHoshi)).toMatchObject({ first: '001:3', last: '001:4', records: 2 });
    expect(mend.windowRest(ofPegasus)).toMatchObject({ first: '001:5', last: '001:5', records: 1 });
    expect(mend.ledgerRest(ofDay)).toMatchObject({ first: '001:4', last: '001:5', counts: { Received: 2 } });
  });

  test('is past mending where the record of its fence has left the stream, and others are not', () => {
    const mend = mended(new Mend([ofHoshi, ofPegasus], [ofDay]), records.slice(1), 2);
    expect(mend.windowRest(ofHoshi)).toBeUndefined();
    expect(mend.windowRest(ofPegasus)).toMatchObject({ first: '001:5', records: 1 });
    expect(mend.ledgerRest(ofDay)).toMatchObject({ counts: { Received: 2 } });
    const late = mended(new Mend([ofPegasus], [ofDay]), records.slice(4), 2);
    expect([late.windowRest(ofPegasus), late.ledgerRest(ofDay)]).toEqual([undefined, undefined]);
  });

  test('that took several pages to read has a proof: the first fence that was seen', () => {
    const proofs = [records, records.slice(1), records.slice(4)].map(
      (read) => mended(new Mend([ofHoshi, ofPegasus], [ofDay]), read, 1).proof,
    );
    expect(proofs).toEqual(['1', '2', undefined]);
    expect(mended(new Mend([ofHoshi, ofPegasus], [ofDay]), records, 3).proof).toBe('1');
    expect(mended(new Mend([ofHoshi], []), records, 5).proof).toBeUndefined();
  });

  test('is past mending where its last record was not read', () => {
    const mend = mended(new Mend([ofHoshi, ofPegasus], [ofDay]), records.slice(0, 4), 2);
    expect(mend.isDone).toBe(false);
    expect(mend.windowRest(ofHoshi)).toMatchObject({ records: 2 });
    expect([mend.windowRest(ofPegasus), mend.ledgerRest(ofDay)]).toEqual([undefined, undefined]);
  });

  test('is past mending where its last record is read otherwise today', () => {
    const others = [...records.slice(0, 3), streamRecord(ride(4, 'Pegasus')), ...records.slice(4)];
    expect(mended(new Mend([ofHoshi], []), others, 5).windowRest(ofHoshi)).toBeUndefined();
  });

  test('takes the readings of its own window alone', () => {
    const later = streamRecord({ ...ride(3), arrivalMs: startMs + minuteMs });
    const mend = mended(new Mend([ofHoshi], []), records.with(2, later), 5);
    expect(mend.windowRest(ofHoshi)).toMatchObject({ first: '001:4', records: 1 });
  });

  test('is read again by its own length, whatever is configured since', () => {
    const Bucket = hoshi.key.Bucket.replace('w60', 'w1');
    const short = { part: { ...hoshi, key: { ...hoshi.key, Bucket } }, after: '001:1' };
    const later = streamRecord({ ...ride(3), arrivalMs: startMs + 1000 });
    expect(mended(new Mend([short], []), records, 5).windowRest(short)).toMatchObject({ records: 2 });
    expect(mended(new Mend([short], []), records.with(2, later), 5).windowRest(short)).toMatchObject({ records: 1 });
  });

  test('must straddle', () => {
    expect(() => new Mend([], [])).toThrow(RangeError);
  });
});
