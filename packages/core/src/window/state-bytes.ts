import type { Figures } from '../series/figures.ts';
import type { Fence } from '../series/sequence.ts';

/**
 * Upper bounds of the JSON of a state (state.ts), in bytes, kept record by record. They follow from what the state holds alone, never
 * from how it came about or from the batches in which it did; the JSON itself is written once an invocation.
 */

/** `-0.0000012345678901234567` and a comma: no number has more characters. */
export const sumNumberBytesMax = 26;
/** Version, first and last record and the names of measures: 50 of them, of 64 characters. A source has 10 at a time. */
export const stateBaseBytesMax = 4096;
/** The ledger of one arrival day. */
export const dayBytesMax = 512;
/** Seconds, start and readings, quotes, commas and brackets of a part. */
const partNumbersBytesMax = 64;
/** Place of the measure, count, minimum and maximum, and brackets. */
const figuresNumbersBytesMax = 4 * sumNumberBytesMax;

/** Of a part without its figures. */
export function partBytesMax(name: string, first: Fence, last: Fence): number {
  return partNumbersBytesMax + textBytesMax(name) + first.length + last.length;
}

export function figuresBytesMax({ sum }: Figures): number {
  return figuresNumbersBytesMax + sum.length * sumNumberBytesMax;
}

/** Whoever carries a JSON text may write what is not ASCII as UTF-8 or with escapes, `\u00e9`: these are longer. */
function textBytesMax(text: string): number {
  let bytes = 2;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7e) bytes += 6;
    else bytes += unit === 0x22 || unit === 0x5c ? 2 : 1;
  }
  return bytes;
}
