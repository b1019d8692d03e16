import { once } from 'node:events';
import { connect } from 'node:http2';
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CloudWatchClient, ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { KinesisClient, ListStreamsCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from './gateway.ts';
import { type Call, cut, type Interceptor } from './intercept.ts';
import type { AwsRequest, AwsResponse } from './service.ts';

const credentials = { accessKeyId: 'whoever', secretAccessKey: 'whatever' };
let gateway: Gateway;
let calls: Call[];
let interceptors: Interceptor[];
let errors: unknown[];

/** Answers every call with what the gateway made of it. */
function echo(request: AwsRequest): AwsResponse {
  const { service, operation, region, accessKeyId, body } = request;
  const output = {
    service,
    operation,
    region,
    accessKeyId,
    bytes: body.length,
    SequenceNumber: operation,
    ShardId: service,
  };
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output) };
}

beforeEach(async () => {
  calls = [];
  interceptors = [];
  errors = [];
  const service = { handle: async (request: AwsRequest) => echo(request) };
  gateway = await startGateway({
    port: 0,
    services: new Map(['kinesis', 'dynamodb', 'monitoring', 's3'].map((name) => [name, service])),
    interceptors: [
      (call, proceed) => {
        calls.push(call);
        return proceed();
      },
      (call, proceed) => (interceptors[0] === undefined ? proceed() : interceptors[0](call, proceed)),
    ],
    control: async ({ url }) => (url === '/_tidemark/health' ? { status: 200, headers: {}, body: 'well' } : undefined),
    functionOf: (accessKeyId) => (accessKeyId === 'AKIDCOUNT' ? 'count' : undefined),
    onError: (error) => errors.push(error),
  });
});
afterEach(() => gateway.close());

