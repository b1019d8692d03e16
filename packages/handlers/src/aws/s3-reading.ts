import type { ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from './client.ts';

/** Reads objects. Apart from what writes them (s3.ts): the functions that only write carry none of it. */
export class S3Reading {
  readonly #client = new S3Client(clientSettings);

  /** The object's bytes as they come; undefined where there is no such object. */
  async open(bucket: string, key: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    signal.throwIfAborted();
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
        abortSignal: signal,
      });
      if (Body === undefined) throw new Error(`${bucket}/${key}: an answer without a body`);
      return Body as AsyncIterable<Uint8Array>;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** Every key that begins with `prefix`, in the order of keys. */
  async keys(bucket: string, prefix: string, signal: AbortSignal): Promise<string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of this.#pages({ Bucket: bucket, Prefix: prefix }, signal)) {
      keys.push(...Contents.map(({ Key = '' }) => Key));
    }
    return keys;
  }

  /** What stands between `prefix` and the next `/` of the keys that have both, each once, in the order of keys. `prefix` ends with a `/`. */
  async folders(bucket: string, prefix: string, signal: AbortSignal): Promise<string[]> {
    const folders: string[] = [];
    for await (const { CommonPrefixes = [] } of this.#pages(
      { Bucket: bucket, Prefix: prefix, Delimiter: '/' },
      signal,
    )) {
      folders.push(...CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice(prefix.length, -1)));
    }
    return folders;
  }

  #pages(input: ListObjectsV2CommandInput, signal: AbortSignal) {
    signal.throwIfAborted();
    return paginateListObjectsV2({ client: this.#client }, input, { abortSignal: signal });
  }
}
