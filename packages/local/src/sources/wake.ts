import { cut, type Interceptor } from '../gateway/intercept.ts';
import type { EventSourceMappings } from './mappings.ts';

const writes: Readonly<Record<string, readonly string[]>> = {
  kinesis: ['PutRecord', 'PutRecords', 'SplitShard', 'MergeShards', 'UpdateShardCount'],
  dynamodb: ['PutItem', 'UpdateItem', 'DeleteItem'],
};

/** Writes that name their tables deep inside, or in a statement: any table may be meant. */
const writesToAnyTable = [
  ...['BatchWriteItem', 'TransactWriteItems'],
  ...['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'],
];

/** Lets mappings look at a stream as soon as something was written to it, instead of when they would look next. */
export function wakeMappings(
  mappings: Pick<EventSourceMappings, 'wake' | 'wakeTables'>,
  place: { readonly region: string; readonly account: string },
): Interceptor {
  return async (call, proceed) => {
    const answer = await proceed();
    const { service, operation } = call.request;
    if (answer === cut || answer.status >= 300) return answer;
    if (service === 'dynamodb' && writesToAnyTable.includes(operation)) mappings.wakeTables();
    if (call.resource === undefined || !writes[service]?.includes(operation)) return answer;
    const kind = service === 'kinesis' ? 'stream' : 'table';
    mappings.wake(`arn:aws:${service}:${place.region}:${place.account}:${kind}/${call.resource}`);
    return answer;
  };
}
