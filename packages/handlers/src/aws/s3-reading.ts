import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
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
}
