import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A content as it was before it was compressed, in memory for what a gunzip buffers. Throws for one that is no whole gzip: `gzipFault` tells. */
export function gunzipped(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  // Whichever of both fails or is left, the other is closed; the reader of the second is told.
  return pipeline(Readable.from(body, { objectMode: false, signal }), createGunzip(), () => {});
}

/** Why a content is no whole gzip; undefined for any other fault. */
export function gzipFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('Z_')) return undefined;
  return `is not a whole gzip file: ${error.message}`;
}
