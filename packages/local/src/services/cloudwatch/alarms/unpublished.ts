import type { Metric } from '../metric.ts';
import type { PublishedMetrics } from '../reporter.ts';
import type { Alarm } from './alarm.ts';

/**
 * A sentence for each metric of an AWS service that alarms watch and that nobody publishes here: those alarms will see no data. Metrics of
 * other namespaces come from whoever puts them.
 */
export function unpublishedMetrics(
  alarms: readonly Alarm[],
  published: readonly PublishedMetrics[],
): readonly string[] {
  const watchers = new Map<string, string[]>();
  for (const alarm of alarms) {
    if (alarm.kind !== 'metric') continue;
    for (const { stat } of alarm.watched.queries) {
      if (stat === undefined || !stat.metric.namespace.startsWith('AWS/')) continue;
      if (isPublished(stat.metric, published)) continue;
      const metric = textOf(stat.metric);
      watchers.set(metric, [...(watchers.get(metric) ?? []), alarm.name]);
    }
  }
  return Array.from(
    watchers,
    ([metric, names]) =>
      `The engine publishes no ${metric}, which these alarms watch: ${[...new Set(names)].join(', ')}`,
  );
}

/** Whether it is one of these, whatever the values of its dimensions. */
export function isPublished(
  { namespace, metricName, dimensions }: Metric,
  published: readonly PublishedMetrics[],
): boolean {
  const names = dimensions.map(({ name }) => name).join();
  return published.some(
    (each) =>
      namespace === each.namespace &&
      Object.hasOwn(each.units, metricName) &&
      each.dimensions.some((set) => set.join() === names),
  );
}

/** `AWS/States ExecutionThrottled by StateMachineArn` */
function textOf({ namespace, metricName, dimensions }: Metric): string {
  const by = dimensions.length === 0 ? '' : ` by ${dimensions.map(({ name }) => name).join(' and ')}`;
  return `${namespace} ${metricName}${by}`;
}
