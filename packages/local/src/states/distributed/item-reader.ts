import { StateFailure } from '../failure.ts';
import type { SdkClients, TaskCaller } from '../integrations/clients.ts';
import { failureOf } from '../integrations/service-error.ts';
import type { DistributedMap, MapItem } from '../map-runner.ts';
import { parseCsv } from './csv.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Reading {
  readonly map: DistributedMap;
  readonly clients: SdkClients;
  readonly caller: TaskCaller;
}

/** The items of a map, read from S3 where it has a reader. Throws `States.ItemReaderFailed`. */
export async function readItems(reading: Reading): Promise<readonly MapItem[]> {
  const { map } = reading;
  const reader = map.state.ItemReader;
  if (reader === undefined) return numbered(map.items ?? []);
  const given = await map.evaluate(reader.Arguments, 'ItemReader/Arguments');
  if (typeof given !== 'object' || given === null) throw failed('The Arguments of the ItemReader are no object');
  const config = (reader.ReaderConfig ?? {}) as Fields;
  const maximum = config.MaxItems === undefined ? 0 : await map.evaluate(config.MaxItems, 'ItemReader/ReaderConfig');
  const max = typeof maximum === 'number' && maximum > 0 ? maximum : Number.POSITIVE_INFINITY;
  if (String(reader.Resource).endsWith(':listObjectsV2')) return numbered(await listed(reading, given as Fields, max));
  const items = numbered(parse(await objectText(reading, given as Fields), config));
  return items.slice(0, Math.min(max, items.length));
}

function numbered(items: readonly unknown[] | Readonly<Record<string, unknown>>): readonly MapItem[] {
  if (Array.isArray(items)) return items.map((value: unknown, index) => ({ index, value }));
  return Object.entries(items).map(([key, value], index) => ({ index, key, value }));
}

/** One item an object of the bucket, as Step Functions writes it. */
async function listed(reading: Reading, given: Fields, max: number): Promise<readonly object[]> {
  const items: object[] = [];
  let ContinuationToken: unknown;
  do {
    const input = { ...given, ...(ContinuationToken === undefined ? {} : { ContinuationToken }) };
    const output = await call(reading, 'ListObjectsV2', input);
    for (const each of (output.Contents ?? []) as readonly Fields[]) {
      const { ETag, Key, LastModified, Size, StorageClass = 'STANDARD' } = each;
      const seconds = LastModified instanceof Date ? Math.floor(LastModified.getTime() / 1_000) : undefined;
      items.push({ Etag: ETag, Key, LastModified: seconds, Size, StorageClass });
    }
    ContinuationToken = output.NextContinuationToken;
  } while (ContinuationToken !== undefined && items.length < max);
  return items.slice(0, Math.min(max, items.length));
}

async function objectText(reading: Reading, given: Fields): Promise<string> {
  const { Body } = await call(reading, 'GetObject', given);
  return (Body as { transformToString(): Promise<string> }).transformToString();
}

async function call({ clients, caller, map }: Reading, operation: string, input: Fields): Promise<Fields> {
  const module = await clients.load('s3');
  try {
    return (await clients.call({ service: 's3', operation, input, caller, signal: map.signal })).output;
  } catch (error) {
    const names = { prefix: 'S3', general: 'S3Exception', service: 'S3', style: 'sdk' } as const;
    throw failed(failureOf(error, names, module).message);
  }
}

function parse(text: string, config: Fields): readonly unknown[] | Readonly<Record<string, unknown>> {
  try {
    switch (config.InputType) {
      case 'CSV': {
        const headers = config.CSVHeaderLocation === 'GIVEN' ? (config.CSVHeaders as readonly string[]) : undefined;
        return parseCsv(text, { delimiter: config.CSVDelimiter as string | undefined, headers });
      }
      case 'JSONL':
        return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as unknown]));
      default:
        return itemsOf(JSON.parse(text), config.ItemsPointer);
    }
  } catch (error) {
    if (error instanceof StateFailure) throw error;
    throw failed(
      `The object cannot be read as ${String(config.InputType)}: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

/** `pointer` is a JSON pointer: `/orders/items`. */
function itemsOf(value: unknown, pointer: unknown): readonly unknown[] | Readonly<Record<string, unknown>> {
  const steps = typeof pointer === 'string' ? pointer.split('/').slice(1) : [];
  const found = steps.reduce<unknown>((from, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof from === 'object' && from !== null ? (from as Fields)[name] : undefined;
  }, value);
  if (typeof found === 'object' && found !== null) return found as readonly unknown[];
  throw failed('The object holds neither a list nor an object to take items from');
}

function failed(cause: string): StateFailure {
  return StateFailure.reserved('States.ItemReaderFailed', cause);
}
