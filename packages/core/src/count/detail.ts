import type { FieldPath } from '../config.ts';

/** Words for what was found in a record: short, on one line and safe to show on a terminal, whatever a producer wrote. */

const shownCharactersMax = 40;
/** What a terminal or a log may obey or hide, or what is not text. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** `path` as the configuration writes it: `detail.type`. */
export function shownPath(path: FieldPath): string {
  return shownText(path.join('.'));
}

/** The JSON value between `start` and `end` as it is written; of objects and arrays no more than what they are. */
export function shownValue(bytes: Uint8Array, start: number, end: number): string {
  if (bytes[start] === 0x7b) return 'an object';
  if (bytes[start] === 0x5b) return 'an array';
  return shownText(textOf(bytes, start, end));
}

/** The beginning of the text between `start` and `end`, quoted; `the end` when nothing is left. */
export function shownBeginning(bytes: Uint8Array, start: number, end: number): string {
  if (start >= end) return 'the end';
  const text = textOf(bytes, start, Math.min(end, start + 12));
  // The last bytes may be the beginning of a character.
  return `'${shownText(text.replace(/\ufffd$/, ''))}'`;
}

/** `f3 89 9a c2` */
export function shownBytes(bytes: Uint8Array, start: number, end: number): string {
  return Array.from(bytes.subarray(start, Math.min(end, start + 8)), (byte) => byte.toString(16).padStart(2, '0')).join(
    ' ',
  );
}

function shownText(text: string): string {
  const shown = text.replace(hidden, escapeOf);
  // Never half a character.
  return shown.length > shownCharactersMax
    ? `${shown.slice(0, shownCharactersMax).replace(/[\ud800-\udbff]$/, '')}…`
    : shown;
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** No more than can be shown: a value may be megabytes long. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  const length = Math.min(end - start, 4 * (shownCharactersMax + 1));
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString();
}
