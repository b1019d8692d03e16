/** What one shard gives within a second to all that read it together. */
const readsPerSecond = 5;
const bytesPerSecond = 2 * 1024 * 1024;

interface Reading {
  second: number;
  reads: number;
  /** May be below zero: a read that begins is answered whole, and its excess is owed. */
  bytesLeft: number;
  atMs: number;
}

/** How much each shard may still give, in engine time. One object serves one stream. */
export class ReadThroughput {
  readonly #shards = new Map<number, Reading>();

  /** Whether the shard can be read now; if so, the read is counted. */
  begin(shardIndex: number, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    const reading = this.#shards.get(shardIndex) ?? { second, reads: 0, bytesLeft: bytesPerSecond, atMs: nowMs };
    this.#shards.set(shardIndex, reading);
    const gained = (Math.max(0, nowMs - reading.atMs) / 1000) * bytesPerSecond;
    reading.bytesLeft = Math.min(bytesPerSecond, reading.bytesLeft + gained);
    reading.atMs = nowMs;
    if (reading.second !== second) {
      reading.second = second;
      reading.reads = 0;
    }
    if (reading.reads >= readsPerSecond || reading.bytesLeft <= 0) return false;
    reading.reads += 1;
    return true;
  }

  /** The read that has begun gave so many bytes. */
  gave(shardIndex: number, bytes: number): void {
    const reading = this.#shards.get(shardIndex);
    if (reading !== undefined) reading.bytesLeft -= bytes;
  }
}
