import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, startEngine } from '../../engine.ts';
import { writeAssembly } from '../../template/written-assembly.ts';

let assembly: string;
let engine: Engine;

beforeAll(async () => {
  assembly = await writeAssembly({
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 5 } },
      Topic: { Type: 'AWS::SNS::Topic' },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          Protocol: 'sqs',
          TopicArn: { Ref: 'Topic' },
          Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          RawMessageDelivery: true,
          FilterPolicy: { kind: ['wanted'] },
        },
      },
    },
    Outputs: { Queue: { Value: { Ref: 'Queue' } }, Topic: { Value: { Ref: 'Topic' } } },
  });
  engine = await startEngine({ assembly });
});
afterAll(async () => {
  await engine.stop();
  await rm(assembly, { recursive: true });
});

async function call(service: string, headers: Record<string, string>, body: string) {
  const authorization = `AWS4-HMAC-SHA256 Credential=a/20261102/eu-north-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(engine.endpoint, { method: 'POST', headers: { authorization, ...headers }, body });
  return { status: answer.status, text: await answer.text() };
}

function sqs(operation: string, input: object) {
  const headers = { 'x-amz-target': `AmazonSQS.${operation}`, 'content-type': 'application/x-amz-json-1.0' };
  return call('sqs', headers, JSON.stringify(input));
}

function publish(message: string, kind: string) {
  const form = {
    Action: 'Publish',
    TopicArn: engine.outputs.Topic ?? '',
    Message: message,
    'MessageAttributes.entry.1.Name': 'kind',
    'MessageAttributes.entry.1.Value.DataType': 'String',
    'MessageAttributes.entry.1.Value.StringValue': kind,
  };
  return call('sns', { 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams(form).toString());
}

test('a topic delivers to the queues of the template what their filters let through', async () => {
  const QueueUrl = engine.outputs.Queue;
  expect((await publish('first', 'wanted')).status).toBe(200);
  expect((await publish('second', 'other')).status).toBe(200);
  expect((await sqs('SendMessage', { QueueUrl, MessageBody: 'third' })).status).toBe(200);
  const { text } = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
  const { Messages } = JSON.parse(text) as { Messages: { Body: string }[] };
  expect(Messages.map(({ Body }) => Body).sort()).toEqual(['first', 'third']);
});

test('other operations are refused by name', async () => {
  expect(await sqs('CreateQueue', { QueueName: 'more' })).toMatchObject({
    status: 501,
    text: expect.stringContaining('does not serve CreateQueue'),
  });
});
