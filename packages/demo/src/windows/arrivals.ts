import { createHash } from 'node:crypto';
import {
  type _Record,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import type { ClientSettings } from '@tidemark/ops-cli/target';

/** What the stream says of the arrival of what was sent. */
export interface ArrivalFaults {
  /** Records that were sent and are not on the stream with the arrival that they must have. */
  readonly missing: number;
  /** Records on the stream that were not sent, or not at that time. */
  readonly strange: number;
}

/**
 * Reads a stream while records are put on it, and compares what arrived, and when, with what must have. What is found equal is
 * forgotten, so that a long run takes no more memory than a short one.
 */
export class Arrivals {
  readonly #client: KinesisClient;
  readonly #kinesis: Kinesis;
  readonly #stream: string;
  /** The last sequence number that was read of each shard. */
  readonly #reached = new Map<string, string>();
  /** By content and arrival: how many were sent less how many were read. */
  readonly #open = new Map<string, number>();

  constructor(settings: ClientSettings, stream: string) {
    this.#client = new KinesisClient(settings);
    this.#kinesis = new Kinesis(settings);
    this.#stream = stream;
  }

  close(): void {
    this.#client.destroy();
    this.#kinesis.close();
  }

  /** The stream has taken a record, which must have arrived at this time, milliseconds since the epoch. */
  expect(data: Uint8Array, arrivalMs: number): void {
    this.#note(data, arrivalMs, 1);
  }

  /**
   * Reads every shard on to its end, unless its iterator expires meanwhile: it lasts five minutes of a clock that may run fast. The
   * next call goes on from there. Records that have aged out by then count as missing.
   */
  async read(): Promise<void> {
    for (const { ShardId: shardId = '' } of await this.#kinesis.shards(this.#stream)) {
      await this.#readShard(shardId).catch((error: unknown) => {
        if (!(error instanceof ExpiredIteratorException)) throw error;
      });
    }
  }

  get faults(): ArrivalFaults {
    let missing = 0;
    let strange = 0;
    for (const count of this.#open.values()) {
      missing += Math.max(0, count);
      strange += Math.max(0, -count);
    }
    return { missing, strange };
  }

  async #readShard(shardId: string): Promise<void> {
    const after = this.#reached.get(shardId);
    const { ShardIterator } = await this.#client.send(
      new GetShardIteratorCommand({
        StreamName: this.#stream,
        ShardId: shardId,
        ...(after === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' as const }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, StartingSequenceNumber: after }),
      }),
    );
    for (let iterator = ShardIterator; iterator !== undefined; ) {
      const page = await this.#client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      const { Records = [] } = page;
      for (const record of Records) this.#found(record);
      const last = Records.at(-1)?.SequenceNumber;
      if (last !== undefined) this.#reached.set(shardId, last);
      iterator = Records.length === 0 && (page.MillisBehindLatest ?? 0) === 0 ? undefined : page.NextShardIterator;
    }
  }

  #found({ Data = new Uint8Array(), ApproximateArrivalTimestamp }: _Record): void {
    this.#note(Data, ApproximateArrivalTimestamp?.getTime() ?? Number.NaN, -1);
  }

  #note(data: Uint8Array, arrivalMs: number, change: number): void {
    const key = `${arrivalMs} ${createHash('sha256').update(data).digest('base64')}`;
    const count = (this.#open.get(key) ?? 0) + change;
    if (count === 0) this.#open.delete(key);
    else this.#open.set(key, count);
  }
}
