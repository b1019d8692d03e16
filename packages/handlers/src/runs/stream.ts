import type { Fence } from '@tidemark/core/series/sequence';
import { encodeSequence } from '@tidemark/core/series/sequence';
import type { ListedShard, ShardPlace } from '../aws/kinesis.ts';
import { Kinesis } from '../aws/kinesis.ts';
import { inParallel } from '../parallel.ts';

/** What a look at a shard finds first. `unknown`: nothing in the time that a look has; look again. */
export type Look = { readonly fence: Fence; readonly arrivalMs: number } | 'none' | 'unknown';

/** So long a look may take, in milliseconds: a shard that was silent for days is passed over five minutes at a time, and the next look goes on there. */
const lookMsMax = 40_000;

/** The stream of a source, as a look sees it. */
export class Stream {
  readonly #kinesis: Kinesis;
  #listed: Map<string, ListedShard> | undefined;

  constructor(kinesis: Kinesis) {
    this.#kinesis = kinesis;
  }

  /** By id; those that hold no record any more are not among them. Listed once. */
  async shards(signal: AbortSignal): Promise<ReadonlyMap<string, ListedShard>> {
    this.#listed ??= new Map((await this.#kinesis.shards(signal)).map((shard) => [shard.shardId, shard]));
    return this.#listed;
  }

  /** Looks at several shards at once: the first record that arrived at `fromMs` or after it, or the oldest where that is undefined. */
  async looks(
    shardIds: readonly string[],
    fromMs: number | undefined,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Look>> {
    const places = shardIds.map((shardId) =>
      fromMs === undefined
        ? ({ shardId, at: 'TRIM_HORIZON' } as const)
        : ({ shardId, at: 'AT_TIMESTAMP', arrivalMs: fromMs } as const),
    );
    return this.looksAt(places, signal);
  }

  /** Looks at several shards at once: the first record of each from its place on. */
  async looksAt(places: readonly ShardPlace[], signal: AbortSignal): Promise<ReadonlyMap<string, Look>> {
    const looks = await inParallel(places, async (place) => [place.shardId, await this.#look(place, signal)] as const);
    return new Map(looks);
  }

  async #look(place: ShardPlace, signal: AbortSignal): Promise<Look> {
    if (!(await this.shards(signal)).has(place.shardId)) return 'none';
    const limit = AbortSignal.timeout(lookMsMax);
    try {
      for await (const { records } of this.#kinesis.pages(place, 1, AbortSignal.any([signal, limit]))) {
        const [first] = records;
        if (first !== undefined) return { fence: encodeSequence(first.sequenceNumber), arrivalMs: first.arrivalMs };
      }
      return 'none';
    } catch (error) {
      if (limit.aborted && !signal.aborted) return 'unknown';
      throw error;
    }
  }
}

/** One a stream and instance of the function: a look that was cut off goes on where it stood. */
export class Streams {
  readonly #clients = new Map<string, Kinesis>();

  at(streamArn: string): Stream {
    let kinesis = this.#clients.get(streamArn);
    if (kinesis === undefined) {
      kinesis = new Kinesis(streamArn);
      this.#clients.set(streamArn, kinesis);
    }
    return new Stream(kinesis);
  }
}
