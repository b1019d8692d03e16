import type { WireRequest } from '../../gateway/attribute.ts';

/** What a request means to a function, beside what it says itself. */
export interface UrlContext {
  readonly urlId: string;
  /** Without the part that names the function; with the query. */
  readonly url: string;
  readonly requestId: string;
  /** Engine time. */
  readonly nowMs: number;
}

const textTypes = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))($|;))/i;
const ofConnection = new Set(['connection', 'cookie', 'keep-alive', 'transfer-encoding']);
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A request as a function URL hands it on: the payload of format 2.0, as JSON. */
export function urlEvent(request: WireRequest, { urlId, url, requestId, nowMs }: UrlContext): Buffer {
  const { method, body } = request;
  const { cookie } = request.headers;
  const headers = headersOf(request);
  const at = url.indexOf('?');
  const rawPath = at === -1 ? url : url.slice(0, at);
  const rawQueryString = at === -1 ? '' : url.slice(at + 1);
  const isText = body.length === 0 || textTypes.test(headers['content-type'] ?? '');
  const event = {
    ...{ version: '2.0', routeKey: '$default', rawPath, rawQueryString },
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/).filter((each) => each !== '') }),
    headers: { ...headers, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
    ...(rawQueryString === '' ? {} : { queryStringParameters: parametersOf(rawQueryString) }),
    requestContext: {
      ...{ accountId: 'anonymous', apiId: urlId, domainName: headers.host ?? '', domainPrefix: urlId },
      http: {
        ...{ method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        userAgent: headers['user-agent'] ?? '',
      },
      ...{ requestId, routeKey: '$default', stage: '$default', time: timeText(nowMs), timeEpoch: nowMs },
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: !isText,
  };
  return Buffer.from(JSON.stringify(event));
}

/** Those of a connection are no business of a function, and the body is expanded already. */
function headersOf({ headers, body }: WireRequest): Readonly<Record<string, string>> {
  const isExpanded = headers['content-encoding'] === 'gzip';
  const kept = Object.entries(headers).filter(
    ([name]) => !ofConnection.has(name) && !(isExpanded && name === 'content-encoding'),
  );
  const length = headers['content-length'] === undefined ? {} : { 'content-length': String(body.length) };
  return { ...Object.fromEntries(kept), ...length };
}

/** Values of one name are joined by commas. */
function parametersOf(query: string): Readonly<Record<string, string>> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]));
}

/** `02/Nov/2026:09:00:00 +0000` */
function timeText(ms: number): string {
  const [, year, month, day, time] = /^(\d+)-(\d\d)-(\d\d)T([\d:]+)/.exec(new Date(ms).toISOString()) ?? [];
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
}
