import type { SourceSettings } from '@tidemark/core/config';
import type { PublishEnvironment } from '@tidemark/handlers/publish/env';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '../access/wildcard.ts';
import type { ControlTable } from '../control/table.ts';
import type { DataBucket } from '../data/bucket.ts';
import { StreamFunction } from '../functions/function.ts';
import type { SeriesTable } from '../series/table.ts';

export interface PublishProps {
  readonly source: SourceSettings;
  readonly series: SeriesTable;
  readonly control: ControlTable;
  readonly data: DataBucket;
  readonly retain: boolean;
}

/** Series table -> CloudWatch. */
export class Publish extends StreamFunction<PublishEnvironment> {
  constructor(scope: Construct, id: string, { source, series, control, data, retain }: PublishProps) {
    super(scope, id, {
      handler: 'publish',
      description: `Publishes the figures of ${source.name} to CloudWatch`,
      source,
      settings: source.publish,
      environment: { CONTROL_TABLE: control.table.tableName },
      statements: (role) => [...series.following(), control.publishing(source.name), publishing(role)],
      eventSourceArn: series.streamArn,
      failures: data,
      retain,
    });
  }
}

/** Figures of sources, and their corrections. `role` is the scope that holds it. */
export function publishing(role: Construct): PolicyStatement {
  acknowledgeWildcard(role, '*', 'Metrics have no ARN; the statement is bound to the namespace.');
  return new PolicyStatement({
    sid: 'PublishCounts',
    actions: ['cloudwatch:PutMetricData'],
    // Metrics have no ARN: the namespace is the only bound that CloudWatch offers.
    resources: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': 'Tidemark' } },
  });
}
