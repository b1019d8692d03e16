import type { SourceSettings, StagePruneSettings } from '@tidemark/core/config';
import type { StreamConsumer } from '@tidemark/core/control/keys';
import type { PruneSettings } from '@tidemark/core/prune/settings';
import type { ReplaySettings } from '@tidemark/core/replay/settings';
import { Stack } from 'aws-cdk-lib/core';
import type { ControlTable } from '../control/table.ts';
import type { Count } from '../count/count.ts';
import type { DataBucket } from '../data/bucket.ts';
import type { Recount } from '../recount/recount.ts';
import type { SeriesTable } from '../series/table.ts';
import type { SourceStream } from '../stream/stream.ts';
import type { Window } from '../window/window.ts';

/** The parts of a source that runs work on. */
export interface OperatedSource {
  readonly source: SourceSettings;
  readonly stream: SourceStream;
  readonly series: SeriesTable;
  readonly control: ControlTable;
  readonly data: DataBucket;
  readonly count: Count | undefined;
  readonly window: Window | undefined;
  readonly recount: Recount;
}

/** The longest that one attempt of a request of the SDK lasts, in seconds, as handlers set it, and a second for what is on its way. */
const longestAttemptSeconds = 7;

export function replaySettings(operated: OperatedSource): ReplaySettings {
  const { source, recount } = operated;
  const publishSize = source.buckets[0];
  const held = liveCounting(operated);
  return {
    ...placesOf(operated),
    recountFunction: recount.function.functionArn,
    pipeRoleArn: recount.pipeRole.roleArn,
    pipePrefix: Stack.of(recount).stackName,
    ...(publishSize === undefined ? {} : { publishSize }),
    ...(source.window === undefined ? {} : { window: windowOf(source) }),
    mappings: held.map(({ consumer, fn }) => ({ consumer, mapping: fn.mappingId })),
    holdSeconds: drainSeconds(held),
    recountDrainSeconds: recount.timeoutSeconds + longestAttemptSeconds,
    archive: source.archive !== undefined,
  };
}

export function pruneSettings(operated: OperatedSource, prune: StagePruneSettings): PruneSettings {
  const { source } = operated;
  const live = liveCounting(operated);
  return {
    ...placesOf(operated),
    retentionMs: source.retentionMs,
    keepReplacedMs: prune.keepReplacedMs,
    writeUnitsPerSecond: pruneWriteUnits(source, prune),
    drainSeconds: drainSeconds(live),
    consumers: live.map(({ consumer }) => consumer),
  };
}

/** Of a table with provisioned units pruning takes half at most: the rest is counting's, whatever the budget says. */
export function pruneWriteUnits({ table }: SourceSettings, { writeUnitsPerSecond }: StagePruneSettings): number {
  if (table.billing === 'on-demand') return writeUnitsPerSecond;
  return Math.min(writeUnitsPerSecond, Math.max(1, Math.floor(table.billing.writeUnits / 2)));
}

/** Where the steps of runs find a source, and the sizes that it has. */
function placesOf({ source, stream, series, control, data }: OperatedSource) {
  const window = source.window === undefined ? [] : [`w${source.window.seconds}` as const];
  return {
    source: source.name,
    seriesTable: series.table.tableName,
    controlTable: control.table.tableName,
    bucket: data.bucket.bucketName,
    streamArn: stream.stream.streamArn,
    sizes: [...source.buckets, ...window],
  };
}

interface LiveFunction {
  readonly consumer: StreamConsumer;
  readonly fn: Count | Window;
}

function liveCounting({ count, window }: OperatedSource): LiveFunction[] {
  return [
    ...(count === undefined ? [] : [{ consumer: 'count' as const, fn: count }]),
    ...(window === undefined ? [] : [{ consumer: 'window' as const, fn: window }]),
  ];
}

/** From the last moment when an invocation may have begun until none of its writes can be under way. */
function drainSeconds(live: readonly LiveFunction[]): number {
  return Math.max(...live.map(({ fn }) => fn.timeoutSeconds)) + longestAttemptSeconds;
}

/** Every measure that the window ever had: what was counted under an earlier revision is compared too. */
function windowOf({ window, revisions }: SourceSettings): { seconds: number; measures: string[] } {
  const names = revisions.flatMap(({ event }) => (event.measures ?? []).map(({ name }) => name));
  return { seconds: window?.seconds ?? 0, measures: [...new Set(names)] };
}
