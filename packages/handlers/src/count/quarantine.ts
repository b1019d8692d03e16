import type { QuarantinedRecord } from '@tidemark/core/count/quarantine';
import type { S3 } from '../aws/s3.ts';

/** Puts records aside in S3, under a key and with a body that a retry repeats. */
export class Quarantine {
  readonly #bucket: string;
  #s3: Promise<S3> | undefined;

  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  async put(record: QuarantinedRecord, signal: AbortSignal): Promise<void> {
    this.#s3 ??= import('../aws/s3.ts').then(({ S3 }) => new S3());
    await (await this.#s3).putJson(this.#bucket, record.objectKey, record.body, signal);
  }
}
