import type { AwsRequest } from '../../gateway/service.ts';
import type { Access } from './evaluate.ts';
import { inputOf, type Place } from './place.ts';

type Members = Readonly<Record<string, unknown>>;

/** One access a table, index or stream that the call touches. */
export function dynamoDbAccess(request: AwsRequest, place: Place): readonly Access[] {
  const { operation } = request;
  const input = inputOf(request);
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') return batchAccess(operation, input, place);
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') return transactAccess(input, place);
  const streamArn = input.StreamArn ?? streamOf(input.ShardIterator, place);
  if (streamArn !== undefined) return [{ action: `dynamodb:${operation}`, resource: String(streamArn), context: {} }];
  if (input.TableName === undefined) return [{ action: `dynamodb:${operation}`, resource: '*', context: {} }];
  return [tableAccess(operation, input, place)];
}

function tableAccess(operation: string, input: Members, place: Place): Access {
  const nameOrArn = String(input.TableName);
  const tableArn = nameOrArn.startsWith('arn:') ? nameOrArn : arnOf(nameOrArn, place);
  const resource = input.IndexName === undefined ? tableArn : `${tableArn}/index/${String(input.IndexName)}`;
  const key = place.partitionKeyOf(tableArn.slice(tableArn.lastIndexOf('/') + 1));
  const leading = key === undefined ? undefined : leadingKey(input, key);
  return {
    action: `dynamodb:${operation}`,
    resource,
    context: leading === undefined ? {} : { 'dynamodb:LeadingKeys': [leading] },
  };
}

function batchAccess(operation: string, input: Members, place: Place): readonly Access[] {
  return Object.entries((input.RequestItems ?? {}) as object).map(([tableName, requests]) => {
    const key = place.partitionKeyOf(tableName);
    const items: readonly Members[] = Array.isArray(requests)
      ? requests.map(
          (each: { PutRequest?: Members; DeleteRequest?: Members }) => each.PutRequest ?? each.DeleteRequest ?? {},
        )
      : ((requests as { Keys?: readonly Members[] }).Keys ?? []).map((Key) => ({ Key }));
    const keys = key === undefined ? [] : items.flatMap((item) => leadingKey(item, key) ?? []);
    return {
      action: `dynamodb:${operation}`,
      resource: arnOf(tableName, place),
      context: { 'dynamodb:LeadingKeys': keys },
    };
  });
}

/** A transaction needs the permissions of the operations that it holds. */
function transactAccess(input: Members, place: Place): readonly Access[] {
  const items = (input.TransactItems ?? []) as readonly Readonly<Record<string, Members>>[];
  return items.flatMap((item) =>
    Object.entries(item).map(([name, each]) =>
      tableAccess(name === 'ConditionCheck' ? 'ConditionCheckItem' : `${name}Item`, each, place),
    ),
  );
}

/** The partition key that a call names in its key, its item or its key condition; undefined where it names none. */
function leadingKey(input: Members, key: string): string | undefined {
  const item = (input.Key ?? input.Item) as Readonly<Record<string, Members>> | undefined;
  const value = item?.[key] ?? conditionValue(input, key);
  return value === undefined ? undefined : String(Object.values(value)[0]);
}

function conditionValue(input: Members, key: string): Members | undefined {
  if (typeof input.KeyConditionExpression !== 'string') return undefined;
  const names = (input.ExpressionAttributeNames ?? {}) as Readonly<Record<string, string>>;
  const values = (input.ExpressionAttributeValues ?? {}) as Readonly<Record<string, Members>>;
  for (const [, name = '', placeholder = ''] of input.KeyConditionExpression.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)) {
    if ((names[name] ?? name) === key) return values[placeholder];
  }
  return undefined;
}

function arnOf(tableName: string, { region, account }: Place): string {
  return `arn:aws:dynamodb:${region}:${account}:table/${tableName}`;
}

/** DynamoDB Local's iterators hold the stream's ARN, in its own region. */
function streamOf(iterator: unknown, { region }: Place): string | undefined {
  const arn = typeof iterator === 'string' ? /arn:aws:dynamodb:[^|]+/.exec(iterator)?.[0] : undefined;
  return arn?.replace(/^arn:aws:dynamodb:[^:]+:/, `arn:aws:dynamodb:${region}:`);
}
