import { nameOf } from '../lambda/request.ts';
import { stateMachineNameIn } from '../services/states/arn.ts';
import type { AwsRequest } from './service.ts';

/** Input members that name what a JSON call works on, the first present wins. */
const members = [
  'TableName',
  'StreamName',
  'StreamARN',
  'StreamArn',
  'QueueUrl',
  'TopicArn',
  'DashboardName',
  'AlarmName',
  'stateMachineArn',
  'executionArn',
  'mapRunArn',
  'logGroupName',
];

/**
 * The table, stream, bucket, function, pipe, schedule, queue, topic or state machine that a call names, for matching and metering; undefined where it names
 * none. Batch and transaction calls name the first table they touch.
 */
export function resourceOf({ service, path, headers, body }: AwsRequest): string | undefined {
  if (service === 's3') return decodeURIComponent(path.split('/')[1] ?? '') || undefined;
  // Tasks of state machines name functions by their ARNs.
  if (service === 'lambda')
    return nameOf(decodeURIComponent(/\/functions\/([^/]+)/.exec(path)?.[1] ?? '')) || undefined;
  if (service === 'pipes') return decodeURIComponent(/^\/v1\/pipes\/([^/]+)/.exec(path)?.[1] ?? '') || undefined;
  if (service === 'scheduler') return decodeURIComponent(/^\/schedules\/([^/]+)/.exec(path)?.[1] ?? '') || undefined;
  if (service === 'sns') {
    const form = new URLSearchParams(body.toString('utf8'));
    return (
      lastPart(form.get('TopicArn') ?? form.get('TargetArn') ?? '')
        .split(':')
        .at(-1) || undefined
    );
  }
  if (headers['x-amz-target'] === undefined) return undefined;
  const input = parse(body);
  if (input === undefined) return undefined;
  for (const member of members) {
    const value = input[member];
    if (typeof value === 'string') return lastPart(value);
  }
  return batchTable(input);
}

function batchTable(input: Readonly<Record<string, unknown>>): string | undefined {
  const byTable = input.RequestItems;
  if (typeof byTable === 'object' && byTable !== null) return Object.keys(byTable)[0];
  const items = input.TransactItems;
  if (!Array.isArray(items)) return undefined;
  const first: unknown = Object.values(items[0] ?? {})[0];
  const table = typeof first === 'object' && first !== null && 'TableName' in first ? first.TableName : undefined;
  return typeof table === 'string' ? lastPart(table) : undefined;
}

/** `arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026` names T, `arn:aws:kinesis:...:stream/S` names S. */
function lastPart(nameOrArn: string): string {
  const stateMachineName = stateMachineNameIn(nameOrArn);
  if (stateMachineName !== undefined) return stateMachineName;
  if (!nameOrArn.startsWith('arn:')) return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
  const resource = nameOrArn.split(':').slice(5).join(':');
  return resource.split('/')[1] ?? resource;
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
