import { GraphWidget, type GraphWidgetProps, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** A graph of amounts, which are never below 0. The dashboard is 24 wide. */
export function graph(title: string, width: number, left: IMetric[], options: GraphWidgetProps = {}): GraphWidget {
  return new GraphWidget({ title, width, height: 6, left, leftYAxis: { min: 0 }, ...options });
}
