import type { EventFields, Source } from '../config.ts';
import { catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import { namesToAdmit } from '../count/admit.ts';
import { planBatch } from '../count/count.ts';
import { decodeRecord } from '../count/decode.ts';
import { readBatch } from '../count/read.ts';
import type { ShardBatch } from '../count/record.ts';
import type { BucketSize } from '../series/bucket.ts';
import { type Contender, contender, type Found } from './contender.ts';

/** Counts by event name and hour, as `page view 2026-11-02T09`. */
type Counts = Found;

/** One way to count the same batches. */
export function counter(name: string, batches: readonly ShardBatch[], count: (batch: ShardBatch) => Counts): Contender {
  return contender(
    name,
    () => batches.forEach(count),
    () => batches.map(count).reduce(addCounts, new Map()),
  );
}

function addCounts(sum: Counts, counts: Counts): Counts {
  for (const [key, count] of counts) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}

/** The loop that anyone would write, without a check: what it cannot read, it throws on. */
export function countPlainly(batch: ShardBatch): Counts {
  const counts: Counts = new Map();
  for (const record of batch.records) {
    const event = JSON.parse(Buffer.from(record.data, 'base64').toString()) as {
      event_type: string;
      utc_timestamp: string;
    };
    const key = `${event.event_type} ${event.utc_timestamp.slice(0, 13)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Tidemark's decoding with all checks, and the least that can be done with an event. */
export function decodingOnly(fields: EventFields): (batch: ShardBatch) => Counts {
  return (batch) => {
    const hoursByName = new Map<string, Map<number, number>>();
    const sink = {
      event: (name: string, timeMs: number): void => {
        let hours = hoursByName.get(name);
        if (hours === undefined) {
          hours = new Map();
          hoursByName.set(name, hours);
        }
        const hour = Math.floor(timeMs / 3_600_000);
        hours.set(hour, (hours.get(hour) ?? 0) + 1);
      },
      malformed: (reason: string, detail: string): never => {
        throw new Error(`${reason}: ${detail}`);
      },
    };
    for (const record of batch.records) decodeRecord(record.data, fields, sink);
    const counts: Counts = new Map();
    for (const [name, hours] of hoursByName) {
      for (const [hour, count] of hours) counts.set(`${name} ${hourOf(hour * 3_600_000)}`, count);
    }
    return counts;
  };
}

/** All that Tidemark does between a batch and its writes: decode, check, admit, tally, plan partials, ledger and checkpoint. */
export function planning(fields: EventFields, buckets: readonly BucketSize[]): (batch: ShardBatch) => Counts {
  const source: Source = { name: 'web', revisions: [{ fromMs: 0, event: fields }], buckets, maxSeries: 200 };
  const floors = floorsOf(undefined);
  let catalogue = catalogueOf({ Names: [], Caps: [{ FromMs: 0, MaxSeries: source.maxSeries }] });
  return (batch) => {
    const read = readBatch(batch, source);
    const names = namesToAdmit(read, catalogue, floors);
    if (names.length > 0) catalogue = catalogueOf({ ...catalogue, Names: [...catalogue.Names, ...names] });
    const plan = planBatch(read, { catalogue, floors, generationOf: () => 0, writer: 'live' });
    const counts: Counts = new Map();
    for (const { key, first } of plan.partials) {
      const [size, , start = ''] = key.Bucket.split('#');
      if (size === '1h') counts.set(`${key.EventName} ${start.slice(0, 13)}`, first.add.EventCount ?? 0);
    }
    return counts;
  };
}

function hourOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 13);
}
