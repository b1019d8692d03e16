import { healthData } from '@tidemark/core/health/datum';
import { healthOf, ledgersFromDay, readThrough } from '@tidemark/core/health/health';
import type { Context } from 'aws-lambda';
import { CloudWatch } from '../aws/cloudwatch.ts';
import { DynamoDB } from '../aws/dynamodb.ts';
import { Kinesis } from '../aws/kinesis.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { ControlTable } from '../runs/control-table.ts';
import type { WatchedSource } from './call.ts';
import { parseHealthCall } from './call.ts';
import { readHealthEnvironment } from './env.ts';
import { HealthItems } from './health-items.ts';
import { look } from './look.ts';

const { CONTROL_TABLE } = readHealthEnvironment();
const log = makeLogger('health');
const dynamodb = new DynamoDB();
const cloudwatch = new CloudWatch();
const streams = new Map<string, Kinesis>();

/** How far each source is, and what was set aside, for CloudWatch. One source that fails does not stop the others; at last it throws. */
export async function handler(event: unknown, context: Context): Promise<void> {
  log.addContext(context);
  const { sources } = parseHealthCall(event);
  const errors: unknown[] = [];
  await beforeDeadline(context, async (signal) => {
    for (const [index, watched] of sources.entries()) {
      // Each has its share of the time: a stream that does not answer leaves the others theirs.
      const shareMs = Math.floor(context.getRemainingTimeInMillis() / (sources.length - index));
      try {
        await tellHealth(watched, AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, shareMs))]));
      } catch (error) {
        log.error('not looked at', { source: watched.source, error });
        errors.push(error);
      }
    }
  });
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} sources could not be looked at`);
}

/** The ledgers are read after the shards: whatever a reader is through with stands in them. The item is put last: rather twice than never. */
async function tellHealth(watched: WatchedSource, signal: AbortSignal): Promise<void> {
  const { source, stream } = watched;
  const items = new HealthItems(dynamodb, CONTROL_TABLE, source, signal);
  const last = await items.last();
  const looking = {
    control: new ControlTable(dynamodb, CONTROL_TABLE, source, signal),
    kinesis: streamAt(stream),
    throughMs: readThrough(last, stream, Date.now()),
  };
  const found = await look(watched, looking, signal);
  const ledgers = await items.ledgersFrom(ledgersFromDay(last, found));
  const { health, item } = healthOf(last, found, ledgers);
  await cloudwatch.put(healthData(source, health, Date.now()), signal);
  await items.remember(item);
  log.info('looked at', { source, ...health, milliseconds: Date.now() - found.begunMs });
}

/** One a stream and instance of the function. */
function streamAt(streamArn: string): Kinesis {
  const known = streams.get(streamArn) ?? new Kinesis(streamArn);
  streams.set(streamArn, known);
  return known;
}
