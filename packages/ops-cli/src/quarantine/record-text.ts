import { expandGzip, isGzip } from '@tidemark/core/count/gzip';
import { gzipExpandedBytesMax } from '@tidemark/core/limits';

/** What is in a record or a user record of an aggregate, as text. */
export interface RecordText {
  /** Undefined where it is no text in UTF-8, compressed or not. */
  readonly text?: string;
  readonly form: 'plain' | 'gzip' | 'broken gzip';
  /** As they are, not expanded. */
  readonly bytes: number;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function recordText(data: Uint8Array): RecordText {
  const bytes = data.length;
  if (!isGzip(data, 0, bytes)) return { ...textOf(data), form: 'plain', bytes };
  const expanded = expandGzip(data, gzipExpandedBytesMax);
  return typeof expanded === 'string' ? { form: 'broken gzip', bytes } : { ...textOf(expanded), form: 'gzip', bytes };
}

function textOf(data: Uint8Array): { readonly text?: string } {
  try {
    return { text: decoder.decode(data) };
  } catch {
    return {};
  }
}

/** The beginning of bytes that are no text: `f3 89 9a c2 ...`. */
export function shownHex(data: Uint8Array, bytesMax: number): string {
  const digits = Array.from(data.subarray(0, bytesMax), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return data.length > bytesMax ? `${digits} ...` : digits;
}
