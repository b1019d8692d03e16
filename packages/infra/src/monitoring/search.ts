import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Duration } from 'aws-cdk-lib/core';

export interface Search {
  readonly source: string;
  readonly metric: string;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'SampleCount' | 'Sum';
  readonly period: Duration;
}

/** One line a name. The names are not known when this is deployed: CloudWatch searches for them whenever it draws. */
export function search(wanted: Search, label = ''): MathExpression {
  return expression(searchText(wanted), wanted.period, label);
}

/** One line for all names together. */
export function searchSum(wanted: Search, label: string): MathExpression {
  return expression(`SUM(${searchText(wanted)})`, wanted.period, label);
}

function searchText({ source, metric, statistic, period }: Search): string {
  return `SEARCH('{Tidemark,Source,EventName} MetricName="${metric}" Source="${source}"', '${statistic}', ${period.toSeconds()})`;
}

function expression(text: string, period: Duration, label: string): MathExpression {
  return new MathExpression({ expression: text, usingMetrics: {}, label, period });
}
