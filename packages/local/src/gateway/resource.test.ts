import { expect, test } from 'vitest';
import { resourceOf } from './resource.ts';
import type { AwsRequest } from './service.ts';

function asked(service: string, body: string, path = '/'): AwsRequest {
  const headers: Record<string, string> = service === 'sns' ? {} : { 'x-amz-target': 'Service.Operation' };
  const base = { service, path, headers, operation: '', method: 'POST', query: new URLSearchParams() };
  return { ...base, body: Buffer.from(body), accessKeyId: '', region: '' };
}

test.each<[AwsRequest, string | undefined]>([
  [asked('sns', 'TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3Apager'), 'pager'],
  [asked('sns', 'TargetArn=arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3Apager'), 'pager'],
  [asked('sns', 'PhoneNumber=%2B15550100'), undefined],
  [asked('sqs', '{"QueueUrl":"http://127.0.0.1/000000000000/letters"}'), 'letters'],
  [asked('monitoring', '{"AlarmName":"low"}'), 'low'],
  [asked('lambda', '', '/2015-03-31/functions/count/invocations'), 'count'],
  [asked('s3', '', '/bucket/key'), 'bucket'],
])('%#', (request, resource) => {
  expect(resourceOf(request)).toBe(resource);
});
