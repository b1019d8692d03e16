import type { NormalizedSchema } from '@smithy/core/schema';
import { membersOf, type Style } from './shape.ts';

/** An input of the client, or what is wrong with the arguments. */
export interface Converted {
  readonly input: Readonly<Record<string, unknown>>;
  readonly mistakes: readonly string[];
}

interface Conversion {
  readonly style: Style;
  readonly mistakes: string[];
}

/**
 * A task's arguments as the SDK's client takes them: members by the service's own names, times as dates. What is bytes is
 * the JSON of whatever is given, which leaves text its quotation marks, as Step Functions does. Its own integrations write
 * objects as JSON where the service takes text: a message's body, an execution's input.
 */
export function toInput(schema: NormalizedSchema, value: unknown, style: Style): Converted {
  const mistakes: string[] = [];
  const input = convertIn(schema, value, '', { mistakes, style });
  return { input: typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {}, mistakes };
}

function convertIn(schema: NormalizedSchema, value: unknown, path: string, conversion: Conversion): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isBlobSchema()) return Buffer.from(JSON.stringify(value), 'utf8');
  if (schema.isTimestampSchema()) return timeIn(value, path, conversion);
  if (schema.isDocumentSchema()) return value;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return wrong(conversion, path, 'a list', value);
    return value.map((item, index) => convertIn(schema.getValueSchema(), item, `${path}[${index}]`, conversion));
  }
  if (schema.isMapSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) return wrong(conversion, path, 'an object', value);
    const each = Object.entries(value).map(
      ([key, item]) => [key, convertIn(schema.getValueSchema(), item, `${path}.${key}`, conversion)] as const,
    );
    return Object.fromEntries(each);
  }
  if (isStructure(schema)) return structureIn(schema, value, path, conversion);
  if (!schema.isStringSchema()) return typeof value === 'object' ? wrong(conversion, path, 'no object', value) : value;
  // Numbers stand for their text, as in the attribute values of DynamoDB.
  if (typeof value !== 'object') return String(value);
  return conversion.style === 'optimized' ? JSON.stringify(value) : wrong(conversion, path, 'no object', value);
}

function structureIn(schema: NormalizedSchema, value: unknown, path: string, conversion: Conversion): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong(conversion, path, 'an object', value);
  }
  const members = membersOf(schema, conversion.style);
  const input: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) {
    const member = members.get(name);
    const memberPath = path === '' ? name : `${path}.${name}`;
    if (member === undefined) {
      conversion.mistakes.push(`The field ${JSON.stringify(memberPath)} is not supported by Step Functions`);
    } else input[member.getMemberName()] = convertIn(member, each, memberPath, conversion);
  }
  return input;
}

function timeIn(value: unknown, path: string, conversion: Conversion): unknown {
  const date = typeof value === 'number' ? new Date(value * 1_000) : new Date(String(value));
  return Number.isNaN(date.getTime()) ? wrong(conversion, path, 'a time', value) : date;
}

function wrong({ mistakes }: Conversion, path: string, wanted: string, value: unknown): undefined {
  mistakes.push(`The field ${JSON.stringify(path)} must be ${wanted}, and is ${JSON.stringify(value)}`);
  return undefined;
}

/** What the client gave, as a task's result: bytes are text, times text or milliseconds, and nothing is absent. */
export function toOutput(schema: NormalizedSchema, value: unknown, style: Style): unknown {
  if (schema.isUnitSchema()) return {};
  if (value instanceof Date) return style === 'sdk' ? isoSeconds(value) : value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) {
    const item = schema.isListSchema() ? schema.getValueSchema() : schema;
    return value.map((each) => toOutput(item, each, style));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toOutput(item, each, style)]));
  }
  if (!isStructure(schema)) return value;
  const given = value as Readonly<Record<string, unknown>>;
  const output: Record<string, unknown> = {};
  for (const [name, member] of membersOf(schema, style)) {
    const each = given[member.getMemberName()];
    if (each !== undefined) output[name] = toOutput(member, each, style);
  }
  return output;
}

function isStructure(schema: NormalizedSchema): boolean {
  return schema.isStructSchema() || schema.isUnionSchema();
}

/** Without a fraction where there is none. */
function isoSeconds(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
