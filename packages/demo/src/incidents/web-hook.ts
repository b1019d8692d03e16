import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How an address answers: with a status, with a redirect to another address, or not at all. */
export type HookAnswer = number | { readonly location: string } | 'hangs';

/** An address of this machine, to which notifications are posted. */
export class WebHook {
  /** Of the next posts. */
  answer: HookAnswer = 200;
  /** Messages of what was posted, in order, whatever was answered. */
  readonly posted: string[] = [];
  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      this.posted.push(JSON.parse(body).Message);
      const { answer } = this;
      if (answer === 'hangs') return;
      if (typeof answer === 'number') response.writeHead(answer);
      else response.writeHead(302, { location: answer.location });
      response.end();
    });
  });

  /** Returns its URL. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Whoever still waits for an answer gets none. */
  cutOff(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.cutOff();
    await once(this.#server, 'close');
  }
}
