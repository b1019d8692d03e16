import type { SourceSettings } from '@tidemark/core/config';
import { freshnessMetric, quarantinedMetric, sourceDimensions } from '@tidemark/core/health/datum';
import { metricNamespace } from '@tidemark/core/publish/datum';
import { bucketMs } from '@tidemark/core/series/bucket';
import { Alarm, AlarmStatusWidget, Dashboard, type GraphWidget, Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Archive } from '../archive/archive.ts';
import type { Count } from '../count/count.ts';
import type { StreamFunction } from '../functions/function.ts';
import { lookMinutes } from '../health/health.ts';
import { isLookedAt } from '../health/looked-at.ts';
import type { Publish } from '../publish/publish.ts';
import type { SeriesTable } from '../series/table.ts';
import type { SourceStream } from '../stream/stream.ts';
import type { Window } from '../window/window.ts';
import { figurePeriodSeconds, figureRows } from './figures.ts';
import { graph } from './graph.ts';
import { type Search, search, searchSum } from './search.ts';

export interface SourceDashboardProps {
  readonly source: SourceSettings;
  readonly stream: SourceStream;
  /** Absent where the source has no buckets. */
  readonly count: Count | undefined;
  /** Absent where the source has no window. */
  readonly window: Window | undefined;
  /** Absent where nothing is archived. */
  readonly archive: Archive | undefined;
  readonly series: SeriesTable;
  readonly publish: Publish;
  /** ARNs. */
  readonly alarms: readonly string[];
}

/** `Tidemark-prod-web` */
function dashboardName(scope: Construct, sourceName: string): string {
  return `${Stack.of(scope).stackName}-${sourceName}`;
}

/** Dashboards belong to no region: the link holds wherever the stack is. */
export function dashboardLink(scope: Construct, sourceName: string): string {
  return `https://console.aws.amazon.com/cloudwatch/home#dashboards/dashboard/${dashboardName(scope, sourceName)}`;
}

/** One CloudWatch dashboard a source, in the order of the flow: what was counted, then the parts that count it. */
export class SourceDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: SourceDashboardProps) {
    super(scope, id);
    const { source, stream, count, window, archive, series, publish, alarms } = props;
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: dashboardName(this, source.name),
      defaultInterval: Duration.hours(3),
    });
    this.dashboard.addWidgets(new TextWidget({ markdown: heading(source), width: 24, height: 2 }));
    if (alarms.length > 0) this.dashboard.addWidgets(alarmRow(this, alarms));
    if (count !== undefined) this.dashboard.addWidgets(...eventRow(source));
    for (const row of figureRows(source)) this.dashboard.addWidgets(...row);
    // Two of them stand in a row.
    this.dashboard.addWidgets(
      ...healthGraphs(source),
      ...streamGraphs(stream),
      ...(count === undefined ? [] : functionGraphs('count', count)),
      ...(window === undefined ? [] : functionGraphs('window', window)),
      ...(archive === undefined ? [] : functionGraphs('archive', archive)),
      ...tableGraphs(series),
      ...functionGraphs('publish', publish),
    );
  }
}

function heading({ name, buckets, window }: SourceSettings): string {
  const counted = buckets.length === 0 ? [] : [`Buckets ${buckets.join(', ')}.`];
  const windowed = window === undefined ? [] : [windowsDrawn(window.seconds)];
  const caution = 'These figures are published at least once; the Series table is exact.';
  return [`# ${name}`, [...counted, ...windowed, caution].join(' ')].join('\n');
}

function windowsDrawn(seconds: number): string {
  const period = figurePeriodSeconds(seconds);
  return period === seconds ? `Windows of ${seconds} s.` : `Windows of ${seconds} s, drawn in periods of ${period} s.`;
}

/** As many as CloudWatch draws. */
const alarmsMax = 100;

function alarmRow(scope: Construct, arns: readonly string[]): AlarmStatusWidget {
  const alarms = arns.slice(0, alarmsMax).map((arn, index) => Alarm.fromAlarmArn(scope, `Alarm ${index}`, arn));
  return new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 2, alarms });
}

function eventRow({ name, buckets }: SourceSettings): GraphWidget[] {
  const [smallest = '1m'] = buckets;
  const events: Search = {
    source: name,
    metric: 'EventCount',
    statistic: 'Sum',
    period: Duration.millis(bucketMs[smallest]),
  };
  return [
    graph('Events by name', 16, [search(events)], { stacked: true }),
    graph('All events', 8, [searchSum(events, 'events')]),
  ];
}

/** What looks at the source find; nothing where they are not wanted. */
function healthGraphs({ name, systemAlarms }: SourceSettings): GraphWidget[] {
  if (!isLookedAt(systemAlarms)) return [];
  const metric = (metricName: string, statistic: string) =>
    new Metric({
      ...{ namespace: metricNamespace, metricName, statistic, period: Duration.minutes(lookMinutes) },
      dimensionsMap: Object.fromEntries(sourceDimensions(name).map(({ Name, Value }) => [Name, Value])),
    });
  return [
    graph('Behind the stream (s)', 6, [metric(freshnessMetric, 'Maximum')]),
    graph('Set aside', 6, [metric(quarantinedMetric, 'Sum')]),
  ];
}

function streamGraphs(stream: SourceStream): GraphWidget[] {
  return [
    graph('Stream: records in', 6, [stream.metric('IncomingRecords', 'Sum')]),
    graph('Stream: refused writes', 6, [stream.metric('WriteProvisionedThroughputExceeded', 'Sum')]),
  ];
}

function tableGraphs(series: SeriesTable): GraphWidget[] {
  return [
    graph('Series table: write units', 6, [series.metric('ConsumedWriteCapacityUnits')]),
    graph('Series table: throttled', 6, [
      series.metric('WriteThrottleEvents'),
      series.metric('ThrottledRequests', 'Sum', { Operation: 'UpdateItem' }),
    ]),
  ];
}

function functionGraphs(name: string, followed: StreamFunction): GraphWidget[] {
  return [
    graph(`${name}: errors`, 6, [followed.metric('Errors', 'Sum'), followed.metric('Throttles', 'Sum')]),
    graph(`${name}: lag and time (ms)`, 6, [
      followed.metric('IteratorAge', 'Maximum'),
      followed.metric('Duration', 'p99'),
    ]),
  ];
}
