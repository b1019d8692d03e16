import { EngineClock } from '@tidemark/local/clock';
import type { Gateway } from '@tidemark/local/gateway/gateway';
import { startGateway } from '@tidemark/local/gateway/gateway';
import type { Answer } from '@tidemark/local/gateway/intercept';
import { cut } from '@tidemark/local/gateway/intercept';
import type { AwsRequest } from '@tidemark/local/gateway/service';
import { KinesisServer } from '@tidemark/local/services/kinesis/server';
import { failureResponse } from '@tidemark/local/wire/failure';

/** A record as it stands on a stream. */
export interface StoredRecord {
  readonly shardId: string;
  /** Decimal, as the stream gave it. */
  readonly sequenceNumber: string;
  readonly text: string;
  readonly arrivalMs: number;
}

/** One Kinesis call on its way, as the wire has it. */
export interface KinesisCall {
  /** `GetRecords` or `GetShardIterator`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** How many of its kind came before it. */
  readonly number: number;
}

/** What happens to a call: sent on; sent on with a changed input; sent on and its answer lost; answered with a fault, or in the server's stead. */
export type KinesisFate =
  | 'pass'
  | 'lose-answer'
  | { readonly input: Readonly<Record<string, unknown>> }
  | { readonly fault: string }
  | { readonly answer: Readonly<Record<string, unknown>> };

/** A Kinesis server on a port of the loopback address, and on a clock that stands still unless it is told otherwise. It can hurt a call. */
export class KinesisStage {
  readonly clock = new EngineClock({ factor: 0 });
  readonly calls: string[] = [];
  decide: (call: KinesisCall) => KinesisFate | Promise<KinesisFate> = () => 'pass';
  readonly #server = new KinesisServer({ clock: this.clock });
  readonly #errors: unknown[] = [];
  #gateway: Gateway | undefined;
  #streams = 0;

  async start(): Promise<string> {
    this.#gateway = await startGateway({
      port: 0,
      services: new Map([['kinesis', this.#server]]),
      interceptors: [(call) => this.#answer(call.request)],
      control: async () => undefined,
      functionOf: () => undefined,
      onError: (error) => this.#errors.push(error),
    });
    return this.#gateway.endpoint;
  }

  async stop(): Promise<void> {
    await this.#gateway?.close();
    if (this.#errors.length > 0) throw new AggregateError(this.#errors, 'the Kinesis server failed');
  }

  /** Forgets calls and the rule for hurting them. */
  reset(): void {
    this.calls.length = 0;
    this.decide = () => 'pass';
  }

  /** A stream of its own, at a time of the clock, which its shards' sequence numbers hold. */
  async makeStream(nowMs: number, shards = 1): Promise<TestStream> {
    this.#streams += 1;
    this.clock.set(nowMs);
    const stream = new TestStream(this.#server, this.clock, `stream-${this.#streams}`);
    await this.#server.invoke('CreateStream', { StreamName: stream.name, ShardCount: shards });
    return stream;
  }

  async #answer(request: AwsRequest): Promise<Answer> {
    const { operation } = request;
    const input = JSON.parse(request.body.toString());
    const number = this.calls.filter((call) => call === operation).length;
    this.calls.push(operation);
    const fate = await this.decide({ operation, input, number });
    if (fate === 'pass') return this.#server.handle(request);
    if (fate === 'lose-answer') {
      await this.#server.handle(request);
      return cut;
    }
    if ('input' in fate) return this.#server.handle({ ...request, body: Buffer.from(JSON.stringify(fate.input)) });
    if ('fault' in fate) return failureResponse(request, { code: fate.fault, message: fate.fault });
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    return { status: 200, headers, body: JSON.stringify(fate.answer) };
  }
}

export class TestStream {
  readonly name: string;
  readonly arn: string;
  readonly #server: KinesisServer;
  readonly #clock: EngineClock;

  constructor(server: KinesisServer, clock: EngineClock, name: string) {
    this.#server = server;
    this.#clock = clock;
    this.name = name;
    this.arn = `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;
  }

  /** Sets the clock to the arrival and puts the record on the open shard of that place in the order of hash keys. */
  async put(text: string, arrivalMs: number, shard = 0): Promise<StoredRecord> {
    this.#clock.set(arrivalMs);
    const { Shards } = await this.#server.invoke('ListShards', { StreamName: this.name });
    const open = Shards.filter(({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber === undefined);
    const keys = open.map(({ HashKeyRange }) => HashKeyRange.StartingHashKey);
    const ExplicitHashKey = keys.sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))[shard];
    if (ExplicitHashKey === undefined) throw new Error(`${this.name}: no open shard ${shard}`);
    const { SequenceNumber: sequenceNumber, ShardId: shardId } = await this.#server.invoke('PutRecord', {
      StreamName: this.name,
      Data: Buffer.from(text),
      PartitionKey: 'key',
      ExplicitHashKey,
    });
    return { shardId, sequenceNumber, text, arrivalMs };
  }

  /** Moves the clock on until everything that arrived before `nowMs` has left the stream. */
  trimBefore(nowMs: number): void {
    this.#clock.set(nowMs + 24 * 60 * 60 * 1000 - 1);
  }

  /** Closes a shard by splitting it in the middle. */
  async split(shardId: string): Promise<void> {
    const { Shards } = await this.#server.invoke('ListShards', { StreamName: this.name });
    const range = Shards.find(({ ShardId }) => ShardId === shardId)?.HashKeyRange;
    if (range === undefined) throw new Error(`${this.name}: no ${shardId}`);
    const middle = (BigInt(range.StartingHashKey) + BigInt(range.EndingHashKey)) / 2n;
    await this.#server.invoke('SplitShard', {
      StreamName: this.name,
      ShardToSplit: shardId,
      NewStartingHashKey: middle.toString(),
    });
  }
}
