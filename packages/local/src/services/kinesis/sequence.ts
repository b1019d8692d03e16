/**
 * A sequence number is a 187-bit number whose leading hexadecimal digit is always 2: 56 decimal digits, whose string
 * order is their numeric order. Behind it, from high to low: the second in which the shard was made, the last digit of
 * the shard's index, a counter, a zero byte, the second of the arrival, the shard's index, and the layout's version, 2.
 *
 * So numbers grow within a shard by the counter, whatever the clock does, and a child's numbers lie above all of its
 * parents' because its second does.
 */
export interface SequenceParts {
  readonly createdSeconds: number;
  readonly shardIndex: number;
  /** 0 is the shard's own start, below every record. */
  readonly counter: number;
  readonly arrivalMs: number;
}

/** The counter in the number with which a closed shard ends: above every record's. */
export const endCounter = 0x7fff_ffff_ffff_ffffn;

const layout = /^2([0-9a-f]{9})[0-9a-f]([0-9a-f]{16})00[0-9a-f]{9}([0-9a-f]{8})2$/;

export function formatSequence({
  createdSeconds,
  shardIndex,
  counter,
  arrivalMs,
}: Omit<SequenceParts, 'counter'> & { readonly counter: number | bigint }): string {
  const arrivalSeconds = Math.max(0, Math.floor(arrivalMs / 1000));
  const hex = `2${hexOf(createdSeconds, 9)}${hexOf(shardIndex % 16, 1)}${hexOf(counter, 16)}00${hexOf(arrivalSeconds, 9)}${hexOf(shardIndex, 8)}2`;
  return BigInt(`0x${hex}`).toString();
}

/** `undefined` for a number that no shard of this server could have given. */
export function parseSequence(sequenceNumber: string): Omit<SequenceParts, 'arrivalMs'> | undefined {
  const parts = layout.exec(BigInt(sequenceNumber).toString(16));
  if (parts === null) return undefined;
  const [, created = '', counter = '', shardIndex = ''] = parts;
  return {
    createdSeconds: Number.parseInt(created, 16),
    // Exact for records; the end of a closed shard only has to stay above them.
    counter: Number.parseInt(counter, 16),
    shardIndex: Number.parseInt(shardIndex, 16),
  };
}

function hexOf(value: number | bigint, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
