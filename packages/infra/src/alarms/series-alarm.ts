import type { SourceSettings } from '@tidemark/core/config';
import type { AlarmCondition, AlarmSettings } from '@tidemark/core/incidents/settings';
import { eventCountMetric, metricNamespace, seriesDimensions } from '@tidemark/core/publish/datum';
import type { CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import { measureOfEveryReading } from '../monitoring/figures.ts';
import { dimensionsOf } from './dimensions.ts';
import type { AlarmTopic } from './runbook.ts';

/** What CloudWatch watches for an alarm on a series. */
export type WatchedSeries = Omit<CfnAlarmProps, 'alarmName' | 'alarmDescription'>;

/** The metrics are those that `publish` puts: a name that nobody has sent yet may be watched too. */
export function seriesAlarm(source: SourceSettings, alarm: AlarmSettings): WatchedSeries {
  const { condition, periodSeconds, datapoints, of, missingData } = alarm;
  const metric = {
    namespace: metricNamespace,
    metricName: metricOf(source, alarm),
    dimensions: dimensionsOf(seriesDimensions(source.name, alarm.series)),
  };
  const common = {
    evaluationPeriods: of,
    datapointsToAlarm: datapoints,
    treatMissingData: missingData,
    comparisonOperator: comparisonOf(condition),
  };
  if (condition.kind !== 'anomalous') {
    const threshold = condition.kind === 'missing' ? 1 : condition.threshold;
    return { ...common, ...metric, statistic: alarm.statistic, period: periodSeconds, threshold };
  }
  return {
    ...common,
    thresholdMetricId: 'band',
    metrics: [
      { id: 'm1', metricStat: { metric, period: periodSeconds, stat: alarm.statistic }, returnData: true },
      { id: 'band', expression: `ANOMALY_DETECTION_BAND(m1, ${condition.deviations})`, returnData: true },
    ],
  };
}

/** The heading of the runbook. */
export function topicOf({ kind }: AlarmCondition): AlarmTopic {
  switch (kind) {
    case 'above':
      return 'a series is above its threshold';
    case 'below':
      return 'a series is below its threshold';
    case 'missing':
      return 'a series is missing';
    case 'anomalous':
      return 'a series is out of its band';
  }
}

/** `page view below 5 in 1 min, 3 of 3 times`: what the alarm means when it is on. */
export function summaryOf({
  series,
  measure,
  statistic,
  condition,
  periodSeconds,
  datapoints,
  of,
}: AlarmSettings): string {
  const what = measure === undefined ? series : `${measure} of ${series} (${wordOf[statistic]})`;
  if (condition.kind === 'missing') return `${what}: nothing for ${long(condition.forMs)}`;
  const often = `in ${long(periodSeconds * 1000)}${of === 1 ? '' : `, ${datapoints} of ${of} times`}`;
  if (condition.kind !== 'anomalous') return `${what} ${condition.kind} ${condition.threshold} ${often}`;
  const { direction, deviations } = condition;
  const where = direction === 'both' ? 'out of' : direction;
  return `${what} ${where} the band of ${deviations} standard deviation${deviations === 1 ? '' : 's'} ${often}`;
}

/** As the configuration says it. */
const wordOf = {
  Sum: 'sum',
  Average: 'average',
  Minimum: 'minimum',
  Maximum: 'maximum',
  SampleCount: 'count',
} as const;

/** `15 min`, `4 h`, `2 days`. */
function long(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes % 60 !== 0) return `${minutes} min`;
  const hours = minutes / 60;
  if (hours % 24 !== 0) return `${hours} h`;
  return hours === 24 ? '1 day' : `${hours / 24} days`;
}

/** Of a source that has a window only, events are the readings of a measure that every revision has. */
function metricOf(source: SourceSettings, { measure }: AlarmSettings): string {
  if (measure !== undefined) return measure;
  return source.buckets.length > 0 ? eventCountMetric : measureOfEveryReading(source);
}

function comparisonOf(condition: AlarmCondition): string {
  switch (condition.kind) {
    case 'above':
      return 'GreaterThanThreshold';
    case 'below':
    case 'missing':
      return 'LessThanThreshold';
    case 'anomalous':
      return outOfBand[condition.direction];
  }
}

const outOfBand = {
  above: 'GreaterThanUpperThreshold',
  below: 'LessThanLowerThreshold',
  both: 'LessThanLowerOrGreaterThanUpperThreshold',
} as const;
