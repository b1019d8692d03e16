import type { AwsRequest, AwsResponse, Service } from '../../gateway/service.ts';
import { failureResponse } from '../../wire/failure.ts';
import type { Fauxqs } from './fauxqs.ts';

/** What fauxqs does as S3 does. Its other operations differ in ways that would mislead, so they are refused. */
const operations = new Set([
  ...['ListBuckets', 'CreateBucket', 'HeadBucket', 'DeleteBucket', 'ListObjects', 'ListObjectsV2'],
  ...['PutObject', 'GetObject', 'HeadObject', 'DeleteObject', 'DeleteObjects'],
]);

/** Headers that would change what a call does, and that fauxqs passes over without a word. */
const refusedHeaders = ['if-none-match', 'if-match'];

/** The bound of fauxqs on one request. */
const objectBytesMax = 11 * 1_048_576;

/** Plain S3: put, get, head, list and delete, path-style. */
export function s3Service(fauxqs: Fauxqs): Service {
  return {
    async handle(request) {
      const refusal = refuse(request);
      if (refusal !== undefined) return refusal;
      const query = request.query.toString();
      const { status, headers, body } = await fauxqs.send({
        method: request.method,
        url: query === '' ? request.path : `${request.path}?${query}`,
        // fauxqs takes the bucket from the host where that has a name: the path is right already.
        headers: { ...request.headers, host: '127.0.0.1' },
        body: request.body,
      });
      return { status, headers, body };
    },
  };
}

function refuse(request: AwsRequest): AwsResponse | undefined {
  const { operation, method, headers } = request;
  const notImplemented = (message: string) =>
    failureResponse(request, { code: 'NotImplemented', message, status: 501 });
  if (!operations.has(operation)) {
    const served = [...operations].sort().join(', ');
    return notImplemented(`The local engine's S3 does not serve ${operation || method}; it serves ${served}`);
  }
  const condition =
    method === 'PUT' || method === 'DELETE' ? refusedHeaders.find((name) => headers[name] !== undefined) : undefined;
  if (condition !== undefined)
    return notImplemented(`The local engine's S3 does not serve ${operation} with ${condition}`);
  if (request.body.length <= objectBytesMax) return undefined;
  const message = `The local engine's S3 takes objects of at most ${objectBytesMax} bytes`;
  return failureResponse(request, { code: 'EntityTooLarge', message, status: 400 });
}
