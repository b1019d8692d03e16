import type { EventFields, Source } from '../config.ts';
import { decodeRecord } from './decode.ts';
import type { MalformedReason, RecordSink } from './outcome.ts';
import type { ShardBatch, StreamRecord } from './record.ts';

/** The events of a batch in the order of the stream, one entry an event in each column: the hot path makes no object of one. */
export interface EventColumns {
  /** Place of the event's name in `ReadBatch.names`. */
  readonly name: readonly number[];
  /** Event time, milliseconds since the epoch. */
  readonly timeMs: readonly number[];
  /** Place of the event's record in `ReadBatch.records`; never descends. */
  readonly record: readonly number[];
  /** Place of the event among everything its record held, malformed parts included. */
  readonly index: readonly number[];
  /** The measures of all events, one event after the other, as many of each as the fields of its record have (`fieldsAt`). */
  readonly measured: readonly number[];
}

export interface MalformedEvent {
  readonly record: number;
  readonly index: number;
  readonly reason: MalformedReason;
  readonly detail: string;
}

/** A batch, read: a function of its records and the configuration alone. */
export interface ReadBatch {
  readonly source: Source;
  readonly shardId: string;
  /** At least one, ascending by sequence number. */
  readonly records: readonly StreamRecord[];
  /** Distinct, in the order of their first event. */
  readonly names: readonly string[];
  readonly events: EventColumns;
  readonly malformed: readonly MalformedEvent[];
}

export type Decode = (data: string, fields: EventFields, sink: RecordSink) => void;

/**
 * Reads every record of a batch with the fields in force at its arrival. Bad records are values (`malformed`). A batch
 * that is empty or out of order breaks what Kinesis promises, and throws: counting it could be wrong without a trace.
 */
export function readBatch(batch: ShardBatch, source: Source, decode: Decode = decodeRecord): ReadBatch {
  const { shardId, records } = batch;
  if (records.length === 0) {
    throw new Error(`${shardId}: a batch without records`);
  }
  const reader = new BatchReader();
  let previous = '';
  for (let at = 0; at < records.length; at += 1) {
    const record = records[at] as StreamRecord;
    if (!isAscending(previous, record.sequenceNumber)) {
      throw new Error(`${shardId}: record ${record.sequenceNumber} does not come after ${previous}`);
    }
    previous = record.sequenceNumber;
    reader.begin(at);
    decode(record.data, fieldsAt(source, record.arrivalMs), reader);
  }
  return { source, shardId, records, names: reader.names, events: reader.events, malformed: reader.malformedEvents };
}

/** The event fields in force at an arrival time. Throws where the source has none for it. */
export function fieldsAt(source: Source, arrivalMs: number): EventFields {
  const { revisions } = source;
  for (let at = revisions.length - 1; at > 0; at -= 1) {
    const revision = revisions[at];
    if (revision !== undefined && revision.fromMs <= arrivalMs) {
      return revision.event;
    }
  }
  const first = revisions[0];
  if (first === undefined) {
    throw new Error(`${source.name}: a source without revisions`);
  }
  return first.event;
}

/** Decimals without leading zeros: the longer is the greater. */
function isAscending(before: string, after: string): boolean {
  return before.length === after.length ? before < after : before.length < after.length;
}

const noMeasures: readonly number[] = [];

class BatchReader implements RecordSink {
  readonly names: string[] = [];
  readonly events = {
    name: [] as number[],
    timeMs: [] as number[],
    record: [] as number[],
    index: [] as number[],
    measured: [] as number[],
  };
  readonly malformedEvents: MalformedEvent[] = [];
  readonly #placeOf = new Map<string, number>();
  #record = 0;
  #index = 0;

  begin(record: number): void {
    this.#record = record;
    this.#index = 0;
  }

  event(name: string, timeMs: number, measured: readonly number[] = noMeasures): void {
    let place = this.#placeOf.get(name);
    if (place === undefined) {
      place = this.names.push(name) - 1;
      this.#placeOf.set(name, place);
    }
    const { events } = this;
    events.name.push(place);
    events.timeMs.push(timeMs);
    events.record.push(this.#record);
    events.index.push(this.#index);
    for (let at = 0; at < measured.length; at += 1) events.measured.push(measured[at] as number);
    this.#index += 1;
  }

  malformed(reason: MalformedReason, detail: string): void {
    this.malformedEvents.push({ record: this.#record, index: this.#index, reason, detail });
    this.#index += 1;
  }
}
