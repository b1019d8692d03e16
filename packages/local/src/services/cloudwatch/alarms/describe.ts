import { writeMetric } from '../metric-input.ts';
import type { Alarm, AlarmState, CompositeAlarm, MetricAlarm, WatchedQuery } from './alarm.ts';

/** As `DescribeAlarms` gives it. */
export function describeAlarm(alarm: Alarm, state: AlarmState): Readonly<Record<string, unknown>> {
  const described = {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.updatedMs),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData,
    StateUpdatedTimestamp: new Date(state.atMs),
    StateTransitionedTimestamp: new Date(state.atMs),
  };
  return { ...described, ...(alarm.kind === 'metric' ? metricMembers(alarm) : compositeMembers(alarm)) };
}

function metricMembers(alarm: MetricAlarm) {
  const { watched, evaluationPeriods, datapointsToAlarm, threshold, comparison, treatMissingData } = alarm;
  const stat = watched.isSingle ? watched.queries[0]?.stat : undefined;
  const own =
    stat === undefined
      ? { Metrics: watched.queries.map(describeQuery), ThresholdMetricId: watched.bandId }
      : { ...writeMetric(stat.metric), Statistic: stat.statistic, Period: stat.periodMs / 1_000 };
  return {
    ...own,
    EvaluationPeriods: evaluationPeriods,
    DatapointsToAlarm: datapointsToAlarm,
    Threshold: threshold,
    ComparisonOperator: comparison,
    TreatMissingData: treatMissingData,
  };
}

function compositeMembers({ ruleText }: CompositeAlarm) {
  return { AlarmRule: ruleText };
}

/** As calls have it. */
export function describeQuery({ id, label, isReturned, stat, expression }: WatchedQuery) {
  return {
    Id: id,
    Expression: expression,
    MetricStat:
      stat === undefined
        ? undefined
        : { Metric: writeMetric(stat.metric), Period: stat.periodMs / 1_000, Stat: stat.statistic },
    Label: label,
    ReturnData: isReturned,
  };
}
