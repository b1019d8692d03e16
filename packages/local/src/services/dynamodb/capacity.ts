import type { AwsRequest } from '../../gateway/service.ts';
import type { Consumption } from '../../meter/consumption.ts';
import { type AttributeMap, itemBytes } from './item-size.ts';
import type { LocalAnswer } from './service.ts';

/** Which units an operation consumes. */
const unitOf: Readonly<Record<string, UnitKind>> = {
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

export type UnitKind = 'readUnits' | 'writeUnits';

/** What a call consumed of one table. */
export interface TableUnits {
  readonly tableName: string;
  readonly kind: UnitKind;
  readonly units: number;
}

/** Undefined for an operation that consumes nothing. */
export function unitKindOf(operation: string): UnitKind | undefined {
  return Object.hasOwn(unitOf, operation) ? unitOf[operation] : undefined;
}

export interface MeteredAnswer {
  readonly consumption?: Consumption;
  /** The same by table. */
  readonly tables: readonly TableUnits[];
  /** The answer as its caller is to see it. */
  readonly visible: string;
}

/** What the call consumed, and its answer. */
export function capacityOf(request: Pick<AwsRequest, 'operation' | 'body'>, answer: LocalAnswer): MeteredAnswer {
  const output = parse(answer.text);
  const kind = unitKindOf(request.operation);
  if (output === undefined || kind === undefined) return { tables: [], visible: answer.text };
  // DynamoDB Local reports a transaction as if it were none; AWS bills twice that.
  const factor = request.operation.startsWith('Transact') ? 2 : 1;
  const consumed = answer.status === 200 ? consumedIn(output.ConsumedCapacity) : failedIn(output, request.body);
  const tables = consumed.map(({ tableName, units }) => ({ tableName, kind, units: factor * units }));
  const total = tables.reduce((sum, { units }) => sum + units, 0);
  if (answer.status !== 200) {
    return { tables, visible: answer.text, ...(total === 0 ? {} : { consumption: { [kind]: total } }) };
  }
  const consumption = { [kind]: total };
  if (hasAsked(request.body)) return { consumption, tables, visible: answer.text };
  const { ConsumedCapacity: _, ...visible } = output;
  return { consumption, tables, visible: JSON.stringify(visible) };
}

function hasAsked(body: Buffer): boolean {
  if (!body.includes(askedFor)) return false;
  const asked = parse(body.toString('utf8'))?.ReturnConsumedCapacity;
  return asked === 'TOTAL' || asked === 'INDEXES';
}

type Consumed = Omit<TableUnits, 'kind'>;

/** One entry, or one a table. */
function consumedIn(consumed: unknown): readonly Consumed[] {
  const entries: readonly unknown[] = Array.isArray(consumed) ? consumed : [consumed];
  return entries.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null || !('CapacityUnits' in entry)) return [];
    return [{ tableName: tableIn(entry), units: Number(entry.CapacityUnits) }];
  });
}

/** A failed condition costs a write of the item that stands there, at least one unit. */
function failedIn(output: Readonly<Record<string, unknown>>, body: Buffer): readonly Consumed[] {
  const type = String(output.__type);
  const isOne = type.endsWith('#ConditionalCheckFailedException');
  const isTransaction = type.endsWith('#TransactionCanceledException');
  if (!isOne && !isTransaction) return [];
  const input = parse(body.toString('utf8')) ?? {};
  if (isOne) return [{ tableName: tableIn(input), units: unitsOf(output.Item) }];
  const items: readonly unknown[] = Array.isArray(input.TransactItems) ? input.TransactItems : [];
  const reasons: readonly unknown[] = Array.isArray(output.CancellationReasons) ? output.CancellationReasons : [];
  return reasons.map((reason, index) => {
    const item = typeof reason === 'object' && reason !== null && 'Item' in reason ? reason.Item : undefined;
    return { tableName: tableIn(Object.values(items[index] ?? {})[0]), units: unitsOf(item) };
  });
}

/** A table may be named by its ARN. */
function tableIn(value: unknown): string {
  const isObject = typeof value === 'object' && value !== null && 'TableName' in value;
  const name = isObject ? String(value.TableName) : '';
  return name.slice(name.lastIndexOf('/') + 1);
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
