import type { TableSettings } from '@tidemark/core/config';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface SeriesTableProps {
  readonly settings: TableSettings;
  readonly retain: boolean;
}

/** What DynamoDB does with one's own key where items are written. */
const writing = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** The counters of one source: one item a (series, bucket, slice). No TTL: it would delete fences. */
export class SeriesTable extends Construct {
  readonly table: Table;
  readonly streamArn: string;
  readonly #keyArn: string | undefined;

  constructor(scope: Construct, id: string, props: SeriesTableProps) {
    super(scope, id);
    const { settings } = props;
    this.#keyArn = settings.encryption.startsWith('arn:') ? settings.encryption : undefined;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'EventName', type: AttributeType.STRING },
      sortKey: { name: 'Bucket', type: AttributeType.STRING },
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      ...billingOf(settings.billing),
      ...encryptionOf(this, settings.encryption),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: settings.pointInTimeRecovery },
      deletionProtection: settings.deletionProtection ?? props.retain,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new Error('the Series table has no stream, though one was asked for');
    this.streamArn = tableStreamArn;
  }

  /** Counting adds to partials and never reads them: a failed condition returns the old item with the refusal. */
  counting(): PolicyStatement[] {
    return [
      new PolicyStatement({ sid: 'AddToSeries', actions: ['dynamodb:UpdateItem'], resources: [this.table.tableArn] }),
      ...this.#usingKey(writing),
    ];
  }

  /** Partials are read, deleted, and put back where there are none. */
  pruning(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'PruneSeries',
        actions: ['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        resources: [this.table.tableArn],
      }),
      ...this.#usingKey(writing),
    ];
  }

  /** What an event source mapping needs of the table's stream. */
  following(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ReadSeriesStream',
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [this.streamArn],
      }),
      ...this.#usingKey(['kms:Decrypt']),
    ];
  }

  reading(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ReadSeries',
        actions: ['dynamodb:GetItem', 'dynamodb:Query'],
        resources: [this.table.tableArn],
      }),
      ...this.#usingKey(['kms:Decrypt']),
    ];
  }

  metric(metricName: string, statistic = 'Sum', dimensions: Record<string, string> = {}): Metric {
    return new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: this.table.tableName, ...dimensions },
      statistic,
      period: Duration.minutes(1),
    });
  }

  /** DynamoDB uses one's own key in the caller's name, and only through DynamoDB may the caller use it. */
  #usingKey(actions: string[]): PolicyStatement[] {
    if (this.#keyArn === undefined) return [];
    const conditions = {
      StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` },
    };
    return [new PolicyStatement({ sid: 'UseSeriesKey', actions, resources: [this.#keyArn], conditions })];
  }
}

function billingOf(billing: TableSettings['billing']) {
  if (billing === 'on-demand') return { billingMode: BillingMode.PAY_PER_REQUEST };
  return { billingMode: BillingMode.PROVISIONED, readCapacity: billing.readUnits, writeCapacity: billing.writeUnits };
}

function encryptionOf(scope: Construct, encryption: TableSettings['encryption']) {
  if (encryption === 'owned') return { encryption: TableEncryption.DEFAULT };
  if (encryption === 'aws') return { encryption: TableEncryption.AWS_MANAGED };
  return { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: Key.fromKeyArn(scope, 'Key', encryption) };
}
