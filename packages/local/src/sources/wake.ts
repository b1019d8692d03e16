import { cut, type Interceptor } from '../gateway/intercept.ts';

const writes: Readonly<Record<string, readonly string[]>> = {
  kinesis: ['PutRecord', 'PutRecords', 'SplitShard', 'MergeShards', 'UpdateShardCount'],
  dynamodb: ['PutItem', 'UpdateItem', 'DeleteItem'],
};

/** Writes that name their tables deep inside, or in a statement: any table may be meant. */
const writesToAnyTable = [
  ...['BatchWriteItem', 'TransactWriteItems'],
  ...['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'],
];

/** Those that read streams: event source mappings and pipes. */
export interface Reader {
  /** Something was written to this stream, or to the table whose stream it is. */
  wake(arn: string): void;
  /** Something was written to some table. */
  wakeTables?(): void;
}

/** Lets readers look at a stream as soon as something was written to it, instead of when they would look next. More may come. */
export function wakeReaders(
  readers: readonly Reader[],
  place: { readonly region: string; readonly account: string },
): Interceptor {
  return async (call, proceed) => {
    const answer = await proceed();
    const { service, operation } = call.request;
    if (answer === cut || answer.status >= 300) return answer;
    if (service === 'dynamodb' && writesToAnyTable.includes(operation))
      for (const reader of readers) reader.wakeTables?.();
    if (call.resource === undefined || !writes[service]?.includes(operation)) return answer;
    const kind = service === 'kinesis' ? 'stream' : 'table';
    const arn = `arn:aws:${service}:${place.region}:${place.account}:${kind}/${call.resource}`;
    for (const reader of readers) reader.wake(arn);
    return answer;
  };
}
