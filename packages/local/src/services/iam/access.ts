import type { AwsRequest } from '../../gateway/service.ts';
import { dynamoDbAccess } from './dynamodb-access.ts';
import type { Access } from './evaluate.ts';
import { inputOf, type Place } from './place.ts';
import { schedulerAccess } from './scheduler-access.ts';

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
      return [s3Access(request)];
    case 'lambda':
      return [lambdaAccess(request, place)];
    case 'kinesis': {
      const { StreamARN, StreamName } = inputOf(request);
      const resource =
        StreamARN ??
        (StreamName === undefined ? '*' : `arn:aws:kinesis:${region}:${account}:stream/${String(StreamName)}`);
      return [{ action: `kinesis:${operation}`, resource: String(resource), context: {} }];
    }
    case 'monitoring':
      return cloudWatchAccess(request, place);
    case 'sqs': {
      const queueName =
        String(inputOf(request).QueueUrl ?? '')
          .split('/')
          .at(-1) || '*';
      return [{ action: `sqs:${operation}`, resource: `arn:aws:sqs:${region}:${account}:${queueName}`, context: {} }];
    }
    case 'states':
      return [statesAccess(request, place)];
    case 'pipes':
      return pipesAccess(request, place);
    case 'scheduler':
      return schedulerAccess(request, place);
    case 'events':
      return eventsAccess(request, place);
    case 'sns': {
      const form = new URLSearchParams(request.body.toString('utf8'));
      // A subscription is asked about as its topic; a text message to a number is sent in the name of none.
      const ofSubscription = form.get('SubscriptionArn')?.split(':').slice(0, 6).join(':');
      const resource = form.get('TopicArn') ?? form.get('TargetArn') ?? ofSubscription ?? '*';
      return [{ action: `sns:${operation === 'PublishBatch' ? 'Publish' : operation}`, resource, context: {} }];
    }
    default:
      return [{ action: `${service}:${operation}`, resource: '*', context: {} }];
  }
}

/** Alarms are asked about by their ARNs, but for composite ones, which take a permission for all; metrics and dashboards by none. */
function cloudWatchAccess(request: AwsRequest, { region, account }: Place): readonly Access[] {
  const { operation } = request;
  const { Namespace, AlarmName, AlarmNames, AlarmTypes } = inputOf(request);
  const action = `cloudwatch:${operation}`;
  if (operation === 'PutMetricData') {
    return [{ action, resource: '*', context: { 'cloudwatch:namespace': [String(Namespace)] } }];
  }
  const asksForComposite = Array.isArray(AlarmTypes) && AlarmTypes.includes('CompositeAlarm');
  if (!ofOneAlarm.has(operation) || (operation === 'DescribeAlarms' && asksForComposite)) {
    return [{ action, resource: '*', context: {} }];
  }
  const names = Array.isArray(AlarmNames) && AlarmNames.length > 0 ? AlarmNames : [AlarmName ?? '*'];
  return names.map((name) => {
    return { action, resource: `arn:aws:cloudwatch:${region}:${account}:alarm:${String(name)}`, context: {} };
  });
}

/** Whose permissions may be given for some alarms alone. */
const ofOneAlarm = new Set([
  ...['PutMetricAlarm', 'DescribeAlarms', 'DescribeAlarmHistory', 'SetAlarmState'],
  ...['DeleteAlarms', 'EnableAlarmActions', 'DisableAlarmActions'],
]);

/** Functions and mappings are asked about by their ARNs, lists by none. */
function lambdaAccess({ path, operation }: AwsRequest, { region, account }: Place): Access {
  const [, kind = '', encoded = ''] = /\/(functions|event-source-mappings)\/([^/]+)/.exec(path) ?? [];
  const name = decodeURIComponent(encoded);
  const prefix = `arn:aws:lambda:${region}:${account}`;
  const arn = kind === 'functions' ? `${prefix}:function:${name}` : `${prefix}:event-source-mapping:${name}`;
  const resource = name === '' ? '*' : name.startsWith('arn:') ? name : arn;
  return { action: `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`, resource, context: {} };
}

/** The member that names what these act on; others that are given with it are not looked at. */
const actedOn: Readonly<Record<string, string>> = {
  ...{
    DescribeExecution: 'executionArn',
    DescribeStateMachineForExecution: 'executionArn',
    GetExecutionHistory: 'executionArn',
  },
  ...{ ListMapRuns: 'executionArn', RedriveExecution: 'executionArn', StopExecution: 'executionArn' },
  ...{ DescribeMapRun: 'mapRunArn', UpdateMapRun: 'mapRunArn', ListTagsForResource: 'resourceArn' },
};

/** A call names a state machine, an execution or a map run; one with a token means the machine whose task waits for it. */
function statesAccess(request: AwsRequest, { machineOfToken }: Place): Access {
  const input = inputOf(request);
  const { stateMachineArn, mapRunArn, taskToken } = input;
  const isOfToken = request.operation.startsWith('SendTask');
  const ofToken = isOfToken && typeof taskToken === 'string' ? machineOfToken(taskToken) : undefined;
  const member = actedOn[request.operation];
  const resource = isOfToken ? ofToken : member === undefined ? (stateMachineArn ?? mapRunArn) : input[member];
  return { action: `states:${request.operation}`, resource: String(resource ?? '*'), context: {} };
}

/** Who makes a pipe passes a role on to it. */
function pipesAccess(request: AwsRequest, { region, account }: Place): readonly Access[] {
  const call = { action: `pipes:${request.operation}`, resource: pipeArn(request.path, region, account), context: {} };
  const { RoleArn } = inputOf(request);
  if (RoleArn === undefined) return [call];
  const context = { 'iam:PassedToService': ['pipes.amazonaws.com'] };
  return [call, { action: 'iam:PassRole', resource: String(RoleArn), context }];
}

/** `/v1/pipes/NAME/start` and `/tags/ARN` name a pipe, `/v1/pipes` none. */
function pipeArn(path: string, region: string, account: string): string {
  if (path.startsWith('/tags/')) return decodeURIComponent(path.slice('/tags/'.length));
  const name = decodeURIComponent(path.split('/')[3] ?? '');
  return name === '' ? '*' : `arn:aws:pipes:${region}:${account}:pipe/${name}`;
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

/** A listing is of a prefix where it names one. */
function s3Access(request: AwsRequest): Access {
  const { operation, query } = request;
  const action = s3Actions[operation] ?? operation;
  const prefix = query.get('prefix');
  const context = action === 'ListBucket' && prefix !== null ? { 's3:prefix': [prefix] } : {};
  return { action: `s3:${action}`, resource: s3Arn(request), context };
}

function s3Arn({ operation, path }: AwsRequest): string {
  if (operation === 'ListBuckets') return '*';
  const [, bucket = '', ...key] = path.split('/');
  const rest = key.join('/');
  return `arn:aws:s3:::${decodeURIComponent(rest === '' ? bucket : `${bucket}/${rest}`)}`;
}
