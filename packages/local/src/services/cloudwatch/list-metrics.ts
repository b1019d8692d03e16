import { objectsOf, textOf } from '../../wire/input.ts';
import type { Input, Output } from '../../wire/rpc.ts';
import { assertMembers } from './assert-members.ts';
import type { Metric } from './metric.ts';
import { writeMetric } from './metric-input.ts';
import type { MetricStore } from './store.ts';

const pageMetricsMax = 500;

/** Metrics of a namespace, of a name, with dimensions of a name or of a name and value: 500 a page. */
export function listMetrics(store: MetricStore, input: Input): Output {
  assertMembers(input, 'ListMetrics', ['Namespace', 'MetricName', 'Dimensions', 'NextToken']);
  const found = store.metrics().filter((metric) => matches(metric, input));
  const from = Number(textOf(input, 'NextToken') ?? 0);
  const next = from + pageMetricsMax;
  return {
    Metrics: found.slice(from, next).map(writeMetric),
    NextToken: next < found.length ? String(next) : undefined,
  };
}

function matches(metric: Metric, input: Input): boolean {
  const namespace = textOf(input, 'Namespace');
  const metricName = textOf(input, 'MetricName');
  if (namespace !== undefined && namespace !== metric.namespace) return false;
  if (metricName !== undefined && metricName !== metric.metricName) return false;
  return (objectsOf(input, 'Dimensions') ?? []).every((filter) => {
    const value = textOf(filter, 'Value');
    return metric.dimensions.some((each) => each.name === filter.Name && (value === undefined || each.value === value));
  });
}
