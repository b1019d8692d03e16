import type { AwsRequest } from '../../gateway/service.ts';
import type { Consumption } from '../../meter/consumption.ts';
import { type AttributeMap, itemBytes } from './item-size.ts';
import type { LocalAnswer } from './service.ts';

/** Which units an operation consumes. */
const unitOf: Readonly<Record<string, 'readUnits' | 'writeUnits'>> = {
  GetItem: 'readUnits',
  BatchGetItem: 'readUnits',
  Query: 'readUnits',
  Scan: 'readUnits',
  TransactGetItems: 'readUnits',
  PutItem: 'writeUnits',
  UpdateItem: 'writeUnits',
  DeleteItem: 'writeUnits',
  BatchWriteItem: 'writeUnits',
  TransactWriteItems: 'writeUnits',
};

const askedFor = '"ReturnConsumedCapacity"';

/**
 * The call's input with the consumed capacity asked for. What the caller asked for itself stands; `isMetered` says
 * whether the operation consumes anything.
 */
export function withCapacityAsked(operation: string, text: string): { isMetered: boolean; text: string } {
  if (unitOf[operation] === undefined) return { isMetered: false, text };
  if (!text.includes(askedFor)) {
    const rest = text.trimStart().slice(1);
    const isEmpty = rest.trimStart().startsWith('}');
    return { isMetered: true, text: `{${askedFor}:"TOTAL"${isEmpty ? '' : ','}${rest}` };
  }
  const input = parse(text);
  // Not JSON: DynamoDB says so itself.
  if (input === undefined) return { isMetered: false, text };
  const asked = input.ReturnConsumedCapacity;
  if (asked === 'TOTAL' || asked === 'INDEXES') return { isMetered: true, text };
  return { isMetered: true, text: JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }) };
}

/** What the call consumed, and the answer as its caller is to see it. */
export function capacityOf(
  request: Pick<AwsRequest, 'operation' | 'body'>,
  answer: LocalAnswer,
): { consumption?: Consumption; visible: string } {
  const output = parse(answer.text);
  const unit = unitOf[request.operation];
  if (output === undefined || unit === undefined) return { visible: answer.text };
  if (answer.status !== 200) {
    const units = failedUnits(output);
    return { visible: answer.text, ...(units === 0 ? {} : { consumption: { [unit]: units } }) };
  }
  // DynamoDB Local reports a transaction as if it were none; AWS bills twice that.
  const factor = request.operation.startsWith('Transact') ? 2 : 1;
  const consumption = { [unit]: factor * sum(output.ConsumedCapacity) };
  if (hasAsked(request.body)) return { consumption, visible: answer.text };
  const { ConsumedCapacity: _, ...visible } = output;
  return { consumption, visible: JSON.stringify(visible) };
}

function hasAsked(body: Buffer): boolean {
  if (!body.includes(askedFor)) return false;
  const asked = parse(body.toString('utf8'))?.ReturnConsumedCapacity;
  return asked === 'TOTAL' || asked === 'INDEXES';
}

/** One entry, or one a table. */
function sum(consumed: unknown): number {
  const entries: readonly unknown[] = Array.isArray(consumed) ? consumed : [consumed];
  return entries.reduce<number>((units, entry) => {
    const each = typeof entry === 'object' && entry !== null && 'CapacityUnits' in entry ? entry.CapacityUnits : 0;
    return units + (typeof each === 'number' ? each : 0);
  }, 0);
}

/** A failed condition costs a write of the item that stands there, at least one unit; a transaction twice that. */
function failedUnits(output: Readonly<Record<string, unknown>>): number {
  const type = String(output.__type);
  if (type.endsWith('#ConditionalCheckFailedException')) return unitsOf(output.Item);
  if (!type.endsWith('#TransactionCanceledException') || !Array.isArray(output.CancellationReasons)) return 0;
  return output.CancellationReasons.reduce<number>((units, reason) => units + 2 * unitsOf(reason?.Item), 0);
}

function unitsOf(item: unknown): number {
  if (typeof item !== 'object' || item === null) return 1;
  return Math.max(1, Math.ceil(itemBytes(item as AttributeMap) / 1_024));
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
