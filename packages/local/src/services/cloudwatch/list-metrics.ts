import { objectsOf, textOf } from '../../wire/input.ts';
import type { Input, Output } from '../../wire/rpc.ts';
import { invalidParameter } from './failures.ts';
import type { Metric } from './metric.ts';
import { writeMetric } from './metric-input.ts';
import type { MetricStore } from './store.ts';

const pageMetricsMax = 500;
const members = new Set(['Namespace', 'MetricName', 'Dimensions', 'NextToken']);

/** Metrics of a namespace, of a name, with dimensions of a name or of a name and value: 500 a page. */
export function listMetrics(store: MetricStore, input: Input): Output {
  const unknown = Object.keys(input).find((name) => !members.has(name) && name !== 'Action' && name !== 'Version');
  if (unknown !== undefined) throw invalidParameter(`The local engine's ListMetrics does not support ${unknown}.`);
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
