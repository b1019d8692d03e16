import { gunzipSync } from 'node:zlib';

export function isGzip(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 2 && bytes[start] === 0x1f && bytes[start + 1] === 0x8b;
}

/**
 * What `bytes` expand to, or why they do not. Several gzip members in a row expand to their contents in a row, and bytes
 * after the last member are passed over, as gzip itself does. Expansion stops at `bytesMax`: a bomb costs no more than that.
 */
export function expandGzip(bytes: Uint8Array, bytesMax: number): Uint8Array | 'gzip-broken' | 'gzip-too-large' {
  // zlib knows no bound of nothing.
  if (bytesMax < 1) return 'gzip-too-large';
  try {
    return gunzipSync(bytes, { maxOutputLength: bytesMax });
  } catch (error) {
    return isTooLarge(error) ? 'gzip-too-large' : 'gzip-broken';
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
