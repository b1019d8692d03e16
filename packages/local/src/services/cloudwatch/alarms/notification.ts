import type { AlarmState, CompositeAlarm, MetricAlarm, WatchedStat } from './alarm.ts';
import { describeQuery } from './describe.ts';
import { stampText } from './text.ts';
import type { Transition } from './transition.ts';

export interface Notification {
  readonly subject: string;
  /** JSON. */
  readonly message: string;
}

const subjectCharactersMax = 100;

/** What a topic gets. */
export function notification(
  { alarm, previous, state }: Transition,
  { region, account }: { readonly region: string; readonly account: string },
): Notification {
  const message = {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: stampText(alarm.updatedMs),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: stampText(state.atMs),
    Region: regionName(region),
    AlarmArn: alarm.arn,
    OldStateValue: previous.value,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    ...(alarm.kind === 'metric' ? { Trigger: trigger(alarm) } : compositeMembers(alarm, state)),
  };
  return { subject: subjectOf(state.value, alarm.name, regionName(region)), message: JSON.stringify(message) };
}

function trigger(alarm: MetricAlarm) {
  const { watched, periodMs, evaluationPeriods, datapointsToAlarm, comparison, threshold, treatMissingData } = alarm;
  const stat = watched.isSingle ? watched.queries[0]?.stat : undefined;
  return {
    ...(stat === undefined ? {} : ownMetric(stat)),
    Period: periodMs / 1_000,
    EvaluationPeriods: evaluationPeriods,
    ...(datapointsToAlarm === undefined ? {} : { DatapointsToAlarm: datapointsToAlarm }),
    ComparisonOperator: comparison,
    ...(threshold === undefined ? { ThresholdMetricId: watched.bandId } : { Threshold: threshold }),
    TreatMissingData: treatMissingData ?? '',
    EvaluateLowSampleCountPercentile: '',
    ...(watched.isSingle ? {} : { Metrics: watched.queries.map(describeQuery) }),
  };
}

function ownMetric({ metric, statistic }: WatchedStat) {
  return {
    MetricName: metric.metricName,
    Namespace: metric.namespace,
    StatisticType: 'Statistic',
    Statistic: statistic.replace(/\B[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
    Unit: null,
    Dimensions: metric.dimensions.map(({ name, value }) => ({ value, name })),
  };
}

interface TriggeringAlarm {
  readonly arn: string;
  readonly state: { readonly value: string; readonly timestamp: string };
}

function compositeMembers({ ruleText }: CompositeAlarm, { reasonData = '{}' }: AlarmState) {
  // Of a state that was set by hand, the data may be any JSON.
  const { triggeringAlarms } = (JSON.parse(reasonData) ?? {}) as { readonly triggeringAlarms?: unknown };
  const triggering = Array.isArray(triggeringAlarms) ? (triggeringAlarms as readonly TriggeringAlarm[]) : [];
  const TriggeringChildren = triggering.map(({ arn, state }) => ({
    Arn: arn,
    State: { Value: state.value, Timestamp: state.timestamp },
  }));
  return { AlarmRule: ruleText, TriggeringChildren };
}

function subjectOf(value: string, name: string, region: string): string {
  const around = (text: string) => `${value}: "${text}" in ${region}`;
  const room = subjectCharactersMax - around('').length;
  return around(name.length <= room ? name : `${name.slice(0, room - 3)}...`);
}

const regionNames: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'eu-south-1': 'EU (Milan)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'sa-east-1': 'South America (Sao Paulo)',
};

/** As messages name it; other regions by their codes. */
function regionName(region: string): string {
  return regionNames[region] ?? region;
}
