import type { AwsRequest, Service } from '../../gateway/service.ts';
import { failureResponse } from '../../wire/failure.ts';
import type { Fauxqs } from '../s3/fauxqs.ts';

/** What fauxqs does as AWS does. */
const operations: ReadonlySet<string> = new Set([
  ...['SendMessage', 'SendMessageBatch', 'ReceiveMessage', 'DeleteMessage', 'DeleteMessageBatch', 'PurgeQueue'],
  ...['GetQueueUrl', 'GetQueueAttributes', 'ListQueues', 'ChangeMessageVisibility', 'ChangeMessageVisibilityBatch'],
]);

/** SQS for the queues of the template. */
export function messagingService(fauxqs: Fauxqs, region: string): Service {
  return {
    async handle(request) {
      if (!operations.has(request.operation)) {
        const served = [...operations].sort().join(', ');
        const message = `The local engine's SQS does not serve ${request.operation || request.method}; it serves ${served}`;
        return failureResponse(request, { code: 'UnknownOperationException', message, status: 501 });
      }
      return sendToFauxqs(fauxqs, region, request);
    },
  };
}

/** Signed for the engine's own region, since fauxqs keeps queues apart by region. */
export async function sendToFauxqs(
  fauxqs: Fauxqs,
  region: string,
  { headers, body }: Pick<AwsRequest, 'headers' | 'body'>,
) {
  const authorization = `AWS4-HMAC-SHA256 Credential=engine/20260101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=0`;
  return fauxqs.send({ method: 'POST', url: '/', headers: { ...headers, authorization }, body });
}
