import type { TableStreamRecord } from './change.ts';

/**
 * Where a record stands in the table's stream, as a string whose order within one stream shard is the stream's order.
 *
 * The ordinary event of a DynamoDB stream does not name its shard, and only within one shard do sequence numbers have
 * a promised order. The event id is globally unique, so that the pair names one record of the whole stream.
 */
export type Position = string;

/** DynamoDB's sequence numbers have 21 to 40 digits. */
const sequenceDigitsMax = 40;

/** Throws a RangeError when the record has no sequence number or event id: DynamoDB gives every record both. */
export function positionOf(record: TableStreamRecord): Position {
  const sequence = record.dynamodb?.SequenceNumber;
  if (sequence === undefined || !/^\d{1,40}$/.test(sequence) || !record.eventID) {
    throw new RangeError(
      `record: SequenceNumber ${JSON.stringify(sequence)}, eventID ${JSON.stringify(record.eventID)}: expected up to 40 digits and an id`,
    );
  }
  return `${sequence.padStart(sequenceDigitsMax, '0')}#${record.eventID}`;
}
