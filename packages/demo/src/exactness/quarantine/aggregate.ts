import { createHash } from 'node:crypto';

/** A KPL aggregate of user records, as the Kinesis Producer Library writes it (core/count/aggregate.ts). */
export function aggregateOf(records: readonly Uint8Array[]): Buffer {
  const key = field(1, Buffer.from('key'));
  const protobuf = Buffer.concat([key, ...records.map((data) => field(3, Buffer.concat([keyIndex, field(3, data)])))]);
  const checksum = createHash('md5').update(protobuf).digest();
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), protobuf, checksum]);
}

/** `partition_key_index = 0` */
const keyIndex = Buffer.from([0x08, 0x00]);

/** A field of bytes. */
function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left & 127) | 128);
  }
}
