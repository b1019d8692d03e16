import { controlItems } from '../control/keys.ts';
import type { CheckpointUpdate } from '../count/checkpoint.ts';
import type { ShardBatch, StreamRecord } from '../count/record.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import { encodeSequence } from '../series/sequence.ts';
import { encodeLine } from './line.ts';
import { archiveKey } from './object.ts';

/** What becomes of a batch: first the object, then the checkpoint. A function of the batch alone, so that a retry writes the same. */
export interface ArchivedBatch {
  readonly objectKey: string;
  /** The object's content before it is compressed: one line a record, each with its end. */
  readonly lines: string;
  /** `received` counts Kinesis records. */
  readonly checkpoint: CheckpointUpdate;
}

/**
 * Every record of a batch as it came: aggregates and compressed payloads are not opened, malformed ones not looked at. A batch that is
 * empty or out of order breaks what Kinesis promises, and throws: its object would not hold what its key says.
 */
export function archiveBatch(source: string, { shardId, records }: ShardBatch): ArchivedBatch {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new Error(`${shardId}: a batch without records`);
  const lastSequence = ascending(shardId, records);
  const day = formatDay(dayNumber(first.arrivalMs));
  return {
    objectKey: archiveKey({ source, shardId, day, first: encodeSequence(first.sequenceNumber), last: lastSequence }),
    lines: `${records.map(encodeLine).join('\n')}\n`,
    checkpoint: {
      key: { Source: source, Item: controlItems.checkpoint('archive', shardId) },
      lastSequence,
      arrivalMs: last.arrivalMs,
      received: records.length,
    },
  };
}

/** The last record's fence. Throws where the records do not ascend. */
function ascending(shardId: string, records: readonly StreamRecord[]): string {
  let previous = '';
  for (const { sequenceNumber } of records) {
    const fence = encodeSequence(sequenceNumber);
    if (fence <= previous) throw new Error(`${shardId}: record ${fence} does not come after ${previous}`);
    previous = fence;
  }
  return previous;
}
