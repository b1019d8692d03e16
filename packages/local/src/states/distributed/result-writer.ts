import type { ExecutionRecord } from '../../services/states/execution-record.ts';
import { StateFailure } from '../failure.ts';
import type { SdkClients, TaskCaller } from '../integrations/clients.ts';
import { failureOf } from '../integrations/service-error.ts';
import type { DistributedMap } from '../map-runner.ts';
import type { Child } from './map-run.ts';

interface Writing {
  readonly map: DistributedMap;
  readonly mapRunArn: string;
  readonly clients: SdkClients;
  readonly caller: TaskCaller;
}

interface WrittenFile {
  readonly Key: string;
  readonly Size: number;
}

type Config = { readonly Transformation?: string; readonly OutputType?: string };

/** Objects of results are kept below the size that the engine's S3 takes. */
const fileBytesMax = 8 * 1024 * 1024;

/** The state's result where nothing is written: what the children came to, in the order of the items. */
export function resultsOf(children: readonly Child[]): unknown {
  return children.flatMap((child) => transformed(child, 'COMPACT'));
}

/** Whether results are written to S3. */
export function writesResults({ state }: DistributedMap): boolean {
  return state.ResultWriter !== undefined;
}

/**
 * Writes `SUCCEEDED_0.json`, `FAILED_0.json`, `PENDING_0.json` and so on, then `manifest.json`, below the prefix and the map run's id; gives
 * the state's result, which says where. Throws `States.ResultWriterFailed`.
 */
export async function writeResults(writing: Writing, children: readonly Child[]): Promise<unknown> {
  const { map, mapRunArn } = writing;
  const given = await map.evaluate(map.state.ResultWriter?.Arguments, 'ResultWriter/Arguments');
  const { Bucket, Prefix } = (given ?? {}) as { readonly Bucket?: unknown; readonly Prefix?: unknown };
  if (typeof Bucket !== 'string') throw failed('The Arguments of the ResultWriter name no Bucket');
  const { Transformation = 'NONE', OutputType = 'JSON' } = (map.state.ResultWriter?.WriterConfig ?? {}) as Config;
  const parts = [...(typeof Prefix === 'string' && Prefix !== '' ? [Prefix] : []), mapRunArn.split(':').at(-1) ?? ''];
  const folder = parts.join('/');
  const ResultFiles: Record<string, readonly WrittenFile[]> = {};
  for (const kind of ['FAILED', 'PENDING', 'SUCCEEDED']) {
    const items = children
      .filter((child) => kindOf(child) === kind)
      .flatMap((child) => transformed(child, Transformation));
    const files: WrittenFile[] = [];
    for (const [index, text] of texts(items, OutputType).entries()) {
      const Key = `${folder}/${kind}_${index}.${OutputType.toLowerCase()}`;
      await put(writing, Bucket, Key, text);
      files.push({ Key, Size: Buffer.byteLength(text) });
    }
    ResultFiles[kind] = files;
  }
  const Key = `${folder}/manifest.json`;
  await put(writing, Bucket, Key, JSON.stringify({ DestinationBucket: Bucket, MapRunArn: mapRunArn, ResultFiles }));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
}

function kindOf({ record }: Child): string {
  if (record === undefined) return 'PENDING';
  return record.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
}

/** NONE gives all that is known of a child, COMPACT what it came to, FLATTEN the items of that; of one that failed, all that is known. */
function transformed({ input, record }: Child, transformation: string): readonly unknown[] {
  if (record === undefined) {
    return [{ Input: JSON.stringify(input.input), InputDetails: { Included: true }, Status: 'PENDING' }];
  }
  if (record.status !== 'SUCCEEDED' || transformation === 'NONE') return [describe(record)];
  const output: unknown = record.output === undefined ? null : JSON.parse(record.output);
  return transformation === 'FLATTEN' && Array.isArray(output) ? output : [output];
}

function describe(record: ExecutionRecord): object {
  const { executionArn, name, stateMachineArn, status, input, output, error, cause, startedMs, stoppedMs } = record;
  return {
    ...(cause === undefined ? {} : { Cause: cause }),
    ...(error === undefined ? {} : { Error: error }),
    ...{ ExecutionArn: executionArn, Input: input, InputDetails: { Included: true }, Name: name },
    ...(output === undefined ? {} : { Output: output, OutputDetails: { Included: true } }),
    ...{
      RedriveCount: record.redriveCount,
      StartDate: new Date(startedMs).toISOString(),
      StateMachineArn: stateMachineArn,
    },
    ...{ Status: status, StopDate: stoppedMs === undefined ? undefined : new Date(stoppedMs).toISOString() },
  };
}

/** The items as the texts of files; none for no items. */
function texts(items: readonly unknown[], outputType: string): readonly string[] {
  const files: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const text = JSON.stringify(item);
    const size = Buffer.byteLength(text) + 1;
    if (bytes + size > fileBytesMax) {
      files.push([]);
      bytes = 0;
    }
    files.at(-1)?.push(text);
    bytes += size;
  }
  return files.map((lines) => (outputType === 'JSONL' ? `${lines.join('\n')}\n` : `[${lines.join(',')}]`));
}

async function put({ map, clients, caller }: Writing, Bucket: string, Key: string, text: string): Promise<void> {
  const module = await clients.load('s3');
  const input = { Bucket, Key, Body: Buffer.from(text), ContentType: 'application/json' };
  try {
    await clients.call({ service: 's3', operation: 'PutObject', input, caller, signal: map.signal });
  } catch (error) {
    const names = { prefix: 'S3', general: 'S3Exception', service: 'S3', style: 'sdk' } as const;
    throw failed(failureOf(error, names, module).message);
  }
}

function failed(cause: string): StateFailure {
  return StateFailure.reserved('States.ResultWriterFailed', cause);
}
