import type { AwsRequest } from '../gateway/service.ts';
import type { Dispatch } from './destination.ts';

/** What a destination gets: an object in a bucket, a message in a queue or through a topic. */
export interface DestinationContent {
  readonly message: string;
  /** Of a message through a topic. */
  readonly subject?: string;
  /** Of a message in a queue. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** In place of the message, for a bucket; needed where the destination may be one. */
  readonly object?: { readonly key: string; readonly text: string };
}

/** Tries so often to hand it over; then it is lost, as on AWS. */
const attemptsMax = 3;

/** `destinationArn` names a bucket, a queue or a topic; `region` is that of what sends. Throws where it was not taken. */
export async function sendToDestination(
  content: DestinationContent,
  { destinationArn, region }: { readonly destinationArn: string; readonly region: string },
  dispatch: Dispatch,
): Promise<void> {
  const request = destinationRequest(content, destinationArn, region);
  let status = 0;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    ({ status } = await dispatch(request));
    if (status < 300) return;
  }
  throw new Error(`${destinationArn} answered ${status} to what was to be left there`);
}

function destinationRequest(
  { message, subject, attributes, object }: DestinationContent,
  destinationArn: string,
  senderRegion: string,
): AwsRequest {
  const [, , service = '', arnRegion = '', account = '', resource = ''] = destinationArn.split(':');
  const region = arnRegion || senderRegion;
  const base = { method: 'POST', path: '/', query: new URLSearchParams(), accessKeyId: '', region };
  if (service === 's3') {
    if (object === undefined) throw new Error(`${destinationArn} cannot take a message`);
    const body = Buffer.from(object.text);
    const path = `/${resource}/${object.key.split('/').map(encodeURIComponent).join('/')}`;
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    return { ...base, service, operation: 'PutObject', method: 'PUT', path, headers, body };
  }
  if (service === 'sqs') {
    const QueueUrl = `https://sqs.${region}.amazonaws.com/${account}/${resource}`;
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' };
    const MessageAttributes = attributes === undefined ? undefined : messageAttributes(attributes);
    const body = Buffer.from(JSON.stringify({ QueueUrl, MessageBody: message, MessageAttributes }));
    return { ...base, service, operation: 'SendMessage', headers, body };
  }
  const form = {
    ...{ Action: 'Publish', Version: '2010-03-31', TopicArn: destinationArn, Message: message },
    ...(subject === undefined ? {} : { Subject: subject }),
  };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = Buffer.from(new URLSearchParams(form).toString());
  return { ...base, service: 'sns', operation: 'Publish', headers, body };
}

function messageAttributes(attributes: Readonly<Record<string, string>>): object {
  const entries = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return Object.fromEntries(entries);
}
