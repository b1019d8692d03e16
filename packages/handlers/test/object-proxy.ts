import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { ServerProxy } from './server-proxy.ts';

/** One S3 call on its way. */
export interface ObjectCall {
  readonly method: string;
  /** `/<bucket>/<key>`, decoded, without its query. */
  readonly path: string;
  readonly body: Buffer;
}

/** What happens to a call: sent on; sent on and its answer lost; answered with a fault of S3's; sent on with another body. */
export type ObjectFate =
  | 'pass'
  | 'lose-answer'
  | { readonly fault: string; readonly status: number }
  | { readonly body: Buffer };

/** A proxy before the S3 of the tests: it can hurt a call. */
export class ObjectProxy extends ServerProxy {
  decide: (call: ObjectCall) => ObjectFate | Promise<ObjectFate> = () => 'pass';
  readonly #port: number;

  constructor(port: number) {
    super();
    this.#port = port;
  }

  protected override async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const body = await buffer(request);
    const path = decodeURIComponent(new URL(url, 'http://s3').pathname);
    const fate = await this.decide({ method, path, body });
    if (typeof fate === 'object' && 'fault' in fate) {
      response.writeHead(fate.status, { 'content-type': 'application/xml' });
      response.end(`<Error><Code>${fate.fault}</Code><Message>${fate.fault}</Message></Error>`);
      return;
    }
    const sent = typeof fate === 'object' ? fate.body : body;
    const told = Object.entries(request.headers).filter(([name]) => sent === body || !/checksum|sha256|md5/.test(name));
    const headers = { ...Object.fromEntries(told), 'content-length': String(sent.length) };
    const forwarded = send({ port: this.#port, host: '127.0.0.1', method, path: url, headers });
    forwarded.end(method === 'GET' || method === 'HEAD' ? undefined : sent);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const answered = await buffer(answer);
    if (fate === 'lose-answer') {
      response.destroy();
      return;
    }
    const { 'transfer-encoding': _, ...rest } = answer.headers;
    response.writeHead(answer.statusCode ?? 500, rest);
    response.end(answered);
  }
}
