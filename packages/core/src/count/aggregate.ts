import { createHash } from 'node:crypto';
import { PbfReader } from 'pbf';

/**
 * Records that the Kinesis Producer Library packed into one: the bytes F3 89 9A C2, a protobuf `AggregatedRecord`, and the
 * MD5 of the protobuf (github.com/awslabs/amazon-kinesis-producer, aggregation-format.md).
 *
 *     AggregatedRecord { repeated string partition_key_table = 1; repeated string explicit_hash_key_table = 2;
 *                        repeated Record records = 3; }
 *     Record { required uint64 partition_key_index = 1; optional uint64 explicit_hash_key_index = 2;
 *              required bytes data = 3; repeated Tag tags = 4; }
 *
 * Only `data` is read: who wrote which partition or hash key does not matter for counting (and writers are known to get
 * the hash keys wrong). A record without data is an empty one. A KPL producer that learns late of a split sends the
 * user records that landed on the wrong child again; they are two events then, as any producer's retry is.
 */

const magic = [0xf3, 0x89, 0x9a, 0xc2];
const checksumBytes = 16;
const recordsField = 3;
const dataField = 3;
const lengthDelimited = 2;

/**
 * Where the user records lie in `bytes`: start, end, start, end and so on, in their order. Undefined when this is no
 * aggregate: other magic, another MD5, or a protobuf that cannot be read to its end. Reads no more than `recordsMax` + 1 records.
 */
export function userRecordRanges(bytes: Uint8Array, recordsMax: number): number[] | undefined {
  const end = bytes.length - checksumBytes;
  if (end < magic.length || magic.some((byte, index) => bytes[index] !== byte)) return undefined;
  const checksum = createHash('md5').update(bytes.subarray(magic.length, end)).digest();
  if (checksum.compare(bytes, end) !== 0) return undefined;
  try {
    return readRanges(bytes, end, recordsMax);
  } catch {
    // pbf throws on varints of more than 10 bytes and on wire types that protobuf does not have; reads beyond the end are caught below.
    return undefined;
  }
}

function readRanges(bytes: Uint8Array, end: number, recordsMax: number): number[] | undefined {
  const reader = new PbfReader(bytes);
  reader.pos = magic.length;
  const ranges: number[] = [];
  while (reader.pos < end && ranges.length <= 2 * recordsMax) {
    const field = reader.nextField(end);
    if (field === 0) return undefined;
    if (field !== recordsField) {
      reader.skip(reader.type);
      continue;
    }
    if (reader.type !== lengthDelimited) return undefined;
    const recordEnd = reader.readVarint() + reader.pos;
    if (recordEnd > end || !readRecord(reader, recordEnd, ranges)) return undefined;
  }
  return reader.pos <= end ? ranges : undefined;
}

/** Appends the range of the `data` of one `Record` that ends at `end`; the last field wins, as protobuf has it. False when it is broken. */
function readRecord(reader: PbfReader, end: number, ranges: number[]): boolean {
  let dataStart = end;
  let dataEnd = end;
  while (reader.pos < end) {
    const field = reader.nextField(end);
    if (field === 0) return false;
    if (field !== dataField) {
      reader.skip(reader.type);
      continue;
    }
    if (reader.type !== lengthDelimited) return false;
    const length = reader.readVarint();
    dataStart = reader.pos;
    dataEnd = dataStart + length;
    reader.pos = dataEnd;
  }
  ranges.push(dataStart, dataEnd);
  return reader.pos === end;
}
