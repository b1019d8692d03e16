import fc from 'fast-check';
import type { Source } from '../config.ts';
import { catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import type { ReadBatch } from '../count/read.ts';
import { readBatch } from '../count/read.ts';
import type { StreamRecord } from '../count/record.ts';
import type { WindowPlace } from './window.ts';

export const minuteMs = 60_000;
/** 23:59 UTC, so that windows lie on both sides of midnight. */
export const startMs = Date.UTC(2026, 10, 2, 23, 59);
/** The health of a reading is read from the middle of a window on. */
export const healthFromMs = startMs + 1.5 * minuteMs;

const name = ['Name'];
const time = ['StatusTime'];
const distance = { name: 'distance', path: ['Distance'] };
const health = { name: 'health', path: ['HealthPoints'] };

export const source: Source = {
  name: 'rides',
  revisions: [
    { fromMs: 0, event: { name, time, measures: [distance] } },
    { fromMs: healthFromMs, event: { name, time, measures: [distance, health] } },
  ],
  buckets: [],
  window: { seconds: 60 },
  maxSeries: 4,
};

/** The last of five names is over the cap. */
export const names = ['Calliope', 'Hoshi', 'Pegasus', 'Shadowfax "X" \\', 'Über'];
export const decisions = {
  catalogue: catalogueOf({ Names: names.slice(0, 4), Caps: [{ FromMs: 0, MaxSeries: 4 }] }),
  floors: floorsOf(undefined),
};

export const place: WindowPlace = {
  source: source.name,
  shardId: 'shardId-000000000003',
  seconds: 60,
  generationOf: () => 0,
  writer: 'live',
};

/** What a part of a record holds: a reading, one from the far future, or nothing that can be read. */
export type Made =
  | { readonly name: string; readonly distance: number; readonly health: number; readonly isAhead?: boolean }
  | 'malformed';

export interface MadeRecord {
  readonly sequence: number;
  readonly arrivalMs: number;
  readonly parts: readonly Made[];
}

export function streamRecord({ sequence, arrivalMs, parts }: MadeRecord): StreamRecord {
  return {
    sequenceNumber: String(sequence),
    arrivalMs,
    partitionKey: 'key',
    data: JSON.stringify({ arrivalMs, parts }),
  };
}

/** Reads made records in place of JSON events: what a record holds is told as decoding tells it. */
export function readOf(records: readonly StreamRecord[]): ReadBatch {
  return readBatch({ shardId: place.shardId, records }, source, (data, fields, sink) => {
    const { arrivalMs, parts } = JSON.parse(data) as Pick<MadeRecord, 'arrivalMs' | 'parts'>;
    for (const part of parts) {
      if (part === 'malformed') {
        sink.malformed('not-json', 'made to be so');
      } else {
        const measured = fields.measures?.length === 2 ? [part.distance, part.health] : [part.distance];
        sink.event(part.name, part.isAhead ? arrivalMs + 3 * 60 * minuteMs : arrivalMs, measured);
      }
    }
  });
}

const figure = fc.constantFrom(0, 0.1, 0.2, 1 / 3, -0.7, 1, 100, 1e16, -1e16, 1e100, -1e100, 1e-100);
const reading = fc.record({ name: fc.constantFrom(...names), distance: figure, health: figure });
const part: fc.Arbitrary<Made> = fc.oneof(
  { weight: 12, arbitrary: reading },
  { weight: 1, arbitrary: reading.map((ahead) => ({ ...ahead, isAhead: true })) },
  { weight: 1, arbitrary: fc.constant('malformed' as const) },
);

/** Records of a shard, most of them of one event. Their arrivals mostly go forward, over three windows. */
export function madeRecords(maxLength: number): fc.Arbitrary<MadeRecord[]> {
  const made = fc.record({
    gap: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 1000 })),
    backMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 2 * minuteMs })),
    parts: fc.oneof({ weight: 3, arbitrary: fc.tuple(part) }, fc.array(part, { minLength: 1, maxLength: 4 })),
  });
  return fc.array(made, { minLength: 1, maxLength, size: 'max' }).map((list) => {
    let sequence = 7;
    return list.map(({ gap, backMs, parts }, index) => {
      sequence += gap;
      const forwardMs = (index * 3 * minuteMs) / list.length;
      return { sequence, arrivalMs: Math.max(startMs, Math.floor(startMs + forwardMs - backMs)), parts };
    });
  });
}
