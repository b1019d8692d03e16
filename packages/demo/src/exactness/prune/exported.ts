import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';
import type { Item } from '../found.ts';

/** A line of an export, taken apart by what it says itself. */
export interface ExportedLine {
  readonly objectKey: string;
  /** As it lay in the table. */
  readonly item: Item;
  readonly size: string;
  readonly generation: number;
  readonly startMs: number;
}

/** Reads the exports of a source over the wire, as somebody would who knows nothing of them but their description. */
export class Exported {
  readonly #source: DeployedSource;
  readonly #s3: S3Client;

  constructor({ endpoint, region }: Engine, source: DeployedSource) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.#s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    this.#source = source;
  }

  close(): void {
    this.#s3.destroy();
  }

  /** Entity tags by key, of what lies under `prune/<source>/<folder>/`. */
  async objects(folder: 'counts' | 'again' | 'reports'): Promise<Map<string, string>> {
    const objects = new Map<string, string>();
    const input = { Bucket: this.#source.bucket, Prefix: `prune/${this.#source.name}/${folder}/` };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#s3 }, input)) {
      for (const { Key = '', ETag = '' } of Contents) objects.set(Key, ETag);
    }
    return objects;
  }

  /** Throws an Error for an object that is not what its key says. */
  async lines(folder: 'counts' | 'again'): Promise<ExportedLine[]> {
    const keys = [...(await this.objects(folder)).keys()];
    const objects = await Promise.all(keys.map(async (key) => linesOf(key, await this.#text(key))));
    return objects.flat();
  }

  async #text(key: string): Promise<string> {
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#source.bucket, Key: key }));
    return gunzipSync((await Body?.transformToByteArray()) ?? Buffer.alloc(0)).toString('utf8');
  }
}

const keyForm = /\/size=([^/]+)\/day=([^/]+)\/[A-Za-z0-9_.]{0,40}-[0-9a-f]{16}-(\d{4})-(\d{6})-([^/]+)\.jsonl\.gz$/;

function linesOf(objectKey: string, text: string): ExportedLine[] {
  const [, size = '', day = '', generation = '', time = '', slice = ''] = keyForm.exec(objectKey) ?? [];
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw new Error(`${objectKey}: no whole lines`);
  const read = lines.map((line) => {
    const { Size, Generation, Start, Slice, ...item }: Record<string, unknown> = JSON.parse(line);
    const [date, clock] = String(Start).split(' ');
    const start = `${date}T${clock}Z`;
    const isOfObject = Size === size && Generation === Number(generation) && date === day;
    const key = `${Size}#${String(Generation).padStart(4, '0')}#${start}#${Slice}`;
    if (!isOfObject || item.Bucket !== key) throw new Error(`${objectKey}: does not belong there: ${line}`);
    return { objectKey, item, size, generation: Number(generation), startMs: Date.parse(start) };
  });
  const keys = read.map(({ item }) => String(item.Bucket));
  const isOneSeries = new Set(read.map(({ item }) => item.EventName)).size === 1;
  const isAscending = keys.every((key, at) => at === 0 || key > (keys[at - 1] ?? ''));
  const begins = keys[0]?.endsWith(`T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z#${slice}`);
  if (!isOneSeries || !isAscending || !begins) throw new Error(`${objectKey}: ${keys.join(', ')}`);
  return read;
}
