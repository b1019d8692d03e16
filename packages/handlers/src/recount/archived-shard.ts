import type { ArchiveObject } from '@tidemark/core/archive/object';
import { archivePrefix, isBadArchive, parseArchiveKey } from '@tidemark/core/archive/object';
import { archiveStartDay, walkDay, walkStart } from '@tidemark/core/archive/walk';
import type { S3Reading } from '../aws/s3-reading.ts';

/** The archive of one shard, as far as it stands when `days` is read. */
export class ArchivedShard {
  readonly #s3: S3Reading;
  readonly #bucket: string;
  readonly #source: string;
  readonly #shardId: string;
  #listed = new Map<string, readonly ArchiveObject[]>();
  #start: ArchiveObject | undefined;

  constructor(s3: S3Reading, bucket: string, source: string, shardId: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#source = source;
    this.#shardId = shardId;
  }

  /** The days under which objects lie, ascending. */
  days(signal: AbortSignal): Promise<string[]> {
    return this.#s3.folders(this.#bucket, archivePrefix(this.#source, this.#shardId), signal);
  }

  /** Finds the first object that may hold a record of the day from which whole days are to be read, and returns at which day to begin. */
  async begin(days: readonly string[], fromMs: number, signal: AbortSignal): Promise<number> {
    const first = days.findIndex((day) => day >= archiveStartDay(fromMs));
    // An object of the day after may come before those of the first day.
    const listed: ArchiveObject[] = first === -1 ? [] : [...(await this.#objects(days[first + 1], signal))];
    for (let at = first === -1 ? days.length - 1 : first; at >= 0; at -= 1) {
      listed.push(...(await this.#objects(days[at], signal)));
      const start = walkStart(listed, fromMs, at === 0);
      if (start === undefined) continue;
      this.#start = start.object;
      return at;
    }
    return days.length;
  }

  /** What to read of the day at that place, in order (core/archive/walk.ts). */
  async inOrder(days: readonly string[], at: number, signal: AbortSignal): Promise<readonly ArchiveObject[]> {
    const [day = '', next] = days.slice(at, at + 2);
    const listed = [...(await this.#objects(day, signal)), ...(await this.#objects(next, signal))];
    // Only the next day is needed once more.
    this.#listed = new Map([...this.#listed].filter(([each]) => each === next));
    // What begins before the start is left out first: it must not stand in for an object that holds the same.
    const from = this.#start?.first ?? '';
    return walkDay(
      listed.filter(({ first }) => first >= from),
      day,
    );
  }

  async #objects(day: string | undefined, signal: AbortSignal): Promise<readonly ArchiveObject[]> {
    if (day === undefined) return [];
    const known = this.#listed.get(day);
    if (known !== undefined) return known;
    const prefix = archivePrefix(this.#source, this.#shardId, day);
    const objects = (await this.#s3.keys(this.#bucket, prefix, signal)).map((key) => {
      const object = parseArchiveKey(key);
      if (isBadArchive(object)) throw new Error(`${this.#bucket}: ${key}: ${object.field}: ${object.detail}`);
      return object;
    });
    this.#listed.set(day, objects);
    return objects;
  }
}
