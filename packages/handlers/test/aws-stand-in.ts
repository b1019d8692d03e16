import type { Gateway } from '@tidemark/local/gateway/gateway';
import { startGateway } from '@tidemark/local/gateway/gateway';
import type { AwsRequest, AwsResponse } from '@tidemark/local/gateway/service';
import { failureResponse } from '@tidemark/local/wire/failure';

/** A failure in the words of the service. */
export interface Failure {
  readonly code: string;
}

/** What the watchdog meets of Step Functions, Lambda and Pipes: executions with a status, mappings that are enabled or not, pipes. On the wire. */
export class AwsStandIn {
  /** Status by ARN. */
  readonly executions = new Map<string, string>();
  /** By UUID, whether it is enabled. */
  readonly mappings = new Map<string, boolean>();
  /** By name, how many looks a pipe still survives after it was deleted. */
  readonly pipes = new Map<string, number>();
  readonly #deleted = new Set<string>();
  readonly calls: string[] = [];
  /** Events that functions are to be called with. */
  readonly events: unknown[] = [];
  /** A call that fails, by `<service> <operation>`. */
  readonly failures = new Map<string, Failure>();
  #gateway: Gateway | undefined;

  async start(): Promise<string> {
    const service = { handle: async (request: AwsRequest) => this.#answer(request) };
    this.#gateway = await startGateway({
      port: 0,
      services: new Map(['states', 'lambda', 'pipes'].map((name) => [name, service])),
      interceptors: [],
      control: async () => undefined,
      functionOf: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    return this.#gateway.endpoint;
  }

  async stop(): Promise<void> {
    await this.#gateway?.close();
  }

  #answer(request: AwsRequest): AwsResponse {
    const { service, operation, path } = request;
    const call = `${service} ${operation}`;
    this.calls.push(call);
    const failure = this.failures.get(call);
    if (failure !== undefined) return failureResponse(request, { ...failure, message: failure.code });
    const name = decodeURIComponent(path.split('/').filter(Boolean).at(-1) ?? '');
    const body = request.body.length === 0 ? {} : JSON.parse(request.body.toString());
    switch (call) {
      case 'states DescribeExecution': {
        const status = this.executions.get(body.executionArn);
        return status === undefined ? this.#fail(request, 'ExecutionDoesNotExist') : answer({ status });
      }
      case 'lambda UpdateEventSourceMapping':
        this.mappings.set(name, body.Enabled);
        return answer({ UUID: name });
      case 'lambda Invoke':
        this.events.push(body);
        return { status: 202, headers: {}, body: '' };
      case 'pipes DeletePipe':
        if (!this.pipes.has(name)) return this.#fail(request, 'NotFoundException');
        this.#deleted.add(name);
        return answer({ Name: name });
      case 'pipes DescribePipe': {
        const looks = this.pipes.get(name);
        if (looks === undefined || (this.#deleted.has(name) && looks === 0)) {
          this.pipes.delete(name);
          return this.#fail(request, 'NotFoundException');
        }
        if (this.#deleted.has(name)) this.pipes.set(name, looks - 1);
        return answer({ Name: name, CurrentState: 'DELETING' });
      }
      default:
        throw new Error(`the stand-in does not know ${call}`);
    }
  }

  #fail(request: AwsRequest, code: string): AwsResponse {
    return failureResponse(request, { code, message: code });
  }
}

function answer(body: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
