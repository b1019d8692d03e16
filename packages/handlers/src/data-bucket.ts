import type { S3 } from './aws/s3.ts';

/** The bucket where records and parts of windows are set aside, under keys and with bodies that a retry repeats. */
export class DataBucket {
  readonly #name: string;
  #s3: Promise<S3> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Writes the object as JSON, over one of the same key. */
  async put(objectKey: string, body: object, signal: AbortSignal): Promise<void> {
    // Ordinary invocations set nothing aside, and do not load the client.
    this.#s3 ??= import('./aws/s3.ts').then(({ S3 }) => new S3());
    await (await this.#s3).putJson(this.#name, objectKey, body, signal);
  }
}
