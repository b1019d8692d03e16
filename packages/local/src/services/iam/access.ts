import type { AwsRequest } from '../../gateway/service.ts';
import { dynamoDbAccess } from './dynamodb-access.ts';
import type { Access } from './evaluate.ts';
import { inputOf, type Place } from './place.ts';

/** S3 asks for these permissions; the other operations for one of their own name. */
const s3Actions: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  DeleteObjects: 'DeleteObject',
  HeadBucket: 'ListBucket',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListBuckets: 'ListAllMyBuckets',
};

/** Everything that the call does, each of which must be allowed; none for calls that anyone may make. */
export function accessesOf(request: AwsRequest, place: Place): readonly Access[] {
  const { service, operation } = request;
  const { region, account } = place;
  switch (service) {
    case 'sts':
      return [];
    case 'dynamodb':
      return dynamoDbAccess(request, place);
    case 's3':
      return [{ action: `s3:${s3Actions[operation] ?? operation}`, resource: s3Arn(request), context: {} }];
    case 'lambda': {
      const name = decodeURIComponent(/\/functions\/([^/]+)/.exec(request.path)?.[1] ?? '*');
      const resource = name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${account}:function:${name}`;
      return [{ action: `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`, resource, context: {} }];
    }
    case 'kinesis': {
      const { StreamARN, StreamName } = inputOf(request);
      const resource =
        StreamARN ??
        (StreamName === undefined ? '*' : `arn:aws:kinesis:${region}:${account}:stream/${String(StreamName)}`);
      return [{ action: `kinesis:${operation}`, resource: String(resource), context: {} }];
    }
    case 'monitoring': {
      const { Namespace } = inputOf(request);
      const context = operation === 'PutMetricData' ? { 'cloudwatch:namespace': [String(Namespace)] } : {};
      return [{ action: `cloudwatch:${operation}`, resource: '*', context }];
    }
    case 'sqs': {
      const queueName =
        String(inputOf(request).QueueUrl ?? '')
          .split('/')
          .at(-1) || '*';
      return [{ action: `sqs:${operation}`, resource: `arn:aws:sqs:${region}:${account}:${queueName}`, context: {} }];
    }
    case 'pipes':
      return pipesAccess(request, place);
    case 'events':
      return eventsAccess(request, place);
    case 'sns': {
      const topicArn = new URLSearchParams(request.body.toString('utf8')).get('TopicArn') ?? '*';
      return [{ action: `sns:${operation}`, resource: topicArn, context: {} }];
    }
    default:
      return [{ action: `${service}:${operation}`, resource: '*', context: {} }];
  }
}

/** Who makes a pipe passes a role on to it. */
function pipesAccess(request: AwsRequest, { region, account }: Place): readonly Access[] {
  const [, kind, , name = '*'] = request.path.split('/').map(decodeURIComponent);
  const ofTags = decodeURIComponent(request.path.replace(/^\/tags\//, ''));
  const resource = kind === 'tags' ? ofTags : `arn:aws:pipes:${region}:${account}:pipe/${name}`;
  const call = { action: `pipes:${request.operation}`, resource, context: {} };
  const { RoleArn } = inputOf(request);
  if (RoleArn === undefined) return [call];
  const context = { 'iam:PassedToService': ['pipes.amazonaws.com'] };
  return [call, { action: 'iam:PassRole', resource: String(RoleArn), context }];
}

/** Events are put on buses, each entry on one; everything else is done to a rule. */
function eventsAccess(request: AwsRequest, { region, account }: Place): readonly Access[] {
  const { Entries, Name, Rule } = inputOf(request);
  const action = `events:${request.operation}`;
  const arnOf = (resource: string) =>
    resource.startsWith('arn:') ? resource : `arn:aws:events:${region}:${account}:${resource}`;
  if (request.operation !== 'PutEvents') {
    return [{ action, resource: arnOf(`rule/${String(Name ?? Rule ?? '*')}`), context: {} }];
  }
  const buses = ((Entries ?? []) as readonly { readonly EventBusName?: string }[]).map((entry) => entry.EventBusName);
  return [...new Set(buses)].map((bus = 'default') => {
    const resource = arnOf(bus.startsWith('arn:') ? bus : `event-bus/${bus}`);
    return { action, resource, context: {} };
  });
}

function s3Arn({ operation, path }: AwsRequest): string {
  if (operation === 'ListBuckets') return '*';
  const [, bucket = '', ...key] = path.split('/');
  const rest = key.join('/');
  return `arn:aws:s3:::${decodeURIComponent(rest === '' ? bucket : `${bucket}/${rest}`)}`;
}
