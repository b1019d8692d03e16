import { lambdaOperation } from './lambda-operation.ts';
import { pipesOperation } from './pipes-operation.ts';
import { s3Operation } from './s3-operation.ts';
import { schedulerOperation } from './scheduler-operation.ts';
import type { AwsRequest } from './service.ts';

/** A request as it came off the wire, read whole. */
export interface WireRequest {
  readonly method: string;
  /** Path with query string. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed. */
  readonly body: Buffer;
}

export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** `Credential=AKID/20261102/us-east-1/dynamodb/aws4_request` in the header, or the same in a presigned query. */
export function credentialScope(
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): CredentialScope | undefined {
  const header = headers.authorization ?? '';
  const credential = /Credential=([^,\s]+)/.exec(header)?.[1] ?? query.get('X-Amz-Credential');
  const [accessKeyId, , region, service] = credential?.split('/') ?? [];
  if (!accessKeyId || !region || !service) return undefined;
  return { accessKeyId, region, service };
}

/**
 * Who calls what: the service from the credential scope, the operation from what the service's protocol names it by.
 * `operation` is empty where nothing names one; undefined for a request that is not signed and so names no service.
 */
export function attribute(wire: WireRequest): AwsRequest | undefined {
  const [rawPath = '/', rawQuery = ''] = splitOnce(wire.url, '?');
  const query = new URLSearchParams(rawQuery);
  const scope = credentialScope(wire.headers, query);
  if (scope === undefined) return undefined;
  const path = scope.service === 's3' ? pathStyle(rawPath, wire.headers.host ?? '') : rawPath;
  const request = { ...scope, method: wire.method, path, query, headers: wire.headers, body: wire.body };
  return { ...request, operation: operationOf(request) };
}

function operationOf(request: Omit<AwsRequest, 'operation'>): string {
  if (request.service === 's3') return s3Operation(request);
  if (request.service === 'lambda') return lambdaOperation(request.method, request.path);
  if (request.service === 'pipes') return pipesOperation(request.method, request.path);
  if (request.service === 'scheduler') return schedulerOperation(request.method, request.path);
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return target.slice(target.lastIndexOf('.') + 1);
  const rpc = /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(request.path)?.[1];
  if (rpc !== undefined) return rpc;
  const inQuery = request.query.get('Action');
  if (inQuery !== null) return inQuery;
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return isForm ? (new URLSearchParams(request.body.toString('utf8')).get('Action') ?? '') : '';
}

/** `bucket.localhost/key` is `/bucket/key`. The engine's own address is an IP address, which SDKs use path-style. */
function pathStyle(path: string, host: string): string {
  const bucket = /^(.+)\.localhost(?::\d+)?$/.exec(host)?.[1];
  return bucket === undefined ? path : `/${bucket}${path}`;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
