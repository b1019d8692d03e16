import { objectsOf, textOf } from '../../wire/input.ts';
import type { Input } from '../../wire/rpc.ts';
import { missingParameter } from './failures.ts';
import { type Dimension, type Metric, sortDimensions } from './metric.ts';

/** `{Namespace, MetricName, Dimensions}` as calls name a metric. */
export function readMetric(input: Input | undefined): Metric {
  const namespace = input === undefined ? undefined : textOf(input, 'Namespace');
  const metricName = input === undefined ? undefined : textOf(input, 'MetricName');
  if (input === undefined || namespace === undefined) throw missingParameter('The parameter Namespace is required.');
  if (metricName === undefined) throw missingParameter('The parameter MetricName is required.');
  return { namespace, metricName, dimensions: sortDimensions(readDimensions(input)) };
}

function readDimensions(input: Input): readonly Dimension[] {
  return (objectsOf(input, 'Dimensions') ?? []).map((each) => ({
    name: textOf(each, 'Name') ?? '',
    value: textOf(each, 'Value') ?? '',
  }));
}

export function writeMetric({ namespace, metricName, dimensions }: Metric) {
  const Dimensions = dimensions.map(({ name, value }) => ({ Name: name, Value: value }));
  return { Namespace: namespace, MetricName: metricName, Dimensions };
}
