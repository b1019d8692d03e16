/** Reads one value out of an event; undefined where there is none. */
export type JsonPath = (value: unknown) => unknown;

/** `$.detail.name[0]`: names and indices, which are what rules may use and the engine knows. Undefined for any other path. */
export function compileJsonPath(path: string): JsonPath | undefined {
  if (!/^\$(\.[\w\-/]+|\[\d+\])*$/.test(path)) return undefined;
  const steps = [...path.matchAll(/\.([\w\-/]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
  return (value) => steps.reduce(take, value);
}

function take(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== (typeof step === 'number'))
    return undefined;
  return Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined;
}
