/** A result that JSON cannot express: a function, a number out of range. */
export class NotPlain extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotPlain';
  }
}

/**
 * A copy as plain JSON. Sequences become arrays, and lose what the language has attached to them; fields of objects that
 * came to nothing are left out. Throws NotPlain.
 */
export function toPlain(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new NotPlain(`${value} is no JSON number`);
      return value;
    case 'object':
      if (value === null) return null;
      if (isFunctionValue(value)) throw new NotPlain('a function');
      if (Array.isArray(value)) return value.filter((each) => each !== undefined).map(toPlain);
      return plainObject(value);
    default:
      throw new NotPlain(`a ${typeof value}`);
  }
}

function plainObject(value: object): unknown {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([name, each]) => [name, toPlain(each)]));
}

function isFunctionValue(value: object): boolean {
  return '_jsonata_function' in value || '_jsonata_lambda' in value;
}
