import { recountBytesPerSecondMax } from '../limits.ts';

/** How long an invocation that counts a batch of a pipe must take at least, in milliseconds: a shard's next batch is read after it. `records`: data in base64. */
export function recountMsMin(records: readonly { readonly data: string; readonly partitionKey: string }[]): number {
  let bytes = 0;
  for (const { data, partitionKey } of records) bytes += Math.ceil((data.length / 4) * 3) + partitionKey.length;
  return Math.ceil((bytes / recountBytesPerSecondMax) * 1000);
}
