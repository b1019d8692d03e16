import { describe, expect, test } from 'vitest';
import { attribute, type WireRequest } from './attribute.ts';

function wire(service: string, more: Partial<WireRequest>): WireRequest {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKID/20261102/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const { headers, ...rest } = more;
  return { method: 'GET', url: '/', body: Buffer.alloc(0), ...rest, headers: { authorization, ...headers } };
}

describe('operations of S3', () => {
  test.each([
    ['GET', '/', 'ListBuckets'],
    ['PUT', '/bucket', 'CreateBucket'],
    ['PUT', '/bucket/', 'CreateBucket'],
    ['HEAD', '/bucket', 'HeadBucket'],
    ['GET', '/bucket?list-type=2&prefix=quarantine%2F', 'ListObjectsV2'],
    ['GET', '/bucket', 'ListObjects'],
    ['GET', '/bucket?location', 'GetBucketLocation'],
    ['PUT', '/bucket?policy', 'PutBucketPolicy'],
    ['PUT', '/bucket?object-lock', 'PutBucketObjectLock'],
    ['POST', '/bucket?delete', 'DeleteObjects'],
    ['PUT', '/bucket/a/b?x-id=PutObject', 'PutObject'],
    ['GET', '/bucket/a/b', 'GetObject'],
    ['PUT', '/bucket/a/b?tagging', 'PutObjectTagging'],
    ['POST', '/bucket/a?uploads', 'CreateMultipartUpload'],
    ['PUT', '/bucket/a?partNumber=1&uploadId=u', 'UploadPart'],
    ['POST', '/bucket/a?uploadId=u', 'CompleteMultipartUpload'],
  ])('%s %s is %s', (method, url, operation) => {
    expect(attribute(wire('s3', { method, url }))?.operation).toBe(operation);
  });

  test('a copy is told by its header', () => {
    const request = wire('s3', { method: 'PUT', url: '/bucket/b', headers: { 'x-amz-copy-source': '/bucket/a' } });
    expect(attribute(request)?.operation).toBe('CopyObject');
  });

  test('a bucket in the host is a bucket in the path', () => {
    const request = wire('s3', { url: '/a/b', headers: { host: 'data.localhost:4588' } });
    expect(attribute(request)).toMatchObject({ operation: 'GetObject', path: '/data/a/b' });
  });
});

describe('operations of the other protocols', () => {
  test.each([
    ['POST', '/2015-03-31/functions/count/invocations', 'Invoke'],
    ['GET', '/2015-03-31/functions/', 'ListFunctions'],
    ['PUT', '/2015-03-31/event-source-mappings/u-u-i-d', 'UpdateEventSourceMapping'],
    ['GET', '/2015-03-31/layers', ''],
  ])('Lambda: %s %s is %j', (method, url, operation) => {
    expect(attribute(wire('lambda', { method, url }))?.operation).toBe(operation);
  });

  test.each([
    ['POST', '/schedules/nightly', 'CreateSchedule'],
    ['GET', '/schedules?ScheduleGroup=nights', 'ListSchedules'],
    ['DELETE', '/schedule-groups/nights?clientToken=x', 'DeleteScheduleGroup'],
    ['PATCH', '/schedules/nightly', ''],
  ])('Scheduler: %s %s is %j', (method, url, operation) => {
    expect(attribute(wire('scheduler', { method, url }))?.operation).toBe(operation);
  });

  test('query: the action of the form', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const body = Buffer.from('Action=DescribeStacks&Version=2010-05-15&StackName=Tidemark-dev');
    expect(attribute(wire('cloudformation', { method: 'POST', headers, body }))?.operation).toBe('DescribeStacks');
  });

  test('RPC over CBOR: the operation of the path', () => {
    const url = '/service/GraniteServiceVersion20100801/operation/PutMetricData';
    expect(attribute(wire('monitoring', { method: 'POST', url }))?.operation).toBe('PutMetricData');
  });

  test('a presigned request carries its scope in the query', () => {
    const url = '/bucket/key?X-Amz-Credential=AKID%2F20261102%2Feu-west-1%2Fs3%2Faws4_request';
    const request = { method: 'GET', url, headers: {}, body: Buffer.alloc(0) };
    expect(attribute(request)).toMatchObject({
      service: 's3',
      operation: 'GetObject',
      region: 'eu-west-1',
      accessKeyId: 'AKID',
    });
  });
});
