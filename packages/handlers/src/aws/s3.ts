import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from './client.ts';

/** Loaded when the first record is set aside: ordinary invocations never pay for it. */
export class S3 {
  readonly #client = new S3Client(clientSettings);

  /** Writes the object, over one of the same key. */
  async putJson(bucket: string, key: string, body: unknown, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: JSON.stringify(body),
      ContentType: 'application/json',
    });
    await this.#client.send(command, { abortSignal: signal });
  }
}
