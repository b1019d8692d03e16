import { ServiceFailure } from '../../wire/failure.ts';
import { objectsOf, textOf, timeMsOf } from '../../wire/input.ts';
import type { Input, Output } from '../../wire/rpc.ts';
import { assertDefaultBus } from './bus.ts';
import type { NewEvent } from './event.ts';
import type { Rules } from './rules.ts';

const entriesMax = 10;
const requestBytesMax = 1_048_576;
/** An event's time counts as so many bytes. */
const timeBytes = 14;

type Refused = { readonly ErrorCode: string; readonly ErrorMessage: string };

/** Entries stand or fall one by one; only a call that is too large or too long fails whole. */
export function putEvents(rules: Rules, input: Input, nowMs: number): Output {
  if (input.EndpointId !== undefined) throw invalid('EndpointId: the local engine has no global endpoints');
  const entries = objectsOf(input, 'Entries') ?? [];
  if (entries.length === 0 || entries.length > entriesMax) {
    throw invalid(`Entries: ${entries.length} are none or more than ${entriesMax}`);
  }
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > requestBytesMax) {
    throw invalid('Total size of the entries in the request is over the limit.');
  }
  // A bus that is not there fails the call, before anything took effect: AWS takes such an entry and drops it.
  for (const entry of entries) assertDefaultBus(entry);
  const results = entries.map((entry) => {
    const read = readEntry(entry, nowMs);
    return 'ErrorCode' in read ? read : { EventId: rules.put(read).id };
  });
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

function readEntry(entry: Input, nowMs: number): NewEvent | Refused {
  const source = textOf(entry, 'Source') ?? '';
  const detailType = textOf(entry, 'DetailType') ?? '';
  const detail = textOf(entry, 'Detail') ?? '';
  if (source === '') return missing('Source');
  if (detailType === '') return missing('DetailType');
  if (detail === '') return missing('Detail');
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const parsed = parseDetail(detail);
  if (parsed === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const resources = Array.isArray(entry.Resources) ? entry.Resources.map(String) : [];
  return { source, detailType, detail: parsed, resources, timeMs: timeMsOf(entry, 'Time') ?? nowMs };
}

function missing(name: string): Refused {
  const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
  return { ErrorCode: 'InvalidArgument', ErrorMessage };
}

/** A JSON object; undefined for anything else. */
function parseDetail(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function entryBytes(entry: Input): number {
  const resources = Array.isArray(entry.Resources) ? entry.Resources : [];
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...resources].map((each) => String(each ?? ''));
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), entry.Time === undefined ? 0 : timeBytes);
}

function invalid(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'ValidationException', message });
}
