import { readBatch } from '@tidemark/core/count/read';
import type { ShardBatch } from '@tidemark/core/count/record';
import { firstTimeline } from '@tidemark/core/replay/timeline';
import type { CarriedState } from '@tidemark/core/window/state';
import { parseState } from '@tidemark/core/window/state';
import type { DecidedBatch, WindowPlace } from '@tidemark/core/window/window';
import { planWindow } from '@tidemark/core/window/window';
import type { Context } from 'aws-lambda';
import { DynamoDB } from '../aws/dynamodb.ts';
import { RememberedDecisions } from '../control/decisions.ts';
import { liveIdentity } from '../control/live-identity.ts';
import { DataBucket } from '../data-bucket.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { readSource } from '../source.ts';
import type { WindowBatch, WindowEvent } from './batch.ts';
import { windowBatchOf } from './batch.ts';
import { readWindowEnvironment } from './env.ts';
import { nothingLost, recoverLostState } from './lost-state.ts';
import { ShardReader } from './shard-reader.ts';
import { levelOf, outcomeOf, planned, summaryOf } from './summary.ts';
import type { WindowTargets } from './targets.ts';
import { writeWindow } from './write.ts';

const environment = readWindowEnvironment();
const source = readSource();
const { window } = source;
if (window === undefined) throw new Error(`${source.name}: a source without a window`);
const log = makeLogger('window', source.name);
const dynamodb = new DynamoDB();
const remembered = new RememberedDecisions(dynamodb, environment.CONTROL_TABLE, source);
const { seconds } = window;
const targets: WindowTargets = {
  source: source.name,
  dynamodb,
  seriesTable: environment.SERIES_TABLE,
  controlTable: environment.CONTROL_TABLE,
  dataBucket: new DataBucket(environment.DATA_BUCKET),
  shards: new ShardReader(environment.STREAM_ARN),
  decide,
};

/** What Lambda carries to the shard's next invocation; without it the invocation would have failed. */
export interface WindowAnswer {
  readonly state: CarriedState;
}

/** Adds a batch of one shard to its windows. Any failure throws, and the records come again: what was written of them is fenced. */
export async function handler(event: WindowEvent, context: Context): Promise<WindowAnswer> {
  log.addContext(context);
  return beforeDeadline(context, (signal) => addUp(windowBatchOf(event), signal));
}

async function addUp(batch: WindowBatch, signal: AbortSignal): Promise<WindowAnswer> {
  const { shardId, records, closes } = batch;
  const startedMs = Date.now();
  const summary = summaryOf(batch);
  try {
    const carried = parseState(batch.state);
    if (carried.kind === 'unreadable') summary.stateUnreadable = carried.reason;
    const [first] = records;
    const place = await placeOf(shardId, startedMs, carried.kind === 'empty' && first === undefined, signal);
    const mayBeLost = carried.kind === 'unreadable' || (carried.kind === 'empty' && first !== undefined);
    const lost = mayBeLost ? await recoverLostState(place, first, targets, signal) : nothingLost;
    const state = carried.kind === 'held' ? carried.state : undefined;
    const decided = first && (await decide(batch, signal));
    const plan = planWindow(place, state, decided, closes);
    const plannedMs = Date.now();
    const written = await writeWindow(plan, shardId, targets, signal);
    const told = { ...summary, ...planned(decided, plan), ...outcomeOf(lost, written) };
    log[levelOf(told)](closes ? 'written' : 'added up', {
      ...told,
      planMs: plannedMs - startedMs,
      writeMs: Date.now() - plannedMs,
    });
    return { state: plan.state };
  } catch (error) {
    log.error('not added up', { ...summary, milliseconds: Date.now() - startedMs, error });
    throw error;
  }
}

/** Where the invocation writes. One that has nothing to write reads nothing either. */
async function placeOf(shardId: string, nowMs: number, isIdle: boolean, signal: AbortSignal): Promise<WindowPlace> {
  const timeline = isIdle ? firstTimeline : (await remembered.at(nowMs, signal)).timeline;
  return { ...liveIdentity(timeline), source: source.name, shardId, seconds };
}

/** Reads records and admits their names. */
async function decide(batch: ShardBatch, signal: AbortSignal): Promise<DecidedBatch> {
  const read = readBatch(batch, source);
  const decisions = await remembered.admit(read, await remembered.at(Date.now(), signal), signal);
  return { read, decisions };
}
