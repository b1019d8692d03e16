import { randomUUID } from 'node:crypto';
import { cbor, dateToTag } from '@smithy/core/cbor';
import type { AwsRequest, AwsResponse, Service } from '../gateway/service.ts';
import { failureResponse, protocolOf, ServiceFailure } from './failure.ts';
import { parseQuery } from './query.ts';
import { toXml } from './xml.ts';

export type Input = Readonly<Record<string, unknown>>;
/** Dates are written as each protocol writes times, Maps as it writes maps; undefined members are left out. Undefined: an empty answer. */
export type Output = Readonly<Record<string, unknown>> | undefined;
export type Operation = (input: Input, request: AwsRequest) => Output | Promise<Output>;

export interface RpcOptions {
  /** For messages: `CloudWatch`. */
  readonly name: string;
  /** Of the query protocol's answers. */
  readonly xmlNamespace: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/**
 * A service whose operations take and give plain objects, in the protocol that the client chose: JSON, CBOR or query. An
 * operation answers with an error by throwing a ServiceFailure.
 */
export function rpcService({ name, xmlNamespace, operations }: RpcOptions): Service {
  return {
    async handle(request) {
      const operation = Object.hasOwn(operations, request.operation) ? operations[request.operation] : undefined;
      if (operation === undefined) {
        const served = Object.keys(operations).sort().join(', ');
        const message = `The local engine's ${name} does not serve ${request.operation || 'a request without an operation'}; it serves ${served}`;
        return failureResponse(request, { code: 'UnknownOperationException', message, status: 501 });
      }
      try {
        return encode(request, xmlNamespace, await operation(decode(request), request));
      } catch (error) {
        if (error instanceof ServiceFailure) return failureResponse(request, error.failure);
        throw error;
      }
    },
  };
}

function decode(request: AwsRequest): Input {
  try {
    if (protocolOf(request) === 'query')
      return parseQuery(request.body.length > 0 ? request.body.toString('utf8') : request.query.toString());
    if (request.body.length === 0) return {};
    const input: unknown =
      protocolOf(request) === 'cbor' ? cbor.deserialize(request.body) : JSON.parse(request.body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {
    // Said below, as for every input that is no object.
  }
  throw new ServiceFailure({ code: 'SerializationException', message: 'The request cannot be read' });
}

function encode(request: AwsRequest, xmlNamespace: string, output: Output): AwsResponse {
  const requestId = randomUUID();
  const headers = { 'x-amzn-requestid': requestId };
  const protocol = protocolOf(request);
  if (protocol === 'cbor') {
    const body = Buffer.from(cbor.serialize(mapDates(output ?? {}, dateToTag)));
    return {
      status: 200,
      headers: { ...headers, 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
      body,
    };
  }
  if (protocol === 'query') {
    const result =
      output === undefined ? '' : `<${request.operation}Result>${toXml(output)}</${request.operation}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    const body = `<${request.operation}Response xmlns="${xmlNamespace}">${result}${metadata}</${request.operation}Response>`;
    return { status: 200, headers: { ...headers, 'content-type': 'text/xml' }, body };
  }
  const body = JSON.stringify(mapDates(output ?? {}, (date) => date.getTime() / 1_000));
  return {
    status: 200,
    headers: { ...headers, 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0' },
    body,
  };
}

function mapDates(value: unknown, write: (date: Date) => unknown): unknown {
  if (value instanceof Date) return write(value);
  if (value instanceof Map) return mapDates(Object.fromEntries(value), write);
  if (Array.isArray(value)) return value.map((item) => mapDates(item, write));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, mapDates(member, write)]));
}
