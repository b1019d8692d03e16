import type { TableStreamRecord } from '@tidemark/core/publish/change';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { CloudWatch } from '../aws/cloudwatch.ts';
import { DynamoDB } from '../aws/dynamodb.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { readSource } from '../source.ts';
import { readPublishEnvironment } from './env.ts';
import { Publisher } from './publisher.ts';

const environment = readPublishEnvironment();
const source = readSource();
const log = makeLogger('publish', source.name);
const publisher = new Publisher(new DynamoDB(), new CloudWatch(), environment.CONTROL_TABLE, source);

/** Publishes a batch of one shard of the Series table's stream. Any failure throws, and the whole batch comes again. */
export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<void> {
  log.addContext(context);
  const startedMs = Date.now();
  const records: readonly TableStreamRecord[] = event.Records;
  const summary = {
    records: records.length,
    firstSequence: records[0]?.dynamodb?.SequenceNumber,
    lastSequence: records.at(-1)?.dynamodb?.SequenceNumber,
  };
  if (records.length === 0) return;
  try {
    const streamArn = event.Records[0]?.eventSourceARN;
    if (streamArn === undefined) throw new Error('record: no eventSourceARN, which tells the stream');
    const published = await beforeDeadline(context, (signal) =>
      publisher.publish({ records, streamArn, invocation: context.awsRequestId, nowMs: startedMs }, signal),
    );
    log.info('published', { ...summary, ...published, milliseconds: Date.now() - startedMs });
  } catch (error) {
    log.error('not published', { ...summary, milliseconds: Date.now() - startedMs, error });
    throw error;
  }
}
