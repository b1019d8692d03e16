import type { MetricAlarm, MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import type { MessageIncident } from '@tidemark/core/incidents/message';
import { listedMax } from '@tidemark/core/incidents/outbox';
import type { ToldNow } from './send.ts';
import type { Invocation } from './step.ts';

type LastHour = NonNullable<MessageIncident['lastHour']>;

const hourMs = 60 * 60_000;
/** A chart has no fewer bars than these make. Seconds. */
const stepSecondsMax = 300;
/** A message does not wait longer for its charts. Milliseconds. */
const waitMsMax = 5_000;

/**
 * The metrics that alarms look at, through the last hour, by the alarm's name in CloudWatch. Where so many turn on at once that a message does not list them all,
 * and where CloudWatch does not answer, messages go without.
 */
export async function lastHours(
  { cloudwatch, nowMs, signal, warn }: Invocation,
  all: readonly ToldNow[],
): Promise<ReadonlyMap<string, LastHour>> {
  const names = [...new Set(all.flatMap(({ item, entry }) => (entry.Telling.Kind === 'end' ? [] : [item.Alarm])))];
  if (names.length === 0 || names.length > listedMax) return new Map();
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(waitMsMax)]);
  try {
    const charts = (await cloudwatch.alarms(names, inTime)).flatMap(chartOf);
    if (charts.length === 0) return new Map();
    const queries = charts.map(({ query }, index) => ({ ...query, Id: `q${index}` }));
    const data = await cloudwatch.data(queries, nowMs - hourMs - stepSecondsMax * 1000, nowMs, inTime);
    return new Map(
      charts.map(({ alarm, stepMs }, index) => {
        const endMs = Math.floor(nowMs / stepMs) * stepMs;
        const values = Array.from({ length: hourMs / stepMs }, (_, at) => endMs - hourMs + at * stepMs).map(
          (ms) => data.get(`q${index}`)?.get(ms) ?? 0,
        );
        return [alarm, { values, stepMs }];
      }),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    warn('told without charts', error);
    return new Map();
  }
}

interface Chart {
  readonly alarm: string;
  readonly stepMs: number;
  readonly query: Omit<MetricDataQuery, 'Id'>;
}

/** What an alarm looks at: its metric, or the first one of an expression. None of an alarm that has no metric. */
function chartOf(alarm: MetricAlarm): Chart[] {
  const stat = metricOf(alarm);
  if (alarm.AlarmName === undefined || stat === undefined) return [];
  const Period = Math.min(stepSecondsMax, Math.max(60, stat.Period ?? 60));
  return [{ alarm: alarm.AlarmName, stepMs: Period * 1000, query: { MetricStat: { ...stat, Period } } }];
}

function metricOf({
  Metrics = [],
  Namespace,
  MetricName,
  Dimensions,
  Statistic,
  ExtendedStatistic,
  Period,
}: MetricAlarm): MetricStat | undefined {
  const Stat = Statistic ?? ExtendedStatistic;
  if (MetricName === undefined || Stat === undefined) return Metrics.find(({ MetricStat }) => MetricStat)?.MetricStat;
  return { Metric: { Namespace, MetricName, Dimensions }, Stat, Period };
}
