import type { AwsResponse } from '../../gateway/service.ts';

/** What a client gets of a function that failed, or whose answer is none. */
export const badGateway: AwsResponse = {
  status: 502,
  headers: { 'content-type': 'application/json' },
  body: 'Internal Server Error',
};

type Fields = Readonly<Record<string, unknown>>;

/** A function's answer as HTTP: an object with a status code says everything itself; anything else is the body. */
export function urlResponse(answer: Buffer): AwsResponse {
  const value = JSON.parse(answer.toString('utf8')) as unknown;
  if (!isObject(value) || value.statusCode === undefined) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: answer };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = value;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return badGateway;
  if (typeof body !== 'string' || typeof isBase64Encoded !== 'boolean') return badGateway;
  const read = readHeaders(headers);
  if (read === undefined || !isTexts(cookies)) return badGateway;
  return {
    ...{ status, headers: { 'content-type': 'application/json', ...read } },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
    ...(cookies.length === 0 ? {} : { cookies }),
  };
}

/** Undefined where they cannot be sent. */
function readHeaders(headers: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(headers)) return undefined;
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const isPlain = entries.every(
    ([name, value]) => /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && isPlainValue(value) && !/[\r\n\0]/.test(String(value)),
  );
  return isPlain ? Object.fromEntries(entries.map(([name, value]) => [name, String(value)])) : undefined;
}

function isPlainValue(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && !/[\r\n\0]/.test(each));
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
