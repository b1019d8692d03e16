import { randomUUID } from 'node:crypto';
import type { AwsRequest, AwsResponse } from '../../gateway/service.ts';
import { KinesisFault } from './fault.ts';

const jsonType = 'application/x-amz-json-1.1';

/** The operation's input as JSON gives it. Throws `SerializationException`. */
export function decodeRequest({ headers, body }: AwsRequest): unknown {
  if (headers['content-type']?.includes('cbor')) {
    throw new KinesisFault(
      'SerializationException',
      'This server speaks JSON only. In the Java SDK, set the system property aws.cborEnabled=false or the environment variable CBOR_ENABLED=false (version 1: AWS_CBOR_DISABLE=true).',
    );
  }
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new KinesisFault('SerializationException', 'The body of the request is not JSON.');
  }
}

export function encodeAnswer(answer: unknown): AwsResponse {
  const body = answer === undefined ? '' : JSON.stringify(toWire(answer));
  return { status: 200, headers: responseHeaders(), body };
}

export function encodeFault({ type, message }: KinesisFault): AwsResponse {
  return {
    status: 400,
    headers: { ...responseHeaders(), 'x-amzn-errortype': type },
    body: JSON.stringify({ __type: type, message }),
  };
}

function responseHeaders() {
  return { 'content-type': jsonType, 'x-amzn-requestid': randomUUID() };
}

/** Bytes become base64 and times epoch seconds here, at the edge, and nowhere before. */
function toWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toWire);
  const wire: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) wire[name] = toWire(member);
  return wire;
}
