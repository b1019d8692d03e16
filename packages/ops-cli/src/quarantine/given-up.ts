import type { DeployedSource } from '@tidemark/core/deployment';
import * as v from 'valibot';
import type { Objects } from '../aws/s3.ts';
import { mapInParallel } from '../parallel.ts';
import { givenUpPrefix } from './object.ts';

/** A batch that Lambda gave up on: its retries or the age of its records reached what the configuration allows. */
export interface GivenUp {
  readonly key: string;
  readonly bytes: number;
  readonly function: string;
  /** What the function does with the source. */
  readonly work: 'count' | 'window' | 'archive' | 'publish';
  readonly shardId: string;
  readonly records: number;
  /** Arrival of the first and of the last record, ISO 8601. */
  readonly firstArrival: string;
  readonly lastArrival: string;
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
  /** Lambda's word: `RetryAttemptsExhausted`. */
  readonly condition: string;
}

const batchInfo = v.object({
  shardId: v.string(),
  startSequenceNumber: v.string(),
  endSequenceNumber: v.string(),
  approximateArrivalOfFirstRecord: v.string(),
  approximateArrivalOfLastRecord: v.string(),
  batchSize: v.number(),
});
const failedBatch = v.object({
  requestContext: v.object({ functionArn: v.string(), condition: v.string() }),
  KinesisBatchInfo: v.exactOptional(batchInfo),
  DDBStreamBatchInfo: v.exactOptional(batchInfo),
});

const readsMax = 4;
const chunkMax = 32;

/**
 * What Lambda gave up on of a source, in the order of keys. The mapping in a key is not asked for: it may have been replaced, so a batch of
 * each tells whose they are.
 */
export async function* givenUp(objects: Objects, source: DeployedSource, after?: string): AsyncGenerator<GivenUp[]> {
  for (const mapping of await objects.folders(source.bucket, givenUpPrefix)) {
    let isOthers = false;
    for await (const page of objects.list(source.bucket, `${givenUpPrefix}${mapping}/`, after)) {
      for (let at = 0; at < page.length && !isOthers; at += chunkMax) {
        const read = await mapInParallel(page.slice(at, at + chunkMax), readsMax, async ({ key, bytes }) =>
          readGivenUp(objects, source, key, bytes),
        );
        // All of one mapping are of one function.
        isOthers = read.every((each) => each === undefined);
        yield read.filter((each) => each !== undefined);
      }
      if (isOthers) break;
    }
  }
}

/** Undefined where it is none of this source, or nothing that Lambda writes. */
export async function readGivenUp(
  objects: Objects,
  source: DeployedSource,
  key: string,
  bytes: number,
): Promise<GivenUp | undefined> {
  const parsed = v.safeParse(failedBatch, await jsonOf(objects, source.bucket, key));
  if (!parsed.success) return undefined;
  const { requestContext, KinesisBatchInfo, DDBStreamBatchInfo } = parsed.output;
  const info = KinesisBatchInfo ?? DDBStreamBatchInfo;
  const name = functionNameOf(requestContext.functionArn);
  const work = workOf(source, name);
  if (info === undefined || work === undefined) return undefined;
  return {
    key,
    bytes,
    function: name,
    work,
    shardId: info.shardId,
    records: info.batchSize,
    firstArrival: info.approximateArrivalOfFirstRecord,
    lastArrival: info.approximateArrivalOfLastRecord,
    firstSequenceNumber: info.startSequenceNumber,
    lastSequenceNumber: info.endSequenceNumber,
    condition: requestContext.condition,
  };
}

/** Undefined where it is no JSON, or gone. */
async function jsonOf(objects: Objects, bucket: string, key: string): Promise<unknown> {
  try {
    return await objects.json(bucket, key);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What to do about it. */
export const givenUpRemedies: Readonly<Record<GivenUp['work'], string>> = {
  count:
    'not counted, and not resubmitted: a replay counts it while the stream holds it, a backfill from the archive later',
  window:
    'in no window, and not resubmitted: a replay counts it while the stream holds it, a backfill from the archive later',
  archive:
    'not in the archive: a backfill of these arrivals will say that records are missing; a replay counts from the stream',
  publish: 'not in CloudWatch: the table is right, the figures of these changes are missing',
};

/** `arn:aws:lambda:us-east-1:123456789012:function:NAME`, perhaps with a version. */
function functionNameOf(arn: string): string {
  return arn.split(':')[6] ?? '';
}

function workOf({ count, window, archive, publish }: DeployedSource, name: string): GivenUp['work'] | undefined {
  if (name === count) return 'count';
  if (name === window?.function) return 'window';
  if (name === archive?.function) return 'archive';
  return name === publish ? 'publish' : undefined;
}
