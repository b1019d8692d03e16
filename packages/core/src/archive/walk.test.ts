import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamRecord } from '../count/record.ts';
import { aheadOfArrivalMsMax, arrivalDisorderMsMax } from '../limits.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import type { Fence } from '../series/sequence.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { ArchiveObject } from './object.ts';
import { afterHandled } from './reading.ts';
import { archiveStartDay, archiveStartMs, walkDay, walkStart } from './walk.ts';

const dayMs = 24 * 60 * 60 * 1000;
const startMs = Date.parse('2026-11-02T00:00:00Z');

test('whole days are read: from the beginning of the day of the first arrival that matters', () => {
  expect(archiveStartMs(startMs + aheadOfArrivalMsMax)).toBe(startMs);
  expect(archiveStartMs(startMs + aheadOfArrivalMsMax - 1)).toBe(startMs - dayMs);
  expect(archiveStartDay(startMs + 20 * 60 * 60 * 1000)).toBe('2026-11-02');
});

/** Records whose arrivals go forward, but for a disorder that the archive allows, cut into batches. Each batch may have been tried before, from the same record on, with other bounds. */
const archived = fc
  .record({
    steps: fc.array(
      fc.record({
        stepMs: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 2 * dayMs })),
        earlierMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: arrivalDisorderMsMax })),
      }),
      { minLength: 1, maxLength: 50 },
    ),
    cuts: fc.array(fc.nat({ max: 49 }), { maxLength: 12 }),
    retried: fc.array(fc.tuple(fc.nat({ max: 12 }), fc.integer({ min: 1, max: 20 })), { maxLength: 12 }),
  })
  .map(({ steps, cuts, retried }) => {
    let arrivalMs = startMs;
    const records = steps.map(({ stepMs, earlierMs }, index): StreamRecord => {
      arrivalMs += stepMs;
      return { sequenceNumber: String(index * 3 + 8), partitionKey: 'k', arrivalMs: arrivalMs - earlierMs, data: '' };
    });
    const borders = [...new Set([0, ...cuts.filter((cut) => cut < records.length), records.length])].sort(
      (one, other) => one - other,
    );
    const batches = borders.slice(1).map((to, index) => [borders[index] ?? 0, to] as const);
    const again = retried
      .map(([batch, length]) => [batches[batch]?.[0] ?? 0, length] as const)
      .map(([from, length]) => [from, Math.min(records.length, from + length)] as const);
    return { records, objects: [...batches, ...again].map(([from, to]) => objectOf(records, from, to)) };
  });

function objectOf(records: readonly StreamRecord[], from: number, to: number): ArchiveObject {
  const [first, last] = [records[from], records[to - 1]];
  return {
    ...{ source: 'web', shardId: 'shardId-000000000000', day: formatDay(dayNumber(first?.arrivalMs ?? 0)) },
    ...{ first: encodeSequence(first?.sequenceNumber ?? ''), last: encodeSequence(last?.sequenceNumber ?? '') },
  };
}

/** The bucket that asks for the archive from that arrival day on. */
const from = fc.integer({ min: -3 * dayMs, max: 60 * dayMs }).map((ms) => startMs + aheadOfArrivalMsMax + ms);

describe('a walk through a shard’s archive', () => {
  test('reads every record of the wanted days once, in the order of the stream, two days at a time', () => {
    fc.assert(
      fc.property(archived, from, fc.nat({ max: 60 }), ({ records, objects }, fromMs, pause) => {
        const days = [...new Set(objects.map(({ day }) => day))].sort();
        const ofDay = (day: string | undefined) => objects.filter((object) => object.day === day);
        const { start, at: first } = startOf(days, ofDay, fromMs);
        const handled: StreamRecord[] = [];
        let fence: Fence | undefined;
        // An invocation that ends in the middle of a day lists it anew.
        for (let at = first, read = 0; at < days.length; ) {
          const listed = [...ofDay(days[at]), ...ofDay(days[at + 1])].filter(
            (each) => each.first >= (start?.first ?? ''),
          );
          let isCutOff = false;
          for (const { first, last } of walkDay(listed, days[at] ?? '')) {
            const held = records.filter(({ sequenceNumber }) => {
              const each = encodeSequence(sequenceNumber);
              return first <= each && each <= last;
            });
            handled.push(...afterHandled(held, fence));
            fence = fence === undefined || last > fence ? last : fence;
            read += 1;
            isCutOff = read === pause;
            if (isCutOff) break;
          }
          if (!isCutOff) at += 1;
        }
        // Each once, in order, and all from the first on that may matter.
        const places = handled.map((record) => records.indexOf(record));
        expect(places).toEqual([...new Set(places)].sort((one, other) => one - other));
        const wanted = records.findIndex(({ arrivalMs }) => arrivalMs >= archiveStartMs(fromMs));
        if (wanted !== -1 && !beganDaysEarlier(objects, records[wanted]))
          expect(places.slice(Math.max(0, places.indexOf(wanted)))).toEqual([...records.keys()].slice(wanted));
      }),
      { numRuns: 500 },
    );
  });
});

/** Whether only objects hold the record that began days before it arrived: a walk may pass over those. */
function beganDaysEarlier(objects: readonly ArchiveObject[], record: StreamRecord | undefined): boolean {
  const each = encodeSequence(record?.sequenceNumber ?? '');
  const dayBefore = formatDay(dayNumber(record?.arrivalMs ?? 0) - 1);
  return objects.every(({ first, last, day }) => each < first || last < each || day < dayBefore);
}

function startOf(
  days: readonly string[],
  ofDay: (day: string | undefined) => readonly ArchiveObject[],
  fromMs: number,
): { readonly start: ArchiveObject | undefined; readonly at: number } {
  const first = days.findIndex((day) => day >= archiveStartDay(fromMs));
  const listed = first === -1 ? [] : [...ofDay(days[first + 1])];
  for (let at = first === -1 ? days.length - 1 : first; at >= 0; at -= 1) {
    listed.push(...ofDay(days[at]));
    const start = walkStart(listed, fromMs, at === 0);
    if (start !== undefined) return { start: start.object, at };
  }
  return { start: undefined, at: days.length };
}
