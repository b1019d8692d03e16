import type { ShardBatch } from '@tidemark/core/count/record';
import * as v from 'valibot';
import { batchesOf } from '../count/batch.ts';

/** A Kinesis record as EventBridge Pipes passes it on: flat, its data in base64. */
const pipedRecord = v.object({
  sequenceNumber: v.string(),
  partitionKey: v.string(),
  data: v.pipe(v.string(), v.base64()),
  /** Seconds since the epoch. */
  approximateArrivalTimestamp: v.number(),
  eventID: v.string(),
});

/** The pipe's template wraps each record, so that a recount knows whose it is. A placeholder that is escaped makes a text of the record. */
const pipedBatch = v.array(
  v.object({
    pipe: v.pipe(v.string(), v.nonEmpty()),
    record: v.union([v.pipe(v.string(), v.parseJson(), pipedRecord), pipedRecord]),
  }),
);

const archiveRequest = v.object({
  archive: v.object({
    run: v.string(),
    source: v.string(),
    shardId: v.string(),
    cursor: v.optional(v.object({ day: v.string() })),
  }),
});

/** A part of a shard's archive to be counted: what an answer said last is the next one's `cursor`. */
export type ArchiveRequest = v.InferOutput<typeof archiveRequest>['archive'];

/** What a pipe of that name brought. */
export interface PipedBatch {
  readonly kind: 'pipe';
  readonly pipe: string;
  readonly batches: readonly ShardBatch[];
}

export type RecountEvent = PipedBatch | { readonly kind: 'archive'; readonly request: ArchiveRequest };

/** Throws an Error that names the field where the event is neither a pipe's batch nor a request. Only fields are named: what they hold may be payload. */
export function recountEventOf(event: unknown): RecountEvent {
  if (!Array.isArray(event)) return { kind: 'archive', request: parsed(archiveRequest, event).archive };
  const batch = parsed(pipedBatch, event);
  const [pipe, ...others] = new Set(batch.map((each) => each.pipe));
  if (pipe === undefined || others.length > 0)
    throw badCall(`expected the records of one pipe, found ${others.length}`);
  const Records = batch.map(({ record: { eventID, ...kinesis } }) => ({
    eventID,
    kinesis: { ...kinesis, kinesisSchemaVersion: '1.0' },
  }));
  return { kind: 'pipe', pipe, batches: batchesOf({ Records }) };
}

function parsed<const Schema extends v.GenericSchema>(schema: Schema, event: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, event);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw badCall(`${v.getDotPath(issue) ?? 'event'}: expected ${issue.expected ?? 'something else'}`);
}

/** No retry mends it: the definition of a state machine or of a pipe does not fit this function. */
export function badCall(detail: string): Error {
  return Object.assign(new Error(`event: ${detail}`), { name: 'BadCall' });
}
