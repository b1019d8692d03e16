import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMs, testServer } from '../../../test/kinesis-server.ts';
import { EngineClock } from '../../clock.ts';
import { type Gateway, startGateway } from '../../gateway/gateway.ts';
import type { AwsRequest } from '../../gateway/service.ts';
import { KinesisServer } from './server.ts';

const json = 'application/x-amz-json-1.1';

function request(operation: string, body: string, contentType = json): AwsRequest {
  return {
    service: 'kinesis',
    operation,
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'content-type': contentType, 'x-amz-target': `Kinesis_20131202.${operation}` },
    body: Buffer.from(body),
    accessKeyId: 'any',
    region: 'us-east-1',
  };
}

describe('KinesisServer.handle', () => {
  it('speaks base64 and epoch seconds', async () => {
    const { kinesis } = await testServer();
    const put = await kinesis.handle(
      request('PutRecord', JSON.stringify({ StreamName: 'web', PartitionKey: 'a', Data: 'aGVsbG8=' })),
    );
    expect(put.status).toBe(200);
    expect(put.headers['content-type']).toBe(json);
    const place = { StreamName: 'web', ShardId: 'shardId-000000000000', ShardIteratorType: 'AT_TIMESTAMP' };
    const iterator = await kinesis.handle(
      request('GetShardIterator', JSON.stringify({ ...place, Timestamp: startMs / 1000 })),
    );
    const { body } = await kinesis.handle(request('GetRecords', iterator.body.toString()));
    expect(JSON.parse(body.toString()).Records).toEqual([
      {
        SequenceNumber: JSON.parse(put.body.toString()).SequenceNumber,
        PartitionKey: 'a',
        Data: 'aGVsbG8=',
        ApproximateArrivalTimestamp: startMs / 1000,
      },
    ]);
  });

  it('answers operations without an output with nothing', async () => {
    const { kinesis } = await testServer();
    const answer = await kinesis.handle(request('DeleteStream', '{"StreamName":"web"}'));
    expect(answer).toMatchObject({ status: 200, body: '' });
  });

  it.each([
    ['an operation that is not served', 'SubscribeToShard', '{}', 'UnknownOperationException', /SubscribeToShard/],
    ['an operation that nobody knows', 'constructor', '{}', 'UnknownOperationException', /constructor/],
    ['a body that is not JSON', 'ListStreams', '{', 'SerializationException', /not JSON/],
    ['a body that is no structure', 'ListStreams', '[]', 'SerializationException', /a structure/],
    ['a number for a text', 'DescribeStream', '{"StreamName":1}', 'SerializationException', /'streamName'.*String/],
    ['a text for a number', 'ListStreams', '{"Limit":"1"}', 'SerializationException', /'limit'.*Integer/],
    ['a text for a list', 'PutRecords', '{"StreamName":"web","Records":"x"}', 'SerializationException', /list/],
    [
      'bytes that are not base64',
      'PutRecord',
      '{"StreamName":"web","PartitionKey":"a","Data":"a*=="}',
      'SerializationException',
      /not base64/,
    ],
    ['a missing member', 'PutRecord', '{"StreamName":"web","Data":""}', 'ValidationException', /Value null at 'part/],
  ])('refuses %s', async (_what, operation, body, type, message) => {
    const { kinesis } = await testServer();
    const answer = await kinesis.handle(request(operation, body));
    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-errortype']).toBe(type);
    expect(JSON.parse(answer.body.toString())).toEqual({ __type: type, message: expect.stringMatching(message) });
  });

  it('refuses CBOR and says how to switch it off', async () => {
    const { kinesis } = await testServer();
    const answer = await kinesis.handle(request('ListStreams', '\xa0', 'application/x-amz-cbor-1.1'));
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toMatch(/cborEnabled=false/);
  });
});

describe('KinesisServer behind the gateway', () => {
  const clock = new EngineClock({ startMs, factor: 0 });
  const kinesis = new KinesisServer({ clock });
  let gateway: Gateway;
  let client: KinesisClient;

  beforeAll(async () => {
    gateway = await startGateway({
      port: 0,
      services: new Map([['kinesis', kinesis]]),
      interceptors: [],
      control: async () => undefined,
      functionOf: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    client = new KinesisClient({
      endpoint: gateway.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    await client.send(new CreateStreamCommand({ StreamName: 'web', ShardCount: 1 }));
  });

  afterAll(async () => {
    client.destroy();
    await gateway.close();
  });

  it("serves the SDK's client as it comes, over HTTP/2", async () => {
    const Records = Array.from({ length: 500 }, (_, index) => ({
      Data: Buffer.alloc(index, index),
      PartitionKey: `key ${index}`,
    }));
    const put = await client.send(new PutRecordsCommand({ StreamName: 'web', Records }));
    expect(put.FailedRecordCount).toBe(0);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName: 'web',
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'AT_TIMESTAMP',
        Timestamp: new Date(startMs),
      }),
    );
    const got = await client.send(new GetRecordsCommand({ ShardIterator }));
    expect(got.Records?.map(({ Data, PartitionKey }) => ({ Data: Buffer.from(Data ?? []), PartitionKey }))).toEqual(
      Records,
    );
    expect(got.Records?.[0]?.ApproximateArrivalTimestamp).toEqual(new Date(startMs));
    expect(got.Records?.map(({ SequenceNumber }) => SequenceNumber)).toEqual(
      put.Records?.map(({ SequenceNumber }) => SequenceNumber),
    );
  });

  it("becomes the SDK's errors", async () => {
    const missing = new PutRecordCommand({ StreamName: 'nope', Data: Buffer.from('x'), PartitionKey: 'a' });
    await expect(client.send(missing)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Stream nope under account 000000000000 not found.',
      $metadata: { httpStatusCode: 400 },
    });
    const unknown = new RegisterStreamConsumerCommand({
      StreamARN: 'arn:aws:kinesis:x:000000000000:stream/web',
      ConsumerName: 'c',
    });
    await expect(client.send(unknown)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});
