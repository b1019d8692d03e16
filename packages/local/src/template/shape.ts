import { functionOf } from './intrinsic.ts';

/**
 * What the engine does with one property of a resource type:
 * - `used`: it acts on the property, whatever its value (bad values are refused where it acts);
 * - `without effect`: it stands there and changes nothing locally, for the reason given;
 * - `only`: some values mean what the engine does anyway, all others are refused;
 * - `checked`: it acts on the property, and says of some values why it cannot;
 * - `object` and `list`: as the members say.
 */
export type Shape =
  | { readonly kind: 'used' }
  | { readonly kind: 'without effect'; readonly reason: string }
  | { readonly kind: 'only'; readonly values: readonly unknown[]; readonly reason: string }
  | { readonly kind: 'checked'; readonly check: (value: unknown, path: string) => readonly string[] }
  | { readonly kind: 'object'; readonly members: Members }
  | { readonly kind: 'list'; readonly item: Shape };

export type Members = Readonly<Record<string, Shape>>;

export const used: Shape = { kind: 'used' };
export const withoutEffect = (reason: string): Shape => ({ kind: 'without effect', reason });
export const only = (values: readonly unknown[], reason: string): Shape => ({ kind: 'only', values, reason });
export const checked = (check: (value: unknown, path: string) => readonly string[]): Shape => ({
  kind: 'checked',
  check,
});
export const object = (members: Members): Shape => ({ kind: 'object', members });
export const listOf = (item: Shape): Shape => ({ kind: 'list', item });

/** Why the value cannot be run, one sentence a reason; none when it can. Calls of intrinsic functions are taken on trust. */
export function refusals(shape: Shape, value: unknown, path: string): readonly string[] {
  if (functionOf(value) !== undefined) return [];
  switch (shape.kind) {
    case 'used':
    case 'without effect':
      return [];
    case 'only': {
      if (shape.values.some((each) => JSON.stringify(each) === JSON.stringify(value))) return [];
      const allowed = shape.values.map((each) => JSON.stringify(each)).join(', ');
      return [`${path}: ${JSON.stringify(value)} is not supported (${shape.reason}); supported: ${allowed}`];
    }
    case 'list':
      return Array.isArray(value)
        ? value.flatMap((item, index) => refusals(shape.item, item, `${path}[${index}]`))
        : [`${path}: a list was expected, not ${JSON.stringify(value)}`];
    case 'checked':
      return shape.check(value, path);
    case 'object':
      return objectRefusals(shape.members, value, path);
  }
}

function objectRefusals(members: Members, value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path}: an object was expected, not ${JSON.stringify(value)}`];
  }
  return Object.entries(value).flatMap(([name, each]) => {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member !== undefined) return refusals(member, each, `${path}.${name}`);
    const supported = Object.keys(members).sort().join(', ');
    return [`${path}.${name} is not supported; supported: ${supported}`];
  });
}
