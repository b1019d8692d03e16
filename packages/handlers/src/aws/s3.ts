import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { clientSettings } from './client.ts';

export interface ObjectContent {
  readonly body: string | Uint8Array;
  readonly contentType: string;
}

/** Where most invocations write no object, it is loaded when the first is due: ordinary ones never pay for it. */
export class S3 {
  readonly #client = new S3Client(clientSettings);

  /** Writes the object, over one of the same key. */
  async put(bucket: string, key: string, { body, contentType }: ObjectContent, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType });
    await this.#client.send(command, { abortSignal: signal });
  }

  /** Writes the object unless there is one of the same key: then `exists`, also where a first attempt of this very call has made it. */
  async putNew(
    bucket: string,
    key: string,
    { body, contentType }: ObjectContent,
    signal: AbortSignal,
  ): Promise<'done' | 'exists'> {
    signal.throwIfAborted();
    const put = { Bucket: bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: '*' };
    try {
      await this.#client.send(new PutObjectCommand(put), { abortSignal: signal });
      return 'done';
    } catch (error) {
      if (!(error instanceof S3ServiceException) || error.name !== 'PreconditionFailed') throw error;
      return 'exists';
    }
  }

  async putJson(bucket: string, key: string, body: unknown, signal: AbortSignal): Promise<void> {
    await this.put(bucket, key, { body: JSON.stringify(body), contentType: 'application/json' }, signal);
  }

  /** An object of text, which must be there. */
  async getText(bucket: string, key: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    const { Body } = await this.#client.send(command, { abortSignal: signal });
    if (Body === undefined) throw new Error(`${key}: an object without a body`);
    return Body.transformToString();
  }
}
