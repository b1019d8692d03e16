import { createHash } from 'node:crypto';
import type { NewEvent } from '../../events/event.ts';
import type { Alarm, AlarmState, MetricAlarm, WatchedQuery } from './alarm.ts';
import { stampText } from './text.ts';

/** An alarm went from one state into another. */
export interface Transition {
  readonly alarm: Alarm;
  readonly previous: AlarmState;
  readonly state: AlarmState;
}

/** What is told of it on the event bus. */
export function stateChange(transition: Transition): NewEvent {
  const { alarm, state } = transition;
  return {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    timeMs: state.atMs,
    resources: [alarm.arn],
    detail: alarmData(transition),
  };
}

/** The event that a function gets as an action. */
export function functionEvent(
  transition: Transition,
  { region, account }: { readonly region: string; readonly account: string },
) {
  const { alarm, state } = transition;
  return {
    ...{ source: 'aws.cloudwatch', alarmArn: alarm.arn, accountId: account },
    ...{ time: stampText(state.atMs), region, alarmData: alarmData(transition) },
  };
}

function alarmData({ alarm, previous, state }: Transition) {
  return {
    alarmName: alarm.name,
    state: stateData(state),
    previousState: stateData(previous),
    configuration: {
      ...(alarm.description === undefined ? {} : { description: alarm.description }),
      ...(alarm.kind === 'metric' ? { metrics: metricsData(alarm) } : { alarmRule: alarm.ruleText }),
    },
  };
}

function stateData({ value, reason, reasonData, atMs }: AlarmState) {
  return { value, reason, ...(reasonData === undefined ? {} : { reasonData }), timestamp: stampText(atMs) };
}

function metricsData({ arn, watched }: MetricAlarm) {
  return watched.queries.map((query) => (watched.isSingle ? queryData(query, idOf(arn)) : queryData(query, query.id)));
}

function queryData({ label, isReturned, stat, expression }: WatchedQuery, id: string) {
  return {
    id,
    ...(expression === undefined ? {} : { expression }),
    ...(label === undefined ? {} : { label }),
    ...(stat === undefined ? {} : { metricStat: metricStat(stat) }),
    returnData: isReturned,
  };
}

function metricStat({ metric, statistic, periodMs }: NonNullable<WatchedQuery['stat']>) {
  const { namespace, metricName, dimensions } = metric;
  const named = Object.fromEntries(dimensions.map(({ name, value }) => [name, value]));
  return { metric: { namespace, name: metricName, dimensions: named }, period: periodMs / 1_000, stat: statistic };
}

/** The id that stands for an alarm's own metric: on AWS any, here the same each time. */
function idOf(arn: string): string {
  const digits = createHash('sha256').update(arn).digest('hex');
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join('-');
}
