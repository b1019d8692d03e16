import type { StreamSettings } from '@tidemark/core/config';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface SourceStreamProps {
  readonly settings: StreamSettings;
  readonly retain: boolean;
}

/** The Kinesis stream of a source: made here, or an existing one. */
export class SourceStream extends Construct {
  readonly stream: IStream;
  readonly #keyArn: string | undefined;

  constructor(scope: Construct, id: string, props: SourceStreamProps) {
    super(scope, id);
    const { settings } = props;
    this.#keyArn = settings.encryption.startsWith('arn:') ? settings.encryption : undefined;
    this.stream =
      settings.arn === undefined
        ? this.#make(settings, props.retain)
        : Stream.fromStreamArn(this, 'Stream', settings.arn);
  }

  /** What an event source mapping needs of its stream. */
  reading(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ReadStream',
        actions: [
          'kinesis:DescribeStream',
          'kinesis:DescribeStreamSummary',
          'kinesis:GetRecords',
          'kinesis:GetShardIterator',
          'kinesis:ListShards',
        ],
        resources: [this.stream.streamArn],
      }),
      ...this.#using('ReadStreamKey', ['kms:Decrypt']),
    ];
  }

  /** What a look at its shards needs. */
  looking(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'LookAtStream',
        actions: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
        resources: [this.stream.streamArn],
      }),
      ...this.#using('ReadStreamKey', ['kms:Decrypt']),
    ];
  }

  /** What a producer needs; `Decrypt` lets the KPL and `PutRecords` reuse data keys. */
  writing(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'PutRecords',
        actions: ['kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'],
        resources: [this.stream.streamArn],
      }),
      ...this.#using('WriteStreamKey', ['kms:Decrypt', 'kms:GenerateDataKey']),
    ];
  }

  metric(metricName: string, statistic: string): Metric {
    return new Metric({
      namespace: 'AWS/Kinesis',
      metricName,
      dimensionsMap: { StreamName: this.stream.streamName },
      statistic,
      period: Duration.minutes(1),
    });
  }

  #make(settings: StreamSettings, retain: boolean): Stream {
    const stream = new Stream(this, 'Stream', {
      ...(settings.shards === undefined
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount: settings.shards }),
      retentionPeriod: Duration.hours(settings.retentionHours),
      ...encryptionOf(this, settings.encryption),
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(stream).acknowledge({
      id: 'AwsSolutions::AwsSolutions-KDS3',
      reason: 'Whoever configures a key of their own wants it in place of the one that Kinesis keeps.',
    });
    return stream;
  }

  /** Nothing but one's own key takes a grant: whoever may use the stream may use the key that Kinesis keeps for the account. */
  #using(sid: string, actions: string[]): PolicyStatement[] {
    return this.#keyArn === undefined ? [] : [new PolicyStatement({ sid, actions, resources: [this.#keyArn] })];
  }
}

function encryptionOf(scope: Construct, encryption: StreamSettings['encryption']) {
  if (encryption === 'aws') return { encryption: StreamEncryption.MANAGED };
  if (encryption === 'none') return { encryption: StreamEncryption.UNENCRYPTED };
  return { encryption: StreamEncryption.KMS, encryptionKey: Key.fromKeyArn(scope, 'Key', encryption) };
}
