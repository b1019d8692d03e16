import type { SourceSettings } from '@tidemark/core/config';
import { bucketMs } from '@tidemark/core/series/bucket';
import { Dashboard, GraphWidget, type IMetric, MathExpression, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Count } from '../count/count.ts';
import type { Publish } from '../publish/publish.ts';
import type { SeriesTable } from '../series/table.ts';
import type { SourceStream } from '../stream/stream.ts';

export interface SourceDashboardProps {
  readonly source: SourceSettings;
  readonly stream: SourceStream;
  readonly count: Count;
  readonly series: SeriesTable;
  readonly publish: Publish;
}

/** One CloudWatch dashboard a source, in the order of the flow: what was counted, then the parts that count it. */
export class SourceDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: SourceDashboardProps) {
    super(scope, id);
    const { source, stream, count, series, publish } = props;
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: `${Stack.of(this).stackName}-${source.name}`,
      defaultInterval: Duration.hours(3),
    });
    this.dashboard.addWidgets(new TextWidget({ markdown: heading(source), width: 24, height: 2 }));
    this.dashboard.addWidgets(
      graph('Events by name', 16, [counted(source, 'SEARCH', '')], { stacked: true }),
      graph('All events', 8, [counted(source, 'SUM', 'events')]),
    );
    this.dashboard.addWidgets(...streamRow(stream), ...functionRow('count', count));
    this.dashboard.addWidgets(...tableRow(series), ...functionRow('publish', publish));
  }
}

function heading(source: SourceSettings): string {
  return [
    `# ${source.name}`,
    `Buckets ${source.buckets.join(', ')}. These figures are published at least once; the Series table is exact.`,
  ].join('\n');
}

/** The series are not known when this is deployed: CloudWatch searches for them whenever it draws. */
function counted(source: SourceSettings, shape: 'SEARCH' | 'SUM', label: string): MathExpression {
  const [smallest = '1m'] = source.buckets;
  const period = Duration.millis(bucketMs[smallest]);
  const found = `SEARCH('{Tidemark,Source,EventName} MetricName="EventCount" Source="${source.name}"', 'Sum', ${period.toSeconds()})`;
  return new MathExpression({ expression: shape === 'SUM' ? `SUM(${found})` : found, usingMetrics: {}, label, period });
}

function streamRow(stream: SourceStream): GraphWidget[] {
  return [
    graph('Stream: records in', 6, [stream.metric('IncomingRecords', 'Sum')]),
    graph('Stream: refused writes', 6, [stream.metric('WriteProvisionedThroughputExceeded', 'Sum')]),
  ];
}

function tableRow(series: SeriesTable): GraphWidget[] {
  return [
    graph('Series table: write units', 6, [series.metric('ConsumedWriteCapacityUnits')]),
    graph('Series table: throttled', 6, [
      series.metric('WriteThrottleEvents'),
      series.metric('ThrottledRequests', 'Sum', { Operation: 'UpdateItem' }),
    ]),
  ];
}

function functionRow(name: string, followed: Count | Publish): GraphWidget[] {
  return [
    graph(`${name}: errors`, 6, [followed.metric('Errors', 'Sum'), followed.metric('Throttles', 'Sum')]),
    graph(`${name}: lag and time (ms)`, 6, [
      followed.metric('IteratorAge', 'Maximum'),
      followed.metric('Duration', 'p99'),
    ]),
  ];
}

function graph(title: string, width: number, left: IMetric[], options: { stacked?: boolean } = {}): GraphWidget {
  return new GraphWidget({ title, width, height: 6, left, leftYAxis: { min: 0 }, ...options });
}
