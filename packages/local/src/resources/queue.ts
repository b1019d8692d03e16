import { sendToFauxqs } from '../services/messaging/service.ts';
import type { Fauxqs } from '../services/s3/fauxqs.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { used, withoutEffect } from '../template/shape.ts';

export interface MessagingPlace {
  readonly fauxqs: Fauxqs;
  readonly region: string;
  readonly account: string;
  /** `127.0.0.1:4588`: stands in the queues' URLs. */
  readonly host: string;
}

const attributes = [
  ...[
    'VisibilityTimeout',
    'DelaySeconds',
    'MessageRetentionPeriod',
    'MaximumMessageSize',
    'ReceiveMessageWaitTimeSeconds',
  ],
  ...['RedrivePolicy', 'RedriveAllowPolicy', 'FifoQueue', 'ContentBasedDeduplication'],
];

/** `AWS::SQS::Queue`. */
export function queueType({ fauxqs, region, account, host }: MessagingPlace): ResourceType {
  return {
    members: {
      QueueName: used,
      ...Object.fromEntries(attributes.map((name) => [name, used])),
      KmsMasterKeyId: withoutEffect('nothing is encrypted on one machine'),
      KmsDataKeyReusePeriodSeconds: withoutEffect('nothing is encrypted on one machine'),
      SqsManagedSseEnabled: withoutEffect('nothing is encrypted on one machine'),
      Tags: withoutEffect('nothing reads them'),
    },
    async create({ properties, generatedName }) {
      const QueueName = typeof properties.QueueName === 'string' ? properties.QueueName : generatedName(80);
      const given = attributes.filter((name) => properties[name] !== undefined);
      const Attributes = Object.fromEntries(given.map((name) => [name, textOf(properties[name])]));
      const headers = { host, 'x-amz-target': 'AmazonSQS.CreateQueue', 'content-type': 'application/x-amz-json-1.0' };
      const body = Buffer.from(JSON.stringify({ QueueName, Attributes }));
      const answer = await sendToFauxqs(fauxqs, region, { headers, body });
      if (answer.status >= 300) throw new Error(`Queue ${QueueName} was not made: ${answer.body.toString('utf8')}`);
      const QueueUrl = `http://${host}/${account}/${QueueName}`;
      return {
        physicalId: QueueUrl,
        attributes: { Arn: `arn:aws:sqs:${region}:${account}:${QueueName}`, QueueName, QueueUrl },
      };
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
