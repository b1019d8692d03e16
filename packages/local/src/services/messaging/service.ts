import type { AwsRequest, Service } from '../../gateway/service.ts';
import { failureResponse } from '../../wire/failure.ts';
import type { Fauxqs } from '../s3/fauxqs.ts';

/** What fauxqs does as AWS does. */
const operations: Readonly<Record<'sqs' | 'sns', ReadonlySet<string>>> = {
  sqs: new Set([
    ...['SendMessage', 'SendMessageBatch', 'ReceiveMessage', 'DeleteMessage', 'DeleteMessageBatch', 'PurgeQueue'],
    ...['GetQueueUrl', 'GetQueueAttributes', 'ListQueues', 'ChangeMessageVisibility', 'ChangeMessageVisibilityBatch'],
  ]),
  sns: new Set([
    'Publish',
    'PublishBatch',
    'ListTopics',
    'GetTopicAttributes',
    'ListSubscriptions',
    'ListSubscriptionsByTopic',
  ]),
};

/** SQS, or SNS that delivers to its queues, for the queues and topics of the template. */
export function messagingService(fauxqs: Fauxqs, name: 'sqs' | 'sns', region: string): Service {
  return {
    async handle(request) {
      if (!operations[name].has(request.operation)) {
        const served = [...operations[name]].sort().join(', ');
        const message = `The local engine's ${name.toUpperCase()} does not serve ${request.operation || request.method}; it serves ${served}`;
        return failureResponse(request, { code: 'UnknownOperationException', message, status: 501 });
      }
      return sendToFauxqs(fauxqs, name, region, request);
    },
  };
}

/** Signed for the engine's own region, since fauxqs keeps queues and topics apart by region. */
export async function sendToFauxqs(
  fauxqs: Fauxqs,
  name: 'sqs' | 'sns',
  region: string,
  { headers, body }: Pick<AwsRequest, 'headers' | 'body'>,
) {
  const authorization = `AWS4-HMAC-SHA256 Credential=engine/20260101/${region}/${name}/aws4_request, SignedHeaders=host, Signature=0`;
  return fauxqs.send({ method: 'POST', url: '/', headers: { ...headers, authorization }, body });
}
