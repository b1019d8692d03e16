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
    },
    Outputs: { Queue: { Value: { Ref: 'Queue' } } },
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

test('a queue gives what was sent to it', async () => {
  const QueueUrl = engine.outputs.Queue;
  expect((await sqs('SendMessage', { QueueUrl, MessageBody: 'first' })).status).toBe(200);
  const { text } = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
  const { Messages } = JSON.parse(text) as { Messages: { Body: string }[] };
  expect(Messages.map(({ Body }) => Body)).toEqual(['first']);
});

test('other operations are refused by name', async () => {
  expect(await sqs('CreateQueue', { QueueName: 'more' })).toMatchObject({
    status: 501,
    text: expect.stringContaining('does not serve CreateQueue'),
  });
});
