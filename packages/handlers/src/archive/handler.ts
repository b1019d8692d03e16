import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { archiveBatch } from '@tidemark/core/archive/batch';
import type { ShardBatch } from '@tidemark/core/count/record';
import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { DynamoDB } from '../aws/dynamodb.ts';
import { S3 } from '../aws/s3.ts';
import { writeCheckpoint } from '../control/checkpoint.ts';
import { batchesOf } from '../count/batch.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { readSource } from '../source.ts';
import { readArchiveEnvironment } from './env.ts';

const environment = readArchiveEnvironment();
const source = readSource();
const log = makeLogger('archive', source.name);
const dynamodb = new DynamoDB();
const s3 = new S3();
const compress = promisify(gzip);

/** Keeps a batch of one shard as it came. Any failure throws, and the whole batch comes again: the same batch writes the same object. */
export async function handler(event: KinesisStreamEvent, context: Context): Promise<void> {
  log.addContext(context);
  await beforeDeadline(context, async (signal) => {
    for (const batch of batchesOf(event)) {
      await keepBatch(batch, signal);
    }
  });
}

/** The object first: whatever the checkpoint has passed is in the archive. */
async function keepBatch(batch: ShardBatch, signal: AbortSignal): Promise<void> {
  const startedMs = Date.now();
  const summary: Record<string, unknown> = {
    shardId: batch.shardId,
    records: batch.records.length,
    firstSequence: batch.records[0]?.sequenceNumber,
    lastSequence: batch.records.at(-1)?.sequenceNumber,
  };
  try {
    const { objectKey, lines, checkpoint } = archiveBatch(source.name, batch);
    // Node writes no time of change into the header: the same lines become the same bytes.
    const body = await compress(lines);
    Object.assign(summary, { objectKey, bytes: Buffer.byteLength(lines), compressedBytes: body.byteLength });
    const compressedMs = Date.now();
    await s3.put(environment.DATA_BUCKET, objectKey, { body, contentType: 'application/gzip' }, signal);
    await writeCheckpoint(dynamodb, environment.CONTROL_TABLE, checkpoint, signal);
    log.info('archived', { ...summary, compressMs: compressedMs - startedMs, writeMs: Date.now() - compressedMs });
  } catch (error) {
    log.error('not archived', { ...summary, milliseconds: Date.now() - startedMs, error });
    throw error;
  }
}
