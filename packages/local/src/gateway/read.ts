import { gunzip } from 'node:zlib';
import type { PortRequest } from './port.ts';

/** The largest body that any AWS call may have is DynamoDB's 16 MB; S3 objects go as far in one piece here. */
export const bodyBytesMax = 32 * 1024 * 1024;
const expandedBytesMax = 64 * 1024 * 1024;

export type Read = { readonly ok: true; readonly body: Buffer } | { readonly ok: false; readonly reason: string };

/** Reads a request's body whole. A body above the bound is answered as such, the rest of it is not read. */
export async function readBody(request: PortRequest): Promise<Read> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return { ok: false, reason: `The request's body is larger than ${bodyBytesMax} bytes` };
    chunks.push(chunk);
  }
  return { ok: true, body: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks) };
}

/** Undoes `content-encoding: gzip`, which SDKs put on large CloudWatch calls. */
export function expand(body: Buffer): Promise<Read> {
  return new Promise((done) => {
    gunzip(body, { maxOutputLength: expandedBytesMax }, (error, expanded) =>
      done(
        error === null
          ? { ok: true, body: expanded }
          : { ok: false, reason: `The request's body is not gzip: ${error.message}` },
      ),
    );
  });
}
