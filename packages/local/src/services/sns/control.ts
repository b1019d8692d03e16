import type { WireRequest } from '../../gateway/attribute.ts';
import type { AwsResponse } from '../../gateway/service.ts';
import { type Inbox, inboxChannels } from './inbox.ts';

/**
 * `GET /_tidemark/inbox`: `{messages}` in the order of their arrival, with `channel`, `to` and `after` (an id) in the query only those;
 * `GET /_tidemark/inbox/ID`: one message; `DELETE /_tidemark/inbox` empties it. Undefined for anything else.
 */
export function inboxControl(inbox: Inbox, { method, url }: WireRequest): AwsResponse | undefined {
  const { pathname, searchParams } = new URL(url, 'http://engine');
  const id = /^\/_tidemark\/inbox\/(\d+)$/.exec(pathname)?.[1];
  if (id !== undefined && method === 'GET') {
    const message = inbox.get(Number(id));
    return message === undefined ? json(404, { message: `The inbox has no message ${id}` }) : json(200, message);
  }
  if (pathname !== '/_tidemark/inbox') return undefined;
  if (method === 'DELETE') {
    inbox.clear();
    return json(200, { messages: [] });
  }
  return method === 'GET' ? list(inbox, searchParams) : undefined;
}

function list(inbox: Inbox, query: URLSearchParams): AwsResponse {
  const given = query.get('channel');
  const channel = inboxChannels.find((each) => each === given);
  if (given !== null && channel === undefined) {
    return json(400, { message: `channel: ${given} is none of ${inboxChannels.join(', ')}` });
  }
  const after = Number(query.get('after') ?? '0');
  if (!Number.isInteger(after)) return json(400, { message: 'after: a whole number is needed' });
  const to = query.get('to');
  const messages = inbox.list({
    after,
    ...(channel === undefined ? {} : { channel }),
    ...(to === null ? {} : { to }),
  });
  return json(200, { messages });
}

function json(status: number, value: unknown): AwsResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
