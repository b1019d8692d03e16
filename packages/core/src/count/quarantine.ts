import type { Floors } from '../control/floors.ts';
import type { BucketSize } from '../series/bucket.ts';
import { bucketStart } from '../series/bucket.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import type { QuarantineReason } from './outcome.ts';
import type { Decisions } from './outcomes.ts';
import { outcomes } from './outcomes.ts';
import type { ReadBatch } from './read.ts';
import type { StreamRecord } from './record.ts';

/** One part of a record that was not counted. */
export interface QuarantinedEvent {
  readonly reason: QuarantineReason;
  readonly detail: string;
  /** Its place among everything the record held. */
  readonly index: number;
}

/** The JSON of a quarantine object: the whole Kinesis record, and why. */
export interface QuarantineBody extends QuarantinedEvent {
  readonly source: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** ISO 8601, milliseconds, UTC. */
  readonly arrival: string;
  readonly partitionKey: string;
  /** The Kinesis record, base64. */
  readonly data: string;
  /** The other parts of an aggregate that were not counted either; absent when there are none. */
  readonly more?: readonly Omit<QuarantinedEvent, 'detail'>[];
}

/**
 * One object a Kinesis record, whatever its aggregate held: an object a user record would let one record of 1 MB write
 * itself out a hundred thousand times. Key and body follow from the record and remembered decisions, so that a retry
 * writes the same object again.
 */
export interface QuarantinedRecord {
  /** `quarantine/<source>/<arrival day>/<shardId>/<sequence>-<index>.json`; `index` is that of the first part set aside. */
  readonly objectKey: string;
  readonly body: QuarantineBody;
  /** Events set aside with it, at least one: what the ledger tallies. */
  readonly events: number;
}

/** `outcome`: for each event, one of `outcomes`. */
export function quarantinedRecords(read: ReadBatch, outcome: Uint8Array, { floors }: Decisions): QuarantinedRecord[] {
  const byRecord = new Map<number, QuarantinedEvent[]>();
  const setAside = (record: number, event: QuarantinedEvent): void => {
    const events = byRecord.get(record);
    if (events === undefined) {
      byRecord.set(record, [event]);
    } else {
      events.push(event);
    }
  };
  for (const { record, index, reason, detail } of read.malformed) {
    setAside(record, { reason, detail, index });
  }
  const { events } = read;
  for (let event = 0; event < outcome.length; event += 1) {
    if ((outcome[event] as number) >= outcomes.tooOld) {
      setAside(events.record[event] as number, agedEvent(read, outcome, floors, event));
    }
  }
  return [...byRecord]
    .sort(([left], [right]) => left - right)
    .map(([record, parts]) => quarantinedRecord(read, record, parts));
}

function agedEvent(read: ReadBatch, outcome: Uint8Array, floors: Floors, event: number): QuarantinedEvent {
  const { records, source } = read;
  const { arrivalMs } = records[read.events.record[event] as number] as StreamRecord;
  const timeMs = read.events.timeMs[event] as number;
  const index = read.events.index[event] as number;
  const time = new Date(timeMs).toISOString();
  if (outcome[event] === outcomes.tooNew) {
    return { reason: 'too-new', detail: `time: ${time} is more than two hours after its arrival`, index };
  }
  const isBelow = (size: BucketSize): boolean => bucketStart(timeMs, size) < floors.floorAt(size, arrivalMs);
  return {
    reason: 'too-old',
    detail: `time: ${time} lies below the prune floor of ${source.buckets.filter(isBelow).join(', ')}`,
    index,
  };
}

function quarantinedRecord(read: ReadBatch, place: number, parts: QuarantinedEvent[]): QuarantinedRecord {
  const [first, ...others] = parts.sort((left, right) => left.index - right.index);
  const record = read.records[place];
  if (first === undefined || record === undefined) {
    throw new Error(`nothing set aside of record ${place}`);
  }
  const { sequenceNumber, arrivalMs, partitionKey, data } = record;
  const day = formatDay(dayNumber(arrivalMs));
  const more = others.map(({ reason, index }) => ({ reason, index }));
  return {
    objectKey: `quarantine/${read.source.name}/${day}/${read.shardId}/${sequenceNumber}-${first.index}.json`,
    body: {
      ...first,
      source: read.source.name,
      shardId: read.shardId,
      sequenceNumber,
      arrival: new Date(arrivalMs).toISOString(),
      partitionKey,
      data,
      ...(more.length === 0 ? {} : { more }),
    },
    events: parts.length,
  };
}
