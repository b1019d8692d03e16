import { NormalizedSchema } from '@smithy/core/schema';
import type { SdkModule, SdkService } from './sdk-services.ts';

/** Names no operation of the service, or one whose messages are streams of events. */
export type Shape = { readonly input: NormalizedSchema; readonly output: NormalizedSchema };

/** What an action takes and gives, from the schemas of its client; undefined where the service has no such action. */
export function shapeOf(module: SdkModule, action: string): Shape | undefined {
  const schema = module[`${pascal(action)}$`];
  // An operation's schema: kind 9, namespace, name, traits, input, output.
  if (!Array.isArray(schema) || schema[0] !== 9) return undefined;
  const [, , , , input, output] = schema;
  return { input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) };
}

export function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function camel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The name that a member of the schema has in tasks. */
function nameInTasks(member: string, { isCamelCase }: SdkService): string {
  return isCamelCase ? pascal(member) : member;
}

/**
 * A task's arguments as the client takes them: times become dates; what is bytes is the JSON of whatever is given, of a
 * string too, which keeps its quotation marks. Members that the action does not have are an error of `unknown`.
 */
export function toInput(
  service: SdkService,
  schema: NormalizedSchema,
  value: unknown,
  unknown: string[],
  path = '',
): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isBlobSchema() || schema.isStreaming()) return Buffer.from(JSON.stringify(value), 'utf8');
  if (schema.isTimestampSchema()) return typeof value === 'number' ? new Date(value * 1_000) : new Date(String(value));
  if (schema.isDocumentSchema()) return value;
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((item, index) => toInput(service, schema.getValueSchema(), item, unknown, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || Array.isArray(value)) return scalar(schema, value);
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, toInput(service, item, each, unknown, `${path}.${key}`)]),
    );
  }
  if (!schema.isStructSchema()) return value;
  const members = new Map(
    [...schema.structIterator()].map(([name, member]) => [nameInTasks(name, service), { name, member }]),
  );
  const input: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    const known = members.get(key);
    const memberPath = path === '' ? key : `${path}.${key}`;
    if (known === undefined) unknown.push(memberPath);
    else input[known.name] = toInput(service, known.member, each, unknown, memberPath);
  }
  return input;
}

/** Text where the service wants text: a queue's attributes, for instance, are given as numbers as often as not. */
function scalar(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isStringSchema() && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  if (schema.isStringSchema() && typeof value === 'object') return JSON.stringify(value);
  return value;
}