function signed(service: string, target: string, more: Record<string, string> = {}): RequestInit {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDCOUNT/20261102/eu-west-3/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  return {
    method: 'POST',
    headers: { authorization, 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0', ...more },
  };
}

describe('one port', () => {
  test('answers HTTP/2 without TLS, as the Kinesis client speaks it', async () => {
    const client = new KinesisClient({ endpoint: gateway.endpoint, region: 'ap-south-1', credentials });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        client.send(
          new PutRecordCommand({ StreamName: 'web', PartitionKey: `${index}`, Data: Buffer.alloc(index * 100) }),
        ),
      ),
    );
    client.destroy();
    expect(new Set(answers.map((answer) => answer.SequenceNumber))).toEqual(new Set(['PutRecord']));
    expect(calls.at(0)?.request.headers.host).toBe(`127.0.0.1:${gateway.port}`);
    expect(calls.at(0)).toMatchObject({ resource: 'web', request: { service: 'kinesis', region: 'ap-south-1' } });
  });

  test('answers HTTP/1.1 and HTTP/2 at the same time', async () => {
    const session = connect(gateway.endpoint);
    const overHttp2 = new Promise<number>((done, failed) => {
      const stream = session.request({ ':path': '/_tidemark/health' });
      stream.on('response', (headers) => done(Number(headers[':status'])));
      stream.on('error', failed);
      stream.resume();
    });
    const overHttp1 = await fetch(`${gateway.endpoint}/_tidemark/health`);
    expect([await overHttp2, overHttp1.status, await overHttp1.text()]).toEqual([200, 200, 'well']);
    session.destroy();
  });

  test('lets an HTTP/2 client send a large call without waiting for the engine in between', async () => {
    const session = connect(gateway.endpoint);
    const [settings] = await once(session, 'remoteSettings');
    expect(settings.initialWindowSize).toBeGreaterThan(10 * 1024 * 1024);
    await expect.poll(() => session.state.remoteWindowSize).toBeGreaterThan(32 * 1024 * 1024);
    session.destroy();
  });

  test.each(['one connection', 'one call'])(
    'takes it for no fault of its own when a client leaves %s in the middle',
    async (what) => {
      const session = connect(gateway.endpoint);
      session.on('error', () => {});
      const stream = session.request({ ':path': '/', ':method': 'POST' });
      stream.on('error', () => {});
      stream.write('{');
      await new Promise((done) => setTimeout(done, 100));
      if (what === 'one call') stream.close(8);
      else session.destroy();
      const socket = createConnection(gateway.port, '127.0.0.1');
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{');
      await new Promise((done) => setTimeout(done, 100));
      socket.destroy();
      expect((await fetch(`${gateway.endpoint}/_tidemark/health`)).status).toBe(200);
      expect(errors).toEqual([]);
      session.destroy();
    },
  );

  test('takes a request that comes a byte at a time', async () => {
    const socket = createConnection(gateway.port, '127.0.0.1');
    for (const byte of 'GET /_tidemark/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n') {
      socket.write(byte);
      await new Promise((done) => setImmediate(done));
    }
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('a call', () => {
  test('names its service, operation, region and calling function', async () => {
    const body = JSON.stringify({ TableName: 'arn:aws:dynamodb:eu-west-3:000000000000:table/Series/stream/x' });
    const answer = await fetch(gateway.endpoint, { ...signed('dynamodb', 'DynamoDB_20120810.DescribeTable'), body });
    expect(await answer.json()).toMatchObject({ service: 'dynamodb', operation: 'DescribeTable', region: 'eu-west-3' });
    expect(calls[0]).toMatchObject({ number: 1, caller: { functionName: 'count' }, resource: 'Series' });
  });

  test('is unpacked from gzip', async () => {
    const body = gzipSync(JSON.stringify({ Namespace: 'Tidemark' }));
    const request = signed('monitoring', 'GraniteServiceVersion20100801.PutMetricData', { 'content-encoding': 'gzip' });
    const answer = await fetch(gateway.endpoint, { ...request, body });
    expect(await answer.json()).toMatchObject({ operation: 'PutMetricData', bytes: 24 });
  });

  test('of the CloudWatch client is gzipped when large, and understood', async () => {
    const client = new CloudWatchClient({ endpoint: gateway.endpoint, region: 'us-east-1', credentials });
    const MetricData = Array.from({ length: 1000 }, () => ({ MetricName: 'EventCount', Value: 1 }));
    await client.send(new PutMetricDataCommand({ Namespace: 'Tidemark', MetricData }));
    await client.send(new ListMetricsCommand({}));
    client.destroy();
    expect(calls.map((call) => call.request.operation)).toEqual(['PutMetricData', 'ListMetrics']);
  });

  test('that is not gzip though it says so is refused', async () => {
    const request = signed('dynamodb', 'DynamoDB_20120810.PutItem', { 'content-encoding': 'gzip' });
    const answer = await fetch(gateway.endpoint, { ...request, body: 'plain' });
    expect(answer.status).toBe(413);
  });

  test('to a service that the engine does not have is refused by name', async () => {
    const answer = await fetch(gateway.endpoint, {
      ...signed('states', 'AWSStepFunctions.StartExecution'),
      body: '{}',
    });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toEqual({
      __type: 'UnknownServiceException',
      message: 'The local engine does not serve states (StartExecution); it serves dynamodb, kinesis, monitoring, s3',
    });
  });

  test('that is not signed is refused, since it names no service', async () => {
    const answer = await fetch(gateway.endpoint, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(403);
  });
});

describe('an interceptor', () => {
  const call = () => fetch(gateway.endpoint, { ...signed('dynamodb', 'DynamoDB_20120810.PutItem'), body: '{}' });

  test('answers in the place of the service', async () => {
    interceptors = [async () => ({ status: 418, headers: {}, body: 'no' })];
    expect((await call()).status).toBe(418);
  });

  test('cuts the connection after the effect', async () => {
    let effects = 0;
    interceptors = [
      async (_call, proceed) => {
        await proceed();
        effects += 1;
        return cut;
      },
    ];
    await expect(call()).rejects.toThrow('fetch failed');
    const client = new KinesisClient({ endpoint: gateway.endpoint, region: 'x', credentials, maxAttempts: 1 });
    await expect(client.send(new ListStreamsCommand({}))).rejects.toThrow();
    client.destroy();
    expect(effects).toBe(2);
  });

  test('that fails because the engine ends is no fault of it', async () => {
    const under = Promise.withResolvers<never>();
    const asked = Promise.withResolvers<void>();
    interceptors = [
      () => {
        asked.resolve();
        return under.promise;
      },
    ];
    const answer = call();
    answer.catch(() => {});
    await asked.promise;
    const closed = gateway.close();
    under.reject(new Error('socket hang up'));
    await closed;
    await expect(answer).rejects.toThrow('fetch failed');
    expect(errors).toEqual([]);
  });

  test('that fails is the fault of the engine, and said to be', async () => {
    interceptors = [() => Promise.reject(new Error('broken'))];
    const answer = await call();
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { __type: 'InternalFailure', message: 'The local engine failed: broken' },
    ]);
  });
});
