import type { NormalizedSchema } from '@smithy/core/schema';
import { membersOf, requiredOf, type Style } from './shape.ts';

/**
 * What is wrong with the arguments of a task as its definition has them: fields that the action does not have, and fields
 * that it must be given. What an expression will come to is taken on trust.
 */
export function argumentMistakes(schema: NormalizedSchema, template: unknown, style: Style): readonly string[] {
  // Without arguments the state's input stands in their place.
  if (template === undefined || isExpression(template)) return [];
  if (!isObject(template)) return ['its Arguments are no object'];
  return [...unknownFields(schema, template, '', style), ...missingFields(schema, template, style)];
}

function missingFields(schema: NormalizedSchema, template: object, style: Style): readonly string[] {
  const missing = requiredOf(schema, style).filter((name) => !Object.hasOwn(template, name));
  return missing.map((name) => `the field ${JSON.stringify(name)} is required and missing`);
}

function unknownFields(schema: NormalizedSchema, template: unknown, path: string, style: Style): readonly string[] {
  if (schema.isListSchema() && Array.isArray(template)) {
    return template.flatMap((item, index) => unknownFields(schema.getValueSchema(), item, `${path}[${index}]`, style));
  }
  if (!isObject(template) || schema.isBlobSchema() || schema.isDocumentSchema()) return [];
  if (schema.isMapSchema()) {
    return Object.entries(template).flatMap(([key, item]) =>
      unknownFields(schema.getValueSchema(), item, `${path}.${key}`, style),
    );
  }
  if (!schema.isStructSchema() && !schema.isUnionSchema()) return [];
  const members = membersOf(schema, style);
  return Object.entries(template).flatMap(([name, item]) => {
    const member = members.get(name);
    const memberPath = path === '' ? name : `${path}.${name}`;
    if (member === undefined) return [`the field ${JSON.stringify(memberPath)} is not supported by Step Functions`];
    return unknownFields(member, item, memberPath, style);
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isExpression(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('{%');
}
