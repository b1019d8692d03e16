/** Reads one value out of an event; undefined where there is none. With wildcards it is the list of what they find. */
export type JsonPath = (value: unknown) => unknown;

export interface JsonPathOptions {
  /** Whether `[*]` and `.*` may stand for every element and every member. */
  readonly wildcards?: boolean;
}

/** `$.detail.name[0]`: names and indices, which are what rules may use and the engine knows. Undefined for any other path. */
export function compileJsonPath(path: string, { wildcards = false }: JsonPathOptions = {}): JsonPath | undefined {
  const shape = wildcards ? /^\$(\.[\w\-/]+|\.\*|\[\d+\]|\[\*\])*$/ : /^\$(\.[\w\-/]+|\[\d+\])*$/;
  if (!shape.test(path)) return undefined;
  const steps = [...path.matchAll(/\.([\w\-/]+|\*)|\[(\d+|\*)\]/g)].map(([, name, index]): Step => {
    if (name === '*' || index === '*') return every;
    return name ?? Number(index);
  });
  if (!steps.includes(every)) return (value) => steps.reduce<unknown>(takeOne, value);
  return (value) =>
    steps.reduce<readonly unknown[]>((found, step) => found.flatMap((each) => take(each, step)), [value]);
}

const every = Symbol('every');
type Step = string | number | typeof every;

function takeOne(value: unknown, step: Step): unknown {
  return take(value, step)[0];
}

function take(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === every) return Object.values(value);
  if (Array.isArray(value) !== (typeof step === 'number')) return [];
  return Object.hasOwn(value, step) ? [(value as Record<string | number, unknown>)[step]] : [];
}
