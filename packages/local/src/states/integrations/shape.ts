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

/** Members by the names that tasks have for them, which begin with a capital letter whatever the service writes. */
export function membersOf(schema: NormalizedSchema): ReadonlyMap<string, NormalizedSchema> {
  return new Map([...schema.structIterator()].map(([name, member]) => [pascal(name), member]));
}

/** The names of members that must be given, as tasks write them. */
export function requiredOf(schema: NormalizedSchema): readonly string[] {
  // A structure's schema is [3, namespace, name, traits, names, members, how many of the first are required].
  const [, , , , names, , required] = schema.getSchema() as unknown as readonly unknown[];
  if (!Array.isArray(names) || typeof required !== 'number') return [];
  return names.slice(0, required).map((name) => pascal(String(name)));
}

/** `createPipe` is `CreatePipe`. */
export function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
