/** Input, output, result and arguments of a state, and each variable: 256 KiB of JSON. */
export const dataBytesMax = 262_144;
/** All variables of an execution together. */
export const variableBytesMax = 10 * 1024 * 1024;
/** Events of one execution, the one that ends it included. */
export const historyEventsMax = 25_000;
/** Iterations of an inline map at once. */
export const inlineConcurrencyMax = 40;
/** Of waits, timeouts and retry delays. */
export const secondsMax = 99_999_999;

/** The name of an error, and its cause. */
export const errorCharactersMax = 256;
export const causeCharactersMax = 32_768;

/** Bytes of the value as JSON in UTF-8. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
