import type { Clock } from '../../clock.ts';
import type { AwsRequest, AwsResponse, Service } from '../../gateway/service.ts';
import type { AnswerOf, GivenTo } from './action.ts';
import { actions, isOperation, type Operation } from './actions.ts';
import { KinesisFault } from './fault.ts';
import { readInput } from './input.ts';
import { StreamStore } from './store.ts';
import type { StreamMetrics } from './stream-metrics.ts';
import { Streams } from './streams.ts';
import { decodeRequest, encodeAnswer, encodeFault } from './wire.ts';

export interface KinesisServerOptions {
  readonly clock: Clock;
  /** Twelve digits; zeros without it. */
  readonly accountId?: string;
  readonly region?: string;
  /** Where streams and records are kept over a restart; in memory alone without it. See `StreamStore` for what a crash may lose. */
  readonly directory?: string | undefined;
  /**
   * Whether a shard takes no more than 1,000 records or 1 MiB, and gives no more than 5 reads or 2 MiB, in a second of engine
   * time, as on AWS. Off: as fast as it goes.
   */
  readonly enforceShardLimits?: boolean;
  /** Open shards of all provisioned streams together. */
  readonly shardCountMax?: number;
  /** Where streams publish what is put into them. */
  readonly metrics?: StreamMetrics;
}

export type InputOf<Name extends Operation> = GivenTo<(typeof actions)[Name]>;
export type OutputOf<Name extends Operation> = AnswerOf<(typeof actions)[Name]>;

/**
 * Kinesis Data Streams for the engine: the wire protocol of the SDKs and the AWS CLI through `handle`, the same
 * operations in process through `invoke`. Records live in memory, as long as the stream's retention in engine time.
 */
export class KinesisServer implements Service {
  readonly #streams: Streams;
  readonly #store: StreamStore | undefined;

  constructor(options: KinesisServerOptions) {
    this.#store = options.directory === undefined ? undefined : new StreamStore(options.directory);
    this.#streams = new Streams({
      clock: options.clock,
      accountId: options.accountId ?? '000000000000',
      region: options.region ?? 'us-east-1',
      shardCountMax: options.shardCountMax ?? 500,
      enforceShardLimits: options.enforceShardLimits ?? false,
      store: this.#store,
      metrics: options.metrics,
    });
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    try {
      return encodeAnswer(this.#run(request.operation, decodeRequest(request)));
    } catch (error) {
      if (error instanceof KinesisFault) return encodeFault(error);
      throw error;
    }
  }

  /** What the wire does, without it: bytes and `Date`s as in the SDK. Rejects with a `KinesisFault`. */
  async invoke<Name extends Operation>(operation: Name, input: InputOf<Name>): Promise<OutputOf<Name>> {
    return this.#run(operation, input) as OutputOf<Name>;
  }

  /** Lets go of the directory. Requests after it fail. */
  close(): void {
    this.#store?.close();
  }

  #run(operation: string, input: unknown): unknown {
    if (!isOperation(operation)) {
      throw new KinesisFault('UnknownOperationException', `${operation} is not served by the local engine`);
    }
    const action = actions[operation];
    // Each action reads its own input; the table of all cannot say so.
    const run = action.run as (streams: Streams, input: unknown) => unknown;
    return run(this.#streams, readInput(action.input, input));
  }
}
