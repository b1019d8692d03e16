import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { type ArchivedDay, addArchivedDays, archivedDays } from '@tidemark/core/archive/days';
import {
  type ArchiveObject,
  archiveKey,
  archivePrefix,
  isBadArchive,
  parseArchiveKey,
} from '@tidemark/core/archive/object';
import { afterHandled, ObjectReading } from '@tidemark/core/archive/reading';
import { type ArrivalRange, selectObjects } from '@tidemark/core/archive/select';
import type { Source } from '@tidemark/core/config';
import { readBatch } from '@tidemark/core/count/read';
import type { StreamRecord } from '@tidemark/core/count/record';
import type { DeployedSource } from '@tidemark/core/deployment';
import { encodeSequence, type Fence } from '@tidemark/core/series/sequence';
import type { Engine } from '@tidemark/local/engine';
import { compare, type Differences } from './differences.ts';
import type { SentRecord } from './sent.ts';

const always: ArrivalRange = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** The archive of a source, as a backfill reads it. */
export class Archived {
  readonly #source: DeployedSource;
  readonly #s3: S3Client;

  constructor(engine: Engine, source: DeployedSource) {
    const { endpoint, region } = engine;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.#source = source;
    this.#s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  }

  close(): void {
    this.#s3.destroy();
  }

  /** By shard. Throws where a key is none of the archive. */
  async objects(): Promise<ReadonlyMap<string, readonly ArchiveObject[]>> {
    const input = { Bucket: this.#source.bucket, Prefix: archivePrefix(this.#source.name) };
    const objects = new Map<string, ArchiveObject[]>();
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#s3 }, input)) {
      for (const { Key = '' } of Contents) {
        const object = parseArchiveKey(Key);
        if (isBadArchive(object)) throw new Error(`${Key}: ${object.field}: ${object.detail}`);
        objects.set(object.shardId, [...(objects.get(object.shardId) ?? []), object]);
      }
    }
    return objects;
  }

  /** The records of a shard that arrived in a range, as the objects and their lines give them. */
  async records(listed: readonly ArchiveObject[], range: ArrivalRange = always): Promise<StreamRecord[]> {
    const records: StreamRecord[] = [];
    let handled: Fence | undefined;
    for (const object of selectObjects(listed, range).objects) {
      const fresh = afterHandled(await this.#recordsOf(object), handled);
      const last = fresh.at(-1);
      if (last !== undefined) handled = encodeSequence(last.sequenceNumber);
      records.push(...fresh.filter(({ arrivalMs }) => arrivalMs >= range.fromMs && arrivalMs < range.toMs));
    }
    return records;
  }

  /** Everything that was sent and is not in the archive as it came, in the order of its shard and once; and whatever else is there. */
  async differences(sent: readonly SentRecord[], range: ArrivalRange = always): Promise<Differences> {
    const found = new Map<string, StreamRecord[]>();
    for (const [shardId, objects] of await this.objects()) found.set(shardId, await this.records(objects, range));
    const isIn = ({ arrivalMs }: SentRecord) => arrivalMs >= range.fromMs && arrivalMs < range.toMs;
    const expected = Map.groupBy(sent.filter(isIn), ({ shardId }) => shardId);
    const shards = new Map(Array.from(found).filter(([, records]) => records.length > 0));
    return compare('shard', expected, shards, (wanted, present) => recordDifference(wanted.map(recordOf), present));
  }

  /** What the archive holds of each shard, counted as a ledger counts it. */
  async days(source: Source): Promise<ReadonlyMap<string, readonly ArchivedDay[]>> {
    const days = new Map<string, ArchivedDay[]>();
    for (const [shardId, objects] of await this.objects()) {
      const records = await this.records(objects);
      days.set(shardId, addArchivedDays([], archivedDays(readBatch({ shardId, records }, source))));
    }
    return days;
  }

  async #recordsOf(object: ArchiveObject): Promise<StreamRecord[]> {
    const key = archiveKey(object);
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#source.bucket, Key: key }));
    const lines = gunzipSync((await Body?.transformToByteArray()) ?? '')
      .toString('utf8')
      .trimEnd()
      .split('\n');
    const reading = new ObjectReading(object);
    const records = lines.map((line) => {
      const taken = reading.take(line);
      if (taken.kind === 'bad') throw new Error(`${key}: ${taken.field}: ${taken.detail}`);
      return taken.record;
    });
    const end = reading.end();
    if (end !== undefined) throw new Error(`${key}: ${end.field}: ${end.detail}`);
    return records;
  }
}

function recordOf({ sequenceNumber, partitionKey, arrivalMs, data }: SentRecord): StreamRecord {
  return { sequenceNumber, partitionKey, arrivalMs, data: data.toString('base64') };
}

function recordDifference(wanted: readonly StreamRecord[], present: readonly StreamRecord[]): string | undefined {
  const place = wanted.findIndex((record, index) => !isDeepStrictEqual(record, present[index]));
  if (place !== -1) return `${JSON.stringify(present[place])} at ${place} in place of ${JSON.stringify(wanted[place])}`;
  return present.length === wanted.length ? undefined : `${present.length - wanted.length} records too many`;
}
