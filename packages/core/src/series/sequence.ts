/**
 * Kinesis and DynamoDB stream sequence numbers as strings whose order is numeric order.
 *
 * A sequence number is a decimal of up to 129 digits (Kinesis API reference, `SequenceNumber`). It is kept with its
 * length in front, three digits and a colon, so that string order is numeric order whatever the length, without
 * padding every item to the longest. Compare only within one shard.
 */
export type Fence = string;

const decimal = /^(?:0|[1-9]\d{0,128})$/;

/** `'495…'` (56 digits) -> `'056:495…'`. Throws a RangeError when `sequenceNumber` is not a decimal of 1 to 129 digits. */
export function encodeSequence(sequenceNumber: string): Fence {
  if (!isSequenceNumber(sequenceNumber)) {
    throw new RangeError(`sequenceNumber: ${JSON.stringify(sequenceNumber)} is not a decimal of 1 to 129 digits`);
  }
  return `${String(sequenceNumber.length).padStart(3, '0')}:${sequenceNumber}`;
}

/** The decimal inside a fence. */
export function decodeSequence(fence: Fence): string {
  return fence.slice(4);
}

export function isSequenceNumber(text: string): boolean {
  return decimal.test(text);
}

/** Whether `text` is what `encodeSequence` makes of some sequence number. */
export function isFence(text: string): text is Fence {
  return isSequenceNumber(decodeSequence(text)) && encodeSequence(decodeSequence(text)) === text;
}
