import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { Report, ReportLine, UndoReport } from '@tidemark/core/replay/report';
import { reportKey } from '@tidemark/core/replay/report';
import type { Engine } from '@tidemark/local/engine';

/** Reads the reports of runs. */
export class Reports {
  readonly #s3: S3Client;
  readonly #source: DeployedSource;

  constructor({ endpoint, region }: Engine, source: DeployedSource) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.#s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    this.#source = source;
  }

  close(): void {
    this.#s3.destroy();
  }

  async report(run: string): Promise<Report> {
    return JSON.parse(await this.#text(reportKey(this.#source.name, run)));
  }

  async undoReport(run: string): Promise<UndoReport> {
    return JSON.parse(await this.#text(reportKey(this.#source.name, run)));
  }

  /** Every line of a report's parts. */
  async lines(run: string): Promise<ReportLine[]> {
    const { parts } = await this.report(run);
    const texts = await Promise.all(parts.map((part) => this.#text(part)));
    return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line));
  }

  async #text(Key: string): Promise<string> {
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#source.bucket, Key }));
    return (await Body?.transformToString('utf8')) ?? '';
  }
}
