/**
 * Messages between the engine and a sandbox, over a pipe of their own: an 8-byte prefix with the two lengths, a small
 * JSON header, and a body of JSON bytes that only the two ends of an invocation look into. Node's own IPC channel was
 * not taken because it puts its variables into the child's environment and serializes payloads a second time.
 */
export interface Frame<Header> {
  readonly header: Header;
  readonly body: Buffer;
}

const prefixBytes = 8;

/** The frame's pieces in the order in which they are to be written. */
export function encodeFrame(header: object, body: Buffer): readonly Buffer[] {
  const head = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.allocUnsafe(prefixBytes);
  prefix.writeUInt32BE(head.length, 0);
  prefix.writeUInt32BE(body.length, 4);
  return [prefix, head, body];
}

/** Collects chunks of a pipe and gives back whole frames. Each chunk is copied at most once. */
export class FrameReader<Header> {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #needed = prefixBytes;

  /** The frames that the chunk completes. */
  push(chunk: Buffer): Frame<Header>[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const frames: Frame<Header>[] = [];
    while (this.#bytes >= this.#needed) {
      const whole = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
      const headBytes = whole.readUInt32BE(0);
      const end = prefixBytes + headBytes + whole.readUInt32BE(4);
      this.#chunks = [whole];
      this.#needed = end;
      if (whole.length < end) break;
      const header = JSON.parse(whole.toString('utf8', prefixBytes, prefixBytes + headBytes)) as Header;
      frames.push({ header, body: whole.subarray(prefixBytes + headBytes, end) });
      this.#chunks = [whole.subarray(end)];
      this.#bytes = whole.length - end;
      this.#needed = prefixBytes;
    }
    return frames;
  }
}

/** Engine to sandbox; the body is the event. */
export interface InvokeHeader {
  readonly requestId: string;
  readonly timeoutMs: number;
  readonly invokedFunctionArn: string;
  /** Base64 of a JSON object, as callers send it. */
  readonly clientContext?: string;
  /** Written to standard output and error after the handler's own last line, so that logs are known to be complete. */
  readonly endMark: string;
  /** Engine time minus wall time. */
  readonly clockOffsetMs: number;
}

/** Sandbox to engine; the body is the response, or `{errorType, errorMessage, trace}`. */
export interface SandboxHeader {
  readonly kind: 'ready' | 'initError' | 'response' | 'error';
  /** The process ends after this message and takes no further invocation. */
  readonly ending: boolean;
  /** Highest resident set so far, in KB. */
  readonly maxRssKb: number;
}
