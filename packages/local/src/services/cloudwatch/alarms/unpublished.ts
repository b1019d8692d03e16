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
      if (published.some((each) => isAmong(stat.metric, each))) continue;
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

function isAmong({ namespace, metricName, dimensions }: Metric, published: PublishedMetrics): boolean {
  const names = dimensions.map(({ name }) => name).join();
  return (
    namespace === published.namespace &&
    published.metricNames.includes(metricName) &&
    published.dimensions.some((each) => each.join() === names)
  );
}

/** `AWS/States ExecutionThrottled by StateMachineArn` */
function textOf({ namespace, metricName, dimensions }: Metric): string {
  const by = dimensions.length === 0 ? '' : ` by ${dimensions.map(({ name }) => name).join(' and ')}`;
  return `${namespace} ${metricName}${by}`;
}
