import type { Kinesis, ShardPage, ShardPlace } from '../aws/kinesis.ts';

/** Reads records of the stream again (aws/kinesis.ts); invocations that need none do not load the client. */
export class ShardReader {
  readonly #streamArn: string;
  #kinesis: Promise<Kinesis> | undefined;

  constructor(streamArn: string) {
    this.#streamArn = streamArn;
  }

  async *pages(
    place: ShardPlace,
    firstPageRecords: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ShardPage> {
    this.#kinesis ??= import('../aws/kinesis.ts').then(({ Kinesis }) => new Kinesis(this.#streamArn));
    yield* (await this.#kinesis).pages(place, firstPageRecords, signal);
  }
}
