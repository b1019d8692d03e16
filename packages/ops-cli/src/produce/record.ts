/** A record on its way to the stream. */
export interface OutgoingRecord {
  readonly data: Uint8Array;
  /** 1 to 256 characters. */
  readonly partitionKey: string;
}

/** Kinesis takes 1 MiB a record, data and partition key together, unless a stream is set to take more. */
export const recordBytesMax = 1024 * 1024;
/** Kinesis takes 500 records and, everywhere, 5 MiB a call; some regions take 10 MiB by now. */
export const recordsPerCallMax = 500;
export const bytesPerCallMax = 5 * 1024 * 1024;

/** What a record counts towards the limits. */
export function recordBytes(record: OutgoingRecord): number {
  return record.data.length + Buffer.byteLength(record.partitionKey);
}
