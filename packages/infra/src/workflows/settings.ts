import type { SourceSettings } from '@tidemark/core/config';
import type { StreamConsumer } from '@tidemark/core/control/keys';
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
  const { source, stream, series, control, data, count, window, recount } = operated;
  const live: [StreamConsumer, Count | Window | undefined][] = [
    ['count', count],
    ['window', window],
  ];
  const held = live.flatMap(([consumer, fn]) => (fn === undefined ? [] : [{ consumer, fn }]));
  const publishSize = source.buckets[0];
  return {
    source: source.name,
    seriesTable: series.table.tableName,
    controlTable: control.table.tableName,
    bucket: data.bucket.bucketName,
    streamArn: stream.stream.streamArn,
    recountFunction: recount.function.functionArn,
    pipeRoleArn: recount.pipeRole.roleArn,
    pipePrefix: Stack.of(recount).stackName,
    sizes: [...source.buckets, ...(source.window === undefined ? [] : [`w${source.window.seconds}` as const])],
    ...(publishSize === undefined ? {} : { publishSize }),
    ...(source.window === undefined ? {} : { window: windowOf(source) }),
    mappings: held.map(({ consumer, fn }) => ({ consumer, mapping: fn.mappingId })),
    holdSeconds: Math.max(...held.map(({ fn }) => fn.timeoutSeconds)) + longestAttemptSeconds,
    recountDrainSeconds: recount.timeoutSeconds + longestAttemptSeconds,
    archive: source.archive !== undefined,
  };
}

/** Every measure that the window ever had: what was counted under an earlier revision is compared too. */
function windowOf({ window, revisions }: SourceSettings): { seconds: number; measures: string[] } {
  const names = revisions.flatMap(({ event }) => (event.measures ?? []).map(({ name }) => name));
  return { seconds: window?.seconds ?? 0, measures: [...new Set(names)] };
}
