import { describe, expect, it } from 'vitest';
import { type Delivery, failOn, numbers, tryMapping } from '../../test/kinesis-mapping.ts';
import type { AwsRequest } from '../gateway/service.ts';

describe('an on-failure destination', () => {
  const sent = async (destination: string) => {
    const requests: AwsRequest[] = [];
    const dispatch = async (request: AwsRequest) => {
      requests.push(request);
      return { status: 200, headers: {}, body: '' };
    };
    const { mapping, put, deliveries } = await tryMapping(failOn('2'), {
      dispatch,
      settings: {
        BatchSize: 2,
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: destination } },
      },
    });
    await put(...numbers(3));
    await mapping.start();
    await mapping.idle();
    expect(requests).toHaveLength(1);
    return { request: requests[0] as AwsRequest, records: deliveries[0]?.records ?? [] };
  };
  const metadata = (records: Delivery['records']) => ({
    requestContext: {
      requestId: expect.any(String),
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:counter',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    KinesisBatchInfo: {
      shardId: 'shardId-000000000000',
      startSequenceNumber: records[0]?.kinesis.sequenceNumber,
      endSequenceNumber: records[1]?.kinesis.sequenceNumber,
      approximateArrivalOfFirstRecord: expect.stringMatching(/Z$/),
      approximateArrivalOfLastRecord: expect.stringMatching(/Z$/),
      batchSize: 2,
      streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
    },
  });

  it('in S3 gets the event', async () => {
    const { request, records } = await sent('arn:aws:s3:::bucket');
    expect(request).toMatchObject({ service: 's3', operation: 'PutObject', method: 'PUT' });
    expect(request.path).toMatch(
      /^\/bucket\/aws\/lambda\/00000000-0000-4000-8000-000000000001\/shardId-000000000000\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    const { payload, ...rest } = JSON.parse(request.body.toString());
    expect(rest).toEqual(metadata(records));
    expect(JSON.parse(payload)).toEqual({ Records: records });
  });

  it('in SQS gets the range', async () => {
    const { request, records } = await sent('arn:aws:sqs:us-east-1:000000000000:dead');
    expect(request).toMatchObject({ service: 'sqs', operation: 'SendMessage' });
    const { QueueUrl, MessageBody } = JSON.parse(request.body.toString());
    expect(QueueUrl).toBe('https://sqs.us-east-1.amazonaws.com/000000000000/dead');
    expect(JSON.parse(MessageBody)).toEqual(metadata(records));
  });

  it('in SNS gets the range', async () => {
    const { request, records } = await sent('arn:aws:sns:us-east-1:000000000000:dead');
    const form = new URLSearchParams(request.body.toString());
    expect([form.get('Action'), form.get('TopicArn')]).toEqual(['Publish', 'arn:aws:sns:us-east-1:000000000000:dead']);
    expect(JSON.parse(form.get('Message') ?? '')).toEqual(metadata(records));
  });
});
