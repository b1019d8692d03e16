import { planBatch } from '@tidemark/core/count/count';
import { readBatch } from '@tidemark/core/count/read';
import type { ShardBatch } from '@tidemark/core/count/record';
import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { DynamoDB } from '../aws/dynamodb.ts';
import { RememberedDecisions } from '../control/decisions.ts';
import { liveIdentity } from '../control/live-identity.ts';
import { DataBucket } from '../data-bucket.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { readSource } from '../source.ts';
import { batchesOf } from './batch.ts';
import { readCountEnvironment } from './env.ts';
import type { WriteTargets } from './write.ts';
import { writeBatch } from './write.ts';

const environment = readCountEnvironment();
const source = readSource();
const log = makeLogger('count', source.name);
const dynamodb = new DynamoDB();
const decisions = new RememberedDecisions(dynamodb, environment.CONTROL_TABLE, source);
const targets: WriteTargets = {
  dynamodb,
  seriesTable: environment.SERIES_TABLE,
  controlTable: environment.CONTROL_TABLE,
  dataBucket: new DataBucket(environment.DATA_BUCKET),
};

/** Counts a batch of one shard. Any failure throws, and the whole batch comes again: what it wrote is fenced. */
export async function handler(event: KinesisStreamEvent, context: Context): Promise<void> {
  log.addContext(context);
  await beforeDeadline(context, async (signal) => {
    for (const batch of batchesOf(event)) {
      await countBatch(batch, signal);
    }
  });
}

async function countBatch(batch: ShardBatch, signal: AbortSignal): Promise<void> {
  const startedMs = Date.now();
  const summary: Record<string, unknown> = {
    shardId: batch.shardId,
    records: batch.records.length,
    firstSequence: batch.records[0]?.sequenceNumber,
    lastSequence: batch.records.at(-1)?.sequenceNumber,
  };
  try {
    const read = readBatch(batch, source);
    const readMs = Date.now();
    const remembered = await decisions.at(startedMs, signal);
    const decided = await decisions.admit(read, remembered, signal);
    const plan = planBatch(read, { ...decided, ...liveIdentity(decided.timeline) });
    const plannedMs = Date.now();
    Object.assign(summary, {
      events: plan.checkpoint.received,
      partials: plan.partials.length,
      quarantined: plan.quarantined.reduce((sum, record) => sum + record.events, 0),
      readMs: readMs - startedMs,
      planMs: plannedMs - readMs,
    });
    const written = await writeBatch(plan, targets, signal);
    log.info('counted', { ...summary, ...written, writeMs: Date.now() - plannedMs });
  } catch (error) {
    log.error('not counted', { ...summary, milliseconds: Date.now() - startedMs, error });
    throw error;
  }
}
