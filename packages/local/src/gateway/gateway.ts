import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import { failureResponse } from '../wire/failure.ts';
import { attribute, type WireRequest } from './attribute.ts';
import { type Answer, type Call, type Caller, cut, type Interceptor, intercept } from './intercept.ts';
import { openPort, type Port, type PortOptions, type PortRequest, type PortResponse } from './port.ts';
import type { Principal } from './principal.ts';
import { expand, type Read, readBody } from './read.ts';
import { resourceOf } from './resource.ts';
import type { AwsRequest, AwsResponse, Service } from './service.ts';

/** Answers a call to the engine itself (`/_tidemark/...`); undefined where the path means nothing. */
export type Control = (request: WireRequest) => Promise<AwsResponse | undefined>;

export interface GatewayOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Where `port` is taken, any free one. */
  readonly orAnyPort?: boolean;
  /** By signing name: `dynamodb`, `monitoring`, ... May grow after the start. */
  readonly services: ReadonlyMap<string, Service>;
  /** First one outermost. */
  readonly interceptors: readonly Interceptor[];
  readonly control: Control;
  /** Answers what is no AWS call and needs no signature, such as function URLs; undefined for everything else. */
  readonly web?: Control;
  /** The function whose access key it is; undefined for any other client. */
  readonly functionOf: (accessKeyId: string) => string | undefined;
  /** The state machine or the pipe whose access key it is; nobody's without it. */
  readonly principalOf?: (accessKeyId: string) => Principal | undefined;
  /** An error in the engine itself, already answered with a 500. */
  readonly onError: (error: unknown) => void;
}

export interface Gateway {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Headers that belong to a connection, which HTTP/2 forbids and HTTP/1.1 sets itself. */
const connectionHeaders = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'proxy-connection',
]);

/** Opens the engine's one port and answers AWS calls on it. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  let calls = 0;
  let closing = false;
  const answer = async (request: PortRequest, response: PortResponse): Promise<void> => {
    const wire = await readWire(request);
    if ('status' in wire) return send(response, wire);
    const control = wire.url.startsWith('/_tidemark/') ? await options.control(wire) : undefined;
    if (control !== undefined) return send(response, control);
    const page = await options.web?.(wire);
    if (page !== undefined) return send(response, page);
    const awsRequest = attribute(wire);
    if (awsRequest === undefined) return send(response, unsigned(wire));
    calls += 1;
    const call = describe(calls, awsRequest, options);
    const result = await intercept(options.interceptors, call, () => perform(options.services, awsRequest));
    return result === cut ? hangUp(request) : send(response, result);
  };
  const port = await openAnyPort(options, {
    onRequest: (request, response) => {
      answer(request, response).catch((error: unknown) => {
        // A client that hung up while it was read or answered is no fault of the engine, nor is a call that its end cuts off.
        if (closing || isGone(response)) return;
        options.onError(error);
        send(response, { status: 500, headers: { 'content-type': 'application/json' }, body: internalFailure(error) });
      });
    },
  });
  return {
    endpoint: `http://127.0.0.1:${port.port}`,
    port: port.port,
    close: () => {
      closing = true;
      return port.close();
    },
  };
}

async function openAnyPort(
  { port, orAnyPort = false }: GatewayOptions,
  handlers: Omit<PortOptions, 'port'>,
): Promise<Port> {
  try {
    return await openPort({ port, ...handlers });
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    if (orAnyPort) return openPort({ port: 0, ...handlers });
    throw new Error(`Port ${port} is taken. Choose another one, or none: then the engine finds a free one`);
  }
}

/** The request read whole, or the answer to one that cannot be. */
async function readWire(request: PortRequest): Promise<WireRequest | AwsResponse> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(':')) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const authority = request.headers[':authority'];
  if (typeof authority === 'string') headers.host ??= authority;
  const raw = await readBody(request);
  const body = raw.ok && isGzip(headers) ? await expand(raw.body) : raw;
  if (!body.ok) return unreadable(body);
  return { method: request.method ?? 'GET', url: request.url ?? '/', headers, body: body.body };
}

/** For S3, `content-encoding` describes the object and is no business of the wire. */
function isGzip(headers: Readonly<Record<string, string>>): boolean {
  return headers['content-encoding'] === 'gzip' && !/\/s3\/aws4_request/.test(headers.authorization ?? '');
}

function describe(
  number: number,
  request: AwsRequest,
  { functionOf, principalOf }: Pick<GatewayOptions, 'functionOf' | 'principalOf'>,
): Call {
  const { accessKeyId } = request;
  const sessionToken = request.headers['x-amz-security-token'] ?? '';
  const functionName = functionOf(accessKeyId);
  const principal = functionName === undefined ? principalOf?.(accessKeyId) : undefined;
  const caller: Caller = {
    ...{ accessKeyId, sessionToken },
    ...(functionName === undefined ? {} : { functionName }),
    ...(principal === undefined ? {} : { principal }),
  };
  const resource = resourceOf(request);
  return { number, request, caller, ...(resource === undefined ? {} : { resource }) };
}

async function perform(services: ReadonlyMap<string, Service>, request: AwsRequest): Promise<Answer> {
  const service = services.get(request.service);
  if (service !== undefined) return service.handle(request);
  const known = [...services.keys()].sort().join(', ');
  const message = `The local engine does not serve ${request.service} (${request.operation || request.method}); it serves ${known}`;
  return failureResponse(request, { code: 'UnknownServiceException', message, status: 501 });
}

function unsigned(wire: WireRequest): AwsResponse {
  const message =
    'The request is not signed, so it names no AWS service. Any region and any keys will do: the local engine takes the service from the credential scope';
  const request = { service: '', headers: wire.headers, method: wire.method };
  return failureResponse(request, { code: 'MissingAuthenticationTokenException', message, status: 403 });
}

function unreadable(read: Read & { ok: false }): AwsResponse {
  const body = JSON.stringify({ __type: 'RequestEntityTooLargeException', message: read.reason });
  return { status: 413, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}

function internalFailure(error: unknown): string {
  const message = `The local engine failed: ${error instanceof Error ? error.message : String(error)}`;
  return JSON.stringify({ __type: 'InternalFailure', message });
}

function send(response: PortResponse, { status, headers, body, cookies }: AwsResponse): void {
  const buffer = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  const sent: Record<string, string | number | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!connectionHeaders.has(name.toLowerCase())) sent[name.toLowerCase()] = value;
  }
  // The answer to HEAD tells the object's length and carries none of it.
  const told = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  sent['content-length'] = buffer.length === 0 && told !== undefined ? told : buffer.length;
  if (cookies !== undefined) sent['set-cookie'] = cookies;
  // The two kinds of response share this call, though not its type.
  (response as ServerResponse).writeHead(status, sent as OutgoingHttpHeaders);
  response.end(buffer);
}

/** Whether nobody waits for the answer any more. An HTTP/2 response says so by its stream alone. */
function isGone(response: PortResponse): boolean {
  return response.writableEnded || ('stream' in response ? response.stream.destroyed : response.destroyed);
}

/** No answer at all: what a client sees of a lost response. */
function hangUp(request: PortRequest): void {
  if ('stream' in request) request.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else request.socket.destroy();
}
