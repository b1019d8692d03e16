import * as v from 'valibot';

/** A link and a name are far shorter. Characters. */
const bodyMax = 16_000;
/** What somebody may call themselves. Characters. */
export const nameMax = 60;

/** Format 2.0 of a function URL, as far as it matters. Names of headers are in lower case. */
const urlEvent = v.object({
  rawPath: v.optional(v.string(), '/'),
  rawQueryString: v.optional(v.string(), ''),
  headers: v.optional(v.record(v.string(), v.string()), {}),
  requestContext: v.object({ http: v.object({ method: v.string() }) }),
  body: v.optional(v.string(), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
});

/** What somebody's browser asks. `token`: of the link; empty where there is none. */
export type PageRequest =
  | { readonly kind: 'runbook' /** Tags of what the browser has already. */; readonly has: string | undefined }
  | { readonly kind: 'look'; readonly token: string }
  | { readonly kind: 'acknowledge'; readonly token: string; readonly name: string | undefined }
  | { readonly kind: 'refused'; readonly because: 'method' | 'form' | 'foreign' };

/** Throws on what no function URL sends. */
export function readRequest(event: unknown): PageRequest {
  const { requestContext, rawPath, rawQueryString, headers, body, isBase64Encoded } = v.parse(urlEvent, event);
  const { method } = requestContext.http;
  if (method === 'GET' || method === 'HEAD') {
    if (rawPath === '/runbook') return { kind: 'runbook', has: headers['if-none-match'] };
    return { kind: 'look', token: new URLSearchParams(rawQueryString).get('t') ?? '' };
  }
  if (method !== 'POST') return { kind: 'refused', because: 'method' };
  const isForm = headers['content-type']?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
  if (!isForm || body.length > bodyMax) return { kind: 'refused', because: 'form' };
  // Whoever has a link needs no other page to send it for them. Old browsers do not say where a form comes from.
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return { kind: 'refused', because: 'foreign' };
  const form = new URLSearchParams(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
  return { kind: 'acknowledge', token: form.get('t') ?? '', name: nameIn(form.get('by') ?? '') };
}

/** On one line, without what turns the direction of text or cannot be seen. */
function nameIn(text: string): string | undefined {
  const name = text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return name === '' ? undefined : [...name].slice(0, nameMax).join('');
}
