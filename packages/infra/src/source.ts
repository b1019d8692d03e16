import type { EventFields, SourceSettings, StagePruneSettings } from '@tidemark/core/config';
import { type DeployedSource, outputKey } from '@tidemark/core/deployment';
import type { DeployedAlarm } from '@tidemark/core/incidents/settings';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { SourceAccess } from './access/access.ts';
import { SourceAlarms } from './alarms/source-alarms.ts';
import { Archive } from './archive/archive.ts';
import type { ControlTable } from './control/table.ts';
import { Count } from './count/count.ts';
import type { DataBucket } from './data/bucket.ts';
import { type LookedAt, lookedAt } from './health/looked-at.ts';
import { dashboardLink, SourceDashboard } from './monitoring/dashboard.ts';
import { Publish } from './publish/publish.ts';
import { Recount } from './recount/recount.ts';
import { SeriesTable } from './series/table.ts';
import { SourceStream } from './stream/stream.ts';
import { Window } from './window/window.ts';
import { type OperatedSource, pruneWriteUnits } from './workflows/settings.ts';

export interface SourceProps {
  readonly source: SourceSettings;
  /** Place in the configuration, from 0. */
  readonly position: number;
  readonly prune: StagePruneSettings;
  readonly control: ControlTable;
  readonly data: DataBucket;
  readonly retain: boolean;
}

/**
 * One source, whole: stream -> count, window -> Series table -> publish -> dashboard, and stream -> archive. Shares nothing that another source
 * can write.
 */
export class Source extends Construct {
  /** What runs of the stage's workflows work on. */
  readonly operated: OperatedSource;
  /** Those that become incidents. */
  readonly alarms: readonly DeployedAlarm[];
  /** Undefined where nobody wants to know how it is. */
  readonly lookedAt: LookedAt | undefined;

  constructor(scope: Construct, id: string, props: SourceProps) {
    super(scope, id);
    const { source, position, prune, control, data, retain } = props;
    const stream = new SourceStream(this, 'Stream', { settings: source.stream, retain });
    const series = new SeriesTable(this, 'Series', { settings: source.table, retain });
    const parts = { source, stream, series, control, data, retain };
    const count = source.buckets.length === 0 ? undefined : new Count(this, 'Count', parts);
    const window = source.window && new Window(this, 'Window', { ...parts, window: source.window });
    const archive =
      source.archive &&
      new Archive(this, 'Archive', { source, archive: source.archive, stream, control, data, retain });
    const recount = new Recount(this, 'Recount', parts);
    this.operated = { source, stream, series, control, data, count, window, recount };
    const publish = new Publish(this, 'Publish', { source, series, control, data, retain });
    new SourceAccess(this, 'Access', { source, stream, series, control });
    const followed = { count, window, archive, publish };
    const { deployed: alarms, arns } = new SourceAlarms(this, 'Alarms', {
      source,
      functions: [count, window, archive, publish].filter((fn) => fn !== undefined),
      dashboard: dashboardLink(this, source.name),
    });
    this.alarms = alarms;
    this.lookedAt = lookedAt({ source, stream, count, window, archive });
    const drawn = { source, stream, ...followed, series, alarms: arns };
    const { dashboard } = new SourceDashboard(this, 'Monitoring', drawn);

    const deployed: DeployedSource = {
      name: source.name,
      position,
      stream: stream.stream.streamName,
      streamArn: stream.stream.streamArn,
      seriesTable: series.table.tableName,
      controlTable: control.table.tableName,
      bucket: data.bucket.bucketName,
      ...(count === undefined ? {} : { count: count.function.functionName }),
      publish: publish.function.functionName,
      dashboard: dashboard.dashboardName,
      buckets: [...source.buckets],
      ...(window === undefined ? {} : { window: { seconds: window.seconds, function: window.function.functionName } }),
      ...(archive === undefined ? {} : { archive: { function: archive.function.functionName } }),
      ...eventsOf(source),
      retentionMs: { ...source.retentionMs },
      prune: { keepReplacedMs: prune.keepReplacedMs, writeUnitsPerSecond: pruneWriteUnits(source, prune) },
    };
    const output = new CfnOutput(this, 'Output', {
      description: `Where the parts of ${source.name} are, for operators' tools`,
      value: Stack.of(this).toJsonString(deployed),
    });
    output.overrideLogicalId(outputKey(source.name));
  }
}

/** The readings of an event: whoever writes events today goes by the newest, which may not be in force yet. */
function eventsOf({ name, revisions }: SourceSettings): Pick<DeployedSource, 'event' | 'revisions'> {
  const readings = revisions.map(({ fromMs, event }) => ({ fromMs, event: eventOf(event) }));
  const newest = readings.at(-1);
  if (newest === undefined) throw new Error(`${name} has no revision, though its configuration was resolved`);
  return { event: newest.event, ...(readings.length === 1 ? {} : { revisions: readings }) };
}

function eventOf({ name, time, measures }: EventFields): DeployedSource['event'] {
  return {
    name: [...name],
    time: [...time],
    ...(measures === undefined ? {} : { measures: measures.map(({ name, path }) => ({ name, path: [...path] })) }),
  };
}
