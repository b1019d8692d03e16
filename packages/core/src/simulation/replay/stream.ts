import type { OpenShard } from './shards.ts';

/** Which records of the shards can be read, and which shards are listed. */
export class Stream {
  readonly #shards: readonly OpenShard[];
  readonly #keepsMs: number;
  readonly #world: { readonly nowMs: number };
  readonly #horizons: number[];

  /** `keepsMs`: the retention, and for how much longer the stream happens to keep a record. */
  constructor(shards: readonly OpenShard[], keepsMs: number, world: { readonly nowMs: number }) {
    this.#shards = shards;
    this.#keepsMs = keepsMs;
    this.#world = world;
    this.#horizons = shards.map(() => 0);
  }

  /** Place of the first record that has not left the stream. */
  horizon(place: number): number {
    const { records } = this.#shard(place);
    let horizon = this.#horizons[place] as number;
    while ((records[horizon]?.visibleMs ?? Number.POSITIVE_INFINITY) + this.#keepsMs <= this.#world.nowMs) {
      horizon += 1;
    }
    this.#horizons[place] = horizon;
    return horizon;
  }

  /** Where a reader begins that wants arrivals from `fromMs` on; without it, all that the stream holds. */
  begin(place: number, fromMs = Number.NEGATIVE_INFINITY): number {
    const { records } = this.#shard(place);
    const at = records.findIndex(({ arrivalMs }) => arrivalMs >= fromMs);
    return Math.max(at === -1 ? records.length : at, this.horizon(place));
  }

  /** Sequence number of the first record at or past `from` that a reader sees now; undefined where it sees none. */
  look(place: number, from: number): number | undefined {
    const record = this.#shard(place).records[Math.max(from, this.horizon(place))];
    return record !== undefined && record.visibleMs <= this.#world.nowMs ? record.sequence : undefined;
  }

  /** Places of the shards that ListShards names: open ones, and closed ones while the stream may hold records of them. */
  listed(): number[] {
    const { nowMs } = this.#world;
    return this.#shards.flatMap(({ opensMs, closesMs }, place) =>
      opensMs <= nowMs && closesMs + this.#keepsMs > nowMs ? [place] : [],
    );
  }

  #shard(place: number): OpenShard {
    return this.#shards[place] as OpenShard;
  }
}
