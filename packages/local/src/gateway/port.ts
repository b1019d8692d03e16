import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createTcpServer, type Socket } from 'node:net';

export type PortRequest = IncomingMessage | Http2ServerRequest;
export type PortResponse = ServerResponse | Http2ServerResponse;

export interface Port {
  readonly port: number;
  /** Closes the port and every connection, whatever they are doing. */
  close(): Promise<void>;
}

export interface PortOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly onRequest: (request: PortRequest, response: PortResponse) => void;
}

/** What a client that speaks HTTP/2 without TLS and without an upgrade sends first (RFC 9113, 3.4). */
const http2Preface = Buffer.from('PRI * HTTP/2.0');
/** SDKs keep connections for long; a server that closes an idle one races with the next request on it. */
const idleConnectionMsMax = 10 * 60_000;
const concurrentStreamsMax = 1_000;
/**
 * Bytes that a client may send of one request, and of all requests of its connection, before it hears from the engine. With
 * HTTP/2's own 64 KB a call with 500 records waits for the engine's turn again and again, which takes long on a busy machine.
 */
const streamWindowBytes = 16 * 1024 * 1024;
const connectionWindowBytes = 64 * 1024 * 1024;

/**
 * One port of the loopback address for HTTP/1.1 and HTTP/2 alike: most SDK clients speak the former, the Kinesis client
 * of the JavaScript SDK speaks the latter without asking.
 *
 * Rejects with the system's error (`EADDRINUSE`) when the port is taken.
 */
export async function openPort({ port, onRequest }: PortOptions): Promise<Port> {
  const http1 = createHttpServer({ keepAliveTimeout: idleConnectionMsMax, requestTimeout: 0 }, onRequest);
  const http2 = createHttp2Server(
    { settings: { maxConcurrentStreams: concurrentStreamsMax, initialWindowSize: streamWindowBytes } },
    onRequest,
  );
  http2.on('session', (session) => session.setLocalWindowSize(connectionWindowBytes));
  const sockets = new Set<Socket>();
  const server = createTcpServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away in the middle is no event for the engine.
    socket.on('error', () => socket.destroy());
    hand(socket, http1, http2);
  });
  // Broken clients end with their connection.
  http2.on('sessionError', () => {});
  http1.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => done());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The port has no number');
  return {
    port: address.port,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of sockets) socket.destroy();
      http1.closeAllConnections();
      await closed;
    },
  };
}

/** Looks at a connection's first bytes, puts them back and hands the connection to the server that understands it. */
function hand(
  socket: Socket,
  http1: ReturnType<typeof createHttpServer>,
  http2: ReturnType<typeof createHttp2Server>,
): void {
  let seen = Buffer.alloc(0);
  const onReadable = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    seen = Buffer.concat([seen, chunk]);
    const known = Math.min(seen.length, http2Preface.length);
    const looksLikeHttp2 = seen.subarray(0, known).equals(http2Preface.subarray(0, known));
    if (looksLikeHttp2 && known < http2Preface.length) return;
    socket.off('readable', onReadable);
    socket.unshift(seen);
    (looksLikeHttp2 ? http2 : http1).emit('connection', socket);
  };
  socket.on('readable', onReadable);
}
