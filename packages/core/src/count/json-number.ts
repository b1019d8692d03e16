/** 10^0 to 10^22: all that are numbers without rounding. */
const powersOfTen = Array.from({ length: 23 }, (_, power) => 10 ** power);
/** Sixteen digits, a sign and a point: numbers below 2^53 are hardly ever longer. */
const plainLengthMax = 18;

/** The scanned JSON number between `start` and `end`: the one that JSON.parse gives, infinite ones and -0 included. */
export function numberOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > plainLengthMax) return numberOfText(bytes, start, end);
  const isNegative = bytes[start] === 0x2d;
  let digits = 0;
  let point = end;
  // Spares the ordinary number, such as -21.375, a string. The quotient of two numbers that are not rounded is rounded once, and rightly.
  for (let at = isNegative ? start + 1 : start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === 0x2e) point = at + 1;
    else if (byte >= 0x30 && byte <= 0x39) digits = digits * 10 + (byte - 0x30);
    else return numberOfText(bytes, start, end);
  }
  if (digits > Number.MAX_SAFE_INTEGER) return numberOfText(bytes, start, end);
  const value = digits / (powersOfTen[end - point] as number);
  return isNegative ? -value : value;
}

function numberOfText(bytes: Uint8Array, start: number, end: number): number {
  return Number(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'));
}
