import type { MetricAlarm, MetricStat } from '@aws-sdk/client-cloudwatch';
import { freshnessMetric } from '@tidemark/core/health/datum';
import type { LastHour } from '@tidemark/core/incidents/message';

/** What to draw of an alarm. */
export interface Chart {
  readonly stepMs: number;
  /** At least one. */
  readonly stats: readonly MetricStat[];
  /** How several are one, as the alarm has it. */
  readonly together: 'SUM' | 'MAX';
  /** What a step without data is: of what is counted none, of anything else not known. */
  readonly none: 0 | null;
  /** Absent of what is counted. */
  readonly unit?: NonNullable<LastHour['unit']>;
}

/** Of metrics that are times. */
const units: Readonly<Record<string, 'ms' | 's'>> = { IteratorAge: 'ms', [freshnessMetric]: 's' };

/** A chart has no fewer bars than these make. Seconds. */
const stepSecondsMax = 300;

/** What an alarm watches: its metric; the sum or the greatest of several; of another expression its first metric. Undefined of an alarm that has none. */
export function chartOf(alarm: MetricAlarm): Chart | undefined {
  const { stats, together } = watchedBy(alarm);
  const [first] = stats;
  if (first === undefined) return undefined;
  const Period = Math.min(stepSecondsMax, Math.max(60, first.Period ?? 60));
  const unit = units[first.Metric?.MetricName ?? ''];
  const none = /^(Sum|SampleCount)$/.test(first.Stat ?? '') ? 0 : null;
  return {
    ...{ stepMs: Period * 1000, stats: stats.map((stat) => ({ ...stat, Period })), together, none },
    ...(unit === undefined ? {} : { unit }),
  };
}

function watchedBy(alarm: MetricAlarm): Pick<Chart, 'stats' | 'together'> {
  const { Metrics = [], Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Period } = alarm;
  const Stat = Statistic ?? ExtendedStatistic;
  if (MetricName !== undefined && Stat !== undefined) {
    return { stats: [{ Metric: { Namespace, MetricName, Dimensions }, Stat, Period }], together: 'SUM' };
  }
  const stats = Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
  const expressions = Metrics.flatMap(({ Expression }) => Expression ?? []);
  const [, together] = /^(SUM|MAX)\(\[[\w, ]+\]\)$/.exec(expressions[0] ?? '') ?? [];
  return together === undefined
    ? { stats: stats.slice(0, 1), together: 'SUM' }
    : { stats, together: together === 'MAX' ? 'MAX' : 'SUM' };
}

/** One value a step, up to the last step that is over. `data`: of each stat, values by the start of their step. */
export function valuesOf(
  { stepMs, together, none }: Chart,
  data: readonly ReadonlyMap<number, number>[],
  nowMs: number,
  forMs: number,
): (number | null)[] {
  const endMs = Math.floor(nowMs / stepMs) * stepMs;
  return Array.from({ length: forMs / stepMs }, (_, at) => {
    const startMs = endMs - forMs + at * stepMs;
    const values = data.flatMap((of) => of.get(startMs) ?? []);
    if (values.length === 0) return none;
    return together === 'MAX' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
  });
}
