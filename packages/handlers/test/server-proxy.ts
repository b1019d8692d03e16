import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands before a server of the tests, on a port of its own. A request whose forwarding throws gets no answer. */
export abstract class ServerProxy {
  readonly #server = createServer((request, response) => {
    this.forward(request, response).catch(() => response.destroy());
  });

  /** Resolves with its endpoint. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  protected abstract forward(request: IncomingMessage, response: ServerResponse): Promise<void>;
}
