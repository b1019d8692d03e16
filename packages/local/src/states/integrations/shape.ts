import { NormalizedSchema } from '@smithy/core/schema';
import type { SdkModule } from './sdk-services.ts';

/** What an action takes and gives. */
export interface Shape {
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/** From the schemas of the service's client; undefined where the service has no such action. */
export function shapeOf(module: SdkModule, action: string): Shape | undefined {
  const schema = module[`${pascal(action)}$`];
  // An operation's schema is [9, namespace, name, traits, input, output].
  if (!Array.isArray(schema) || schema[0] !== 9) return undefined;
  return { input: NormalizedSchema.of(schema[4]), output: NormalizedSchema.of(schema[5]) };
}

/** Who makes the call: Step Functions' own integration, or the SDK, whose names for members and times are others. */
export type Style = 'optimized' | 'sdk';

/** Members by the names that tasks have for them. */
export function membersOf(schema: NormalizedSchema, style: Style): ReadonlyMap<string, NormalizedSchema> {
  return new Map([...schema.structIterator()].map(([name, member]) => [memberName(name, style), member]));
}

/** The names of members that must be given, as tasks write them. */
export function requiredOf(schema: NormalizedSchema, style: Style): readonly string[] {
  // A structure's schema is [3, namespace, name, traits, names, members, how many of the first are required].
  const [, , , , names, , required] = schema.getSchema() as unknown as readonly unknown[];
  if (!Array.isArray(names) || typeof required !== 'number') return [];
  return names.slice(0, required).map((name) => memberName(String(name), style));
}

/** `createPipe` is `CreatePipe`. */
export function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * What tasks call a member: with a capital letter first, and for the SDK as that for Java does. An abbreviation that begins the
 * name is a word there (`UUID` is `Uuid`, `DBName` is `DbName`), and what Java cannot name is another (`NULL` is `Nul`).
 */
export function memberName(name: string, style: Style): string {
  if (style === 'optimized') return pascal(name);
  if (name === 'NULL') return 'Nul';
  return pascal(name).replace(
    /^[A-Z][A-Z0-9]*(?=[A-Z][a-z]|$)/,
    (word) => word.charAt(0) + word.slice(1).toLowerCase(),
  );
}
