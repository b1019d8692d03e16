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

/** `page view below 5 in 60 s, 3 of 3 times`: what the alarm means when it is on. */
export function summaryOf({
  series,
  measure,
  statistic,
  condition,
  periodSeconds,
  datapoints,
  of,
}: AlarmSettings): string {
  const what = measure === undefined ? series : `${measure} of ${series} (${statistic})`;
  if (condition.kind === 'missing') return `${what}: nothing for ${condition.forMs / 60_000} min`;
  const often = `in ${periodSeconds / 60} min, ${datapoints} of ${of} times`;
  if (condition.kind !== 'anomalous') return `${what} ${condition.kind} ${condition.threshold} ${often}`;
  const { direction, deviations } = condition;
  const where = direction === 'both' ? 'out of' : direction;
  return `${what} ${where} the band of ${deviations} standard deviations ${often}`;
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
