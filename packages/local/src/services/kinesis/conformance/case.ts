import assert from 'node:assert/strict';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  type _Record as KinesisRecord,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';

export interface ConformanceCase {
  readonly name: string;
  run(context: ConformanceContext): Promise<void>;
}

export interface ConformanceContextOptions {
  readonly client: KinesisClient;
  /** Of the names of all streams. */
  readonly prefix: string;
  /** How long to wait between two looks at a state or at an empty shard. */
  readonly pollMs: number;
  /** Lets time pass for the target, by its clock or by waiting. */
  readonly pass: (ms: number) => Promise<void>;
}

const readAttemptsMax = 60;

/** What a case works with: a client, one stream with two shards that all cases share, and streams of its own. */
export class ConformanceContext {
  readonly client: KinesisClient;
  readonly streamName: string;
  readonly pass: (ms: number) => Promise<void>;
  readonly #pollMs: number;
  readonly #prefix: string;
  readonly #created: string[] = [];

  private constructor({ client, prefix, pollMs, pass }: ConformanceContextOptions) {
    this.client = client;
    this.#prefix = prefix;
    this.#pollMs = pollMs;
    this.pass = pass;
    this.streamName = `${prefix}-shared`;
  }

  static async open(options: ConformanceContextOptions): Promise<ConformanceContext> {
    const context = new ConformanceContext(options);
    await context.#create(context.streamName, 2);
    return context;
  }

  /** A new stream for one case. */
  async createStream(shardCount: number): Promise<string> {
    const name = `${this.#prefix}-${this.#created.length}`;
    await this.#create(name, shardCount);
    return name;
  }

  async waitUntilActive(StreamName: string): Promise<void> {
    await waitUntilStreamExists(
      {
        client: this.client,
        maxWaitTime: 300,
        minDelay: this.#pollMs / 1000,
        maxDelay: Math.max(1, this.#pollMs / 1000),
      },
      { StreamName },
    );
  }

  async arnOf(StreamName: string): Promise<string> {
    const { StreamDescriptionSummary } = await this.client.send(new DescribeStreamSummaryCommand({ StreamName }));
    return StreamDescriptionSummary?.StreamARN ?? '';
  }

  async iterator(place: GetShardIteratorCommandInput): Promise<string> {
    const { ShardIterator } = await this.client.send(new GetShardIteratorCommand(place));
    assert.ok(ShardIterator, 'no ShardIterator');
    return ShardIterator;
  }

  /** Reads from a place until so many records have come, or a closed shard has ended. */
  async read(
    place: GetShardIteratorCommandInput,
    count: number,
  ): Promise<{ readonly records: KinesisRecord[]; readonly last: GetRecordsCommandOutput }> {
    let iterator: string | undefined = await this.iterator(place);
    const records: KinesisRecord[] = [];
    for (let attempt = 0; attempt < readAttemptsMax; attempt += 1) {
      const last: GetRecordsCommandOutput = await this.client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      records.push(...(last.Records ?? []));
      iterator = last.NextShardIterator;
      if (records.length >= count || iterator === undefined) return { records, last };
      if (last.Records?.length === 0) await new Promise((done) => setTimeout(done, this.#pollMs));
    }
    throw new Error(`only ${records.length} of ${count} records came`);
  }

  /** Reads a closed shard to its end. */
  readToEnd(place: GetShardIteratorCommandInput) {
    return this.read(place, Number.POSITIVE_INFINITY);
  }

  /** Deletes every stream that was made. */
  async close(): Promise<void> {
    for (const StreamName of this.#created) {
      await this.client.send(new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true }));
    }
  }

  async #create(StreamName: string, ShardCount: number): Promise<void> {
    await this.client.send(new CreateStreamCommand({ StreamName, ShardCount }));
    this.#created.push(StreamName);
    await this.waitUntilActive(StreamName);
  }
}

/** Bad input has two names: those of the API's model and those of the service behind it. Which is which has changed over time. */
export const badInput = ['ValidationException', 'InvalidArgumentException'];

export async function assertRefused(call: Promise<unknown>, names: readonly string[]): Promise<void> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error, `not refused, though ${names.join(' or ')} was expected`);
  assert.ok(names.includes(error.name), `${error.name} (${error.message}) instead of ${names.join(' or ')}`);
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  assert.equal($metadata?.httpStatusCode, 400);
}

export function textsOf(records: readonly KinesisRecord[]): string[] {
  return records.map(({ Data }) => Buffer.from(Data ?? []).toString());
}

/** Fails unless each number is above the one before it, as a number and as a string. */
export function assertGrowing(numbers: readonly (string | undefined)[]): void {
  numbers.forEach((number, index) => {
    const before = numbers[index - 1];
    assert.match(number ?? '', /^\d{56}$/);
    if (before === undefined || number === undefined) return;
    assert.ok(number > before, `${number} is not above ${before} as a string`);
    assert.ok(BigInt(number) > BigInt(before), `${number} is not above ${before}`);
  });
}
