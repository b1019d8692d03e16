import type { Metric } from '../metric.ts';
import type { Statistic } from '../statistic.ts';
import type { AlarmRule } from './alarm-rule.ts';

export const stateValues = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type StateValue = (typeof stateValues)[number];

export const comparisons = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
] as const;
export type Comparison = (typeof comparisons)[number];

export const missingDataTreatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
export type MissingDataTreatment = (typeof missingDataTreatments)[number];

export type Alarm = MetricAlarm | CompositeAlarm;

interface AlarmCommon {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  /** ARNs, by the state into which the alarm goes. */
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
  /** When it was last put, engine time. */
  readonly updatedMs: number;
}

/** Watches one metric, or what an expression makes of several. */
export interface MetricAlarm extends AlarmCommon {
  readonly kind: 'metric';
  readonly watched: Watched;
  readonly periodMs: number;
  readonly evaluationPeriods: number;
  /** As many as evaluation periods without it. */
  readonly datapointsToAlarm: number | undefined;
  readonly comparison: Comparison;
  /** Undefined where a band is the threshold. */
  readonly threshold: number | undefined;
  /** `missing` without it. */
  readonly treatMissingData: MissingDataTreatment | undefined;
}

/** Watches other alarms. */
export interface CompositeAlarm extends AlarmCommon {
  readonly kind: 'composite';
  /** As it was written. */
  readonly ruleText: string;
  readonly rule: AlarmRule;
}

export interface Watched {
  /** Whether the alarm names its one metric by itself, not in a list of queries. */
  readonly isSingle: boolean;
  readonly queries: readonly WatchedQuery[];
  /** Of the query whose datapoints are compared. */
  readonly comparedId: string;
  /** Of the query that is the anomaly detection band. */
  readonly bandId: string | undefined;
}

export interface WatchedQuery {
  readonly id: string;
  readonly label: string | undefined;
  readonly isReturned: boolean;
  /** One of the two. */
  readonly stat: WatchedStat | undefined;
  readonly expression: string | undefined;
}

export interface WatchedStat {
  readonly metric: Metric;
  readonly statistic: Statistic;
  readonly periodMs: number;
}

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON. */
  readonly reasonData: string | undefined;
  /** Of the alarm's own: no two transitions of an alarm have the same, even within a millisecond. */
  readonly atMs: number;
}

export function isStateValue(value: unknown): value is StateValue {
  return stateValues.some((each) => each === value);
}
