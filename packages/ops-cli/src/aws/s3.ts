import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { ClientSettings } from '../target.ts';

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
}

/** The reads made of S3. `close` lets the process end. */
export class Objects {
  readonly #client: S3Client;

  constructor(settings: ClientSettings) {
    // An engine has one host name for all buckets.
    this.#client = new S3Client({ ...settings, forcePathStyle: settings.endpoint !== undefined });
  }

  close(): void {
    this.#client.destroy();
  }

  /** The objects whose keys begin with `prefix` and come after `after`, page by page, in the order of their keys. */
  async *list(bucket: string, prefix: string, after?: string): AsyncGenerator<ListedObject[]> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: bucket, Prefix: prefix, ...(after === undefined ? {} : { StartAfter: after }) },
    );
    for await (const { Contents = [] } of pages)
      yield Contents.map(({ Key = '', Size = 0 }) => ({ key: Key, bytes: Size }));
  }

  /** What stands between `prefix` and the next slash, of every object. */
  async folders(bucket: string, prefix: string): Promise<string[]> {
    const folders: string[] = [];
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: bucket, Prefix: prefix, Delimiter: '/' });
    for await (const { CommonPrefixes = [] } of pages)
      folders.push(...CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice(prefix.length, -1)));
    return folders;
  }

  /** A small object; undefined where there is none. */
  async json(bucket: string, key: string): Promise<unknown> {
    const body = await this.#body(bucket, key);
    if (body === undefined) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(Buffer.from(chunk));
    return JSON.parse(Buffer.concat(chunks).toString());
  }

  /** The lines of an object of any size, as they come. None where there is no such object. */
  async *lines(bucket: string, key: string): AsyncGenerator<string> {
    const body = await this.#body(bucket, key);
    if (body === undefined) return;
    for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY }))
      if (line !== '') yield line;
  }

  async #body(bucket: string, key: string): Promise<Readable | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!(Body instanceof Readable)) throw new Error(`GetObject gave no body of ${key}`);
      return Body;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }
}
