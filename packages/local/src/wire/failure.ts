import { randomUUID } from 'node:crypto';
import { cbor } from '@smithy/core/cbor';
import type { AwsRequest, AwsResponse } from '../gateway/service.ts';
import { escapeXml } from './xml.ts';

/** A call that is answered with one of AWS's errors. */
export interface AwsFailure {
  /** `ResourceNotFoundException`: what the SDK names the error it throws. */
  readonly code: string;
  readonly message: string;
  /** HTTP status; 400 unless told. */
  readonly status?: number;
  /** The code that the query protocol has for it, where it differs (`InvalidParameterValue`). */
  readonly queryCode?: string;
  /** More members of the error, such as `Item`. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Thrown by an operation to answer with an error of AWS; caught where the service answers. */
export class ServiceFailure extends Error {
  readonly failure: AwsFailure;
  constructor(failure: AwsFailure) {
    super(failure.message);
    this.name = failure.code;
    this.failure = failure;
  }
}

/** The wire protocols that the engine's clients speak. */
export type Protocol = 'json' | 'rest-json' | 'query' | 'cbor' | 's3';

export function protocolOf({ service, headers }: Pick<AwsRequest, 'service' | 'headers'>): Protocol {
  if (service === 's3') return 's3';
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  if (headers['x-amz-target'] !== undefined) return 'json';
  return ['lambda', 'pipes', 'scheduler'].includes(service) ? 'rest-json' : 'query';
}

/** The failure as the SDK that sent the request can read it. */
export function failureResponse(
  request: Pick<AwsRequest, 'service' | 'headers' | 'method'>,
  failure: AwsFailure,
): AwsResponse {
  const status = failure.status ?? 400;
  const requestId = randomUUID();
  const headers = { 'x-amzn-requestid': requestId };
  const queryError = `${failure.queryCode ?? failure.code};${status < 500 ? 'Sender' : 'Receiver'}`;
  switch (protocolOf(request)) {
    case 's3':
      return s3Failure(status, headers, failure, requestId, request.method === 'HEAD');
    case 'query':
      return queryFailure(status, headers, failure, requestId);
    case 'cbor': {
      const body = Buffer.from(cbor.serialize({ __type: failure.code, message: failure.message, ...failure.detail }));
      const type = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
      return { status, headers: { ...headers, ...type, 'x-amzn-query-error': queryError }, body };
    }
    case 'rest-json': {
      const type = { 'content-type': 'application/json', 'x-amzn-errortype': failure.code };
      const body = JSON.stringify({
        Type: 'User',
        Message: failure.message,
        message: failure.message,
        ...failure.detail,
      });
      return { status, headers: { ...headers, ...type }, body };
    }
    case 'json': {
      const type = { 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0' };
      const body = JSON.stringify({ __type: failure.code, message: failure.message, ...failure.detail });
      return { status, headers: { ...headers, ...type, 'x-amzn-query-error': queryError }, body };
    }
  }
}

function s3Failure(
  status: number,
  headers: Readonly<Record<string, string>>,
  { code, message }: AwsFailure,
  requestId: string,
  isHead: boolean,
): AwsResponse {
  const error = `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`;
  const body = isHead ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${error}`;
  return { status, headers: { ...headers, 'content-type': 'application/xml', 'x-amz-request-id': requestId }, body };
}

function queryFailure(
  status: number,
  headers: Readonly<Record<string, string>>,
  { code, queryCode, message }: AwsFailure,
  requestId: string,
): AwsResponse {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = `<Error><Type>${type}</Type><Code>${escapeXml(queryCode ?? code)}</Code><Message>${escapeXml(message)}</Message></Error>`;
  const body = `<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status, headers: { ...headers, 'content-type': 'text/xml' }, body };
}
