import type { StreamRecord } from '../count/record.ts';
import { isSequenceNumber } from '../series/sequence.ts';
import type { BadArchive } from './object.ts';

/** What a line decodes to. */
export type ArchivedLine = { readonly kind: 'record'; readonly record: StreamRecord } | BadArchive;

/** One Kinesis record as one line, without its end: the same text for the same record, whoever writes it. */
export function encodeLine({ sequenceNumber, partitionKey, arrivalMs, data }: StreamRecord): string {
  return JSON.stringify({ sequenceNumber, partitionKey, arrivalMs, data });
}

/** The record of a line without its end, or which field is wrong. Fields that a later version might add are passed over. */
export function decodeLine(line: string): ArchivedLine {
  const parsed = parse(line);
  if (parsed === undefined) return bad('line', `is not a JSON object: ${cut(line)}`);
  const { sequenceNumber, partitionKey, arrivalMs, data } = parsed;
  if (typeof sequenceNumber !== 'string' || !isSequenceNumber(sequenceNumber))
    return bad('sequenceNumber', `${show(sequenceNumber)} is not a decimal`);
  if (typeof partitionKey !== 'string') return bad('partitionKey', `${show(partitionKey)} is not a string`);
  if (!isInstant(arrivalMs)) return bad('arrivalMs', `${show(arrivalMs)} is not in milliseconds since the epoch`);
  if (!isBase64(data)) return bad('data', `${show(data)} is not base64`);
  return { kind: 'record', record: { sequenceNumber, partitionKey, arrivalMs, data } };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isInstant(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isBase64(value: unknown): value is string {
  return typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}

function bad(field: string, detail: string): BadArchive {
  return { kind: 'bad', field, detail };
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`;
}
