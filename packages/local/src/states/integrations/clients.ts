import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type SdkModule, sdkServices } from './sdk-services.ts';

/** In whose name a call is made. */
export interface TaskCaller {
  /** Of the state machine. */
  readonly accessKeyId: string;
  /** Names the execution. */
  readonly sessionToken: string;
}

/** What came back beside the output. */
export interface CallMetadata {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ClientCall {
  /** By its name in `sdkServices`. */
  readonly service: string;
  /** `CreatePipe` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: TaskCaller;
  readonly signal: AbortSignal;
}

interface Client {
  send(command: unknown, options: { readonly abortSignal: AbortSignal }): Promise<Readonly<Record<string, unknown>>>;
  destroy(): void;
}

type Next = (args: { readonly request: { readonly headers: Record<string, string> } }) => Promise<{
  readonly response: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}>;

interface Command {
  readonly middlewareStack: {
    add(middleware: (next: Next) => Next, options: { readonly step: 'deserialize'; readonly priority: 'low' }): void;
  };
}

type Class<Instance> = new (settings: unknown) => Instance;

/** Calls at once to one service; further ones wait for a connection. */
const socketsMax = 1_000;
/** That thousands wait for one is nothing to warn of, however long it takes; the longest that a timer of Node takes. */
const socketWarningMs = 2 ** 31 - 1;

/**
 * The SDK's own clients, one a service, which call the engine's port as the clients of functions do. They do not repeat
 * what fails: a definition's `Retry` does.
 */
export class SdkClients {
  readonly #endpoint: () => string;
  readonly #region: string;
  readonly #modules = new Map<string, SdkModule>();
  readonly #clients = new Map<string, Client>();

  /** The engine's address is asked for with the first call, since the port is known late. */
  constructor({ endpoint, region }: { readonly endpoint: () => string; readonly region: string }) {
    this.#endpoint = endpoint;
    this.#region = region;
  }

  /** Loads the service's client, once. */
  async load(service: string): Promise<SdkModule> {
    const known = this.#modules.get(service);
    if (known !== undefined) return known;
    const module = await sdkServices[service]?.load();
    if (module === undefined) throw new Error(`No client of the SDK calls ${service}`);
    this.#modules.set(service, module);
    return module;
  }

  /** What was loaded; undefined before. */
  module(service: string): SdkModule | undefined {
    return this.#modules.get(service);
  }

  /** Rejects with the client's own error. */
  async call({ service, operation, input, caller, signal }: ClientCall) {
    const module = await this.load(service);
    const CommandClass = module[`${operation}Command`] as Class<Command>;
    const command = new CommandClass(input);
    let metadata: CallMetadata = { status: 0, headers: {} };
    const inTheNameOf = (next: Next): Next => {
      return async (args) => {
        sign(args.request.headers, caller);
        const result = await next(args);
        const { statusCode = 0, headers = {} } = result.response;
        metadata = { status: statusCode, headers };
        return result;
      };
    };
    command.middlewareStack.add(inTheNameOf, { step: 'deserialize', priority: 'low' });
    const output = await this.#client(service, module).send(command, { abortSignal: signal });
    return { output, metadata };
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }

  #client(service: string, module: SdkModule): Client {
    const known = this.#clients.get(service);
    if (known !== undefined) return known;
    const ClientClass = module[sdkServices[service]?.clientName ?? ''] as Class<Client>;
    const client = new ClientClass({
      endpoint: this.#endpoint(),
      region: this.#region,
      credentials: { accessKeyId, secretAccessKey: 'local' },
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler({
        httpAgent: { maxSockets: socketsMax, keepAlive: true },
        socketAcquisitionWarningTimeout: socketWarningMs,
      }),
    });
    this.#clients.set(service, client);
    return client;
  }
}

/** Stands in signatures until the caller's own key takes its place. */
const accessKeyId = 'TASK';

/** One client signs for all executions, and the engine checks no signature: the key alone is exchanged. */
function sign(headers: Record<string, string>, caller: TaskCaller): void {
  headers.authorization = (headers.authorization ?? '').replace(
    `Credential=${accessKeyId}/`,
    `Credential=${caller.accessKeyId}/`,
  );
  headers['x-amz-security-token'] = caller.sessionToken;
}
