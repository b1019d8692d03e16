import { Agent, request as httpRequest } from 'node:http';
import { crc32 } from 'node:zlib';
import type { AwsRequest, AwsResponse, Service } from '../../gateway/service.ts';
import type { Consumption } from '../../meter/consumption.ts';
import { capacityOf, type TableUnits, withCapacityAsked } from './capacity.ts';

export interface DynamoDbOptions {
  /** Calls wait for it; they are refused with what kept the server from starting. */
  readonly port: Promise<number>;
  /** Stands in the ARNs that callers see. */
  readonly region: string;
  /** Told what a call that took effect, or whose condition failed, consumed. */
  readonly onConsumed: (request: AwsRequest, consumption: Consumption, tables: readonly TableUnits[]) => void;
}

/** DynamoDB Local looks at neither keys nor regions, but wants letters and digits in the key. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=tidemark/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';
const connectionsMax = 256;
/** DynamoDB Local closes connections that were idle for 30 seconds; one that it is about to close must not be used. */
const idleConnectionMsMax = 20_000;
const localRegion = 'ddblocal';

/** Operations that speak of ARNs; the others carry people's data, which is not touched. */
const operationsWithArns = new Set([
  ...[
    'CreateTable',
    'DescribeTable',
    'UpdateTable',
    'DeleteTable',
    'ListStreams',
    'DescribeStream',
    'GetShardIterator',
  ],
  ...['TagResource', 'UntagResource', 'ListTagsOfResource', 'DescribeTimeToLive', 'UpdateTimeToLive'],
]);

/** Passes calls to DynamoDB Local, whatever keys and region they are signed with, and meters what they consume. */
export function dynamoDbService({ port, region, onConsumed }: DynamoDbOptions): Service & { close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax, timeout: idleConnectionMsMax });
  const here = `arn:aws:dynamodb:${region}:`;
  const there = `arn:aws:dynamodb:${localRegion}:`;
  return {
    async handle(request) {
      const { target, isMetered, text } = prepare(request, here, there);
      const answer = await send(agent, await port, target, request.headers['content-type'], text);
      // An iterator holds the stream's ARN too, and goes back as it came.
      if (request.operation === 'GetShardIterator') return toResponse(answer, answer.text);
      if (operationsWithArns.has(request.operation)) return toResponse(answer, answer.text.replaceAll(there, here));
      if (!isMetered) return toResponse(answer, answer.text);
      const { consumption, tables, visible } = capacityOf(request, answer);
      if (consumption !== undefined) onConsumed(request, consumption, tables);
      return toResponse(answer, visible);
    },
    close: () => agent.destroy(),
  };
}

export interface LocalAnswer {
  readonly status: number;
  readonly text: string;
}

function prepare(request: AwsRequest, here: string, there: string) {
  const target = request.headers['x-amz-target'] ?? '';
  const text = request.body.toString('utf8');
  if (operationsWithArns.has(request.operation))
    return { target, isMetered: false, text: text.replaceAll(here, there) };
  const { isMetered, text: asked } = withCapacityAsked(request.operation, text);
  return { target, isMetered, text: asked };
}

function send(
  agent: Agent,
  port: number,
  target: string,
  contentType = 'application/x-amz-json-1.0',
  text: string,
): Promise<LocalAnswer> {
  const body = Buffer.from(text, 'utf8');
  const headers = { authorization, 'x-amz-target': target, 'content-type': contentType, 'content-length': body.length };
  return new Promise((done, failed) => {
    const outgoing = httpRequest({ agent, host: '127.0.0.1', port, method: 'POST', path: '/', headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', failed);
      incoming.on('end', () =>
        done({ status: incoming.statusCode ?? 500, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}

function toResponse({ status }: LocalAnswer, text: string): AwsResponse {
  const body = Buffer.from(text, 'utf8');
  // Clients that check the sum must find it right after the answer was changed.
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': `${crc32(body)}` };
  return { status, headers, body };
}
