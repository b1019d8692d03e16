/** What one shard takes within a second: records, and bytes with their partition keys. */
const recordsPerSecond = 1_000;
const bytesPerSecond = 1024 * 1024;

/** How much of the current second of engine time each shard has taken. One object serves one stream. */
export class Throughput {
  readonly #shards = new Map<number, { second: number; records: number; bytes: number }>();

  /** Whether the shard takes one more record now; if so, it is counted. */
  take(shardIndex: number, bytes: number, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    let taken = this.#shards.get(shardIndex);
    if (taken === undefined || taken.second !== second) {
      taken = { second, records: 0, bytes: 0 };
      this.#shards.set(shardIndex, taken);
    }
    // A record larger than a second's worth is let through alone: AWS lets such records burst.
    const fits = taken.bytes === 0 || taken.bytes + bytes <= bytesPerSecond;
    if (!fits || taken.records >= recordsPerSecond) return false;
    taken.records += 1;
    taken.bytes += bytes;
    return true;
  }
}
