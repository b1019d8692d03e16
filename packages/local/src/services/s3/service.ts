import type { AwsRequest, AwsResponse, Service } from '../../gateway/service.ts';
import { failureResponse } from '../../wire/failure.ts';
import type { Fauxqs } from './fauxqs.ts';

/** What fauxqs does as S3 does. Its other operations differ in ways that would mislead, so they are refused. */
const operations = new Set([
  ...['ListBuckets', 'CreateBucket', 'HeadBucket', 'DeleteBucket', 'ListObjects', 'ListObjectsV2'],
  ...['PutObject', 'GetObject', 'HeadObject', 'DeleteObject', 'DeleteObjects'],
]);

/** Headers that would change what a call does, and that fauxqs passes over without a word. `PutObject` with `If-None-Match: *` is served here. */
const refusedHeaders = ['if-none-match', 'if-match'];

/** The bound of fauxqs on one request. */
const objectBytesMax = 11 * 1_048_576;

/** Plain S3: put, get, head, list and delete, path-style. An object may be put where there is none: `If-None-Match: *`. */
export function s3Service(fauxqs: Fauxqs): Service {
  const send = async ({ method, path, query, headers, body }: Sent): Promise<AwsResponse> => {
    const text = query.toString();
    const answer = await fauxqs.send({
      method,
      url: text === '' ? path : `${path}?${text}`,
      // fauxqs takes the bucket from the host where that has a name: the path is right already.
      headers: { ...headers, host: '127.0.0.1' },
      body,
    });
    return { status: answer.status, headers: answer.headers, body: answer.body };
  };
  const puts = new Turns();
  return {
    async handle(request) {
      const refusal = refuse(request);
      if (refusal !== undefined) return refusal;
      if (request.operation !== 'PutObject') return send(request);
      return puts.take(request.path, () => (isOnlyNew(request) ? putNew(request, send) : send(request)));
    },
  };
}

type Sent = Pick<AwsRequest, 'method' | 'path' | 'query' | 'headers' | 'body'>;

function isOnlyNew({ operation, headers }: AwsRequest): boolean {
  return operation === 'PutObject' && headers['if-none-match'] === '*';
}

async function putNew(request: AwsRequest, send: (sent: Sent) => Promise<AwsResponse>): Promise<AwsResponse> {
  const { path } = request;
  const present = await send({
    method: 'HEAD',
    path,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
  });
  if (present.status === 404) return send(request);
  if (present.status !== 200) return present;
  const message = 'At least one of the pre-conditions you specified did not hold';
  return failureResponse(request, { code: 'PreconditionFailed', message, status: 412 });
}

/** Calls of one object, one after the other: whether it is there and that it is put are two calls of fauxqs. */
class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  take<Result>(path: string, call: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(path) ?? Promise.resolve();
    const result = before.then(call, call);
    this.#last.set(path, result);
    const forget = () => {
      if (this.#last.get(path) === result) this.#last.delete(path);
    };
    result.then(forget, forget);
    return result;
  }
}

function refuse(request: AwsRequest): AwsResponse | undefined {
  const { operation, method, headers } = request;
  const notImplemented = (message: string) =>
    failureResponse(request, { code: 'NotImplemented', message, status: 501 });
  if (!operations.has(operation)) {
    const served = [...operations].sort().join(', ');
    return notImplemented(`The local engine's S3 does not serve ${operation || method}; it serves ${served}`);
  }
  const isChange = (method === 'PUT' || method === 'DELETE') && !isOnlyNew(request);
  const condition = isChange ? refusedHeaders.find((name) => headers[name] !== undefined) : undefined;
  if (condition !== undefined)
    return notImplemented(`The local engine's S3 does not serve ${operation} with ${condition}`);
  if (request.body.length <= objectBytesMax) return undefined;
  const message = `The local engine's S3 takes objects of at most ${objectBytesMax} bytes`;
  return failureResponse(request, { code: 'EntityTooLarge', message, status: 400 });
}
