import { KinesisFault } from './fault.ts';
import type { Member } from './input.ts';
import { unexpected, violate } from './violation.ts';

export interface TextConstraints {
  readonly min?: number;
  readonly max?: number;
  /** As AWS prints it, without anchors. */
  readonly pattern?: string;
}

export function text({
  min = 0,
  max = Number.POSITIVE_INFINITY,
  pattern,
}: TextConstraints = {}): Member<string | undefined> {
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u');
  return {
    read(value, path, violations) {
      if (value === undefined || value === null) return undefined;
      if (typeof value !== 'string') throw unexpected('a String', path);
      // What is too long is not matched: it could keep the pattern busy for long.
      if (whole && value.length <= max && !whole.test(value)) {
        violate(violations, value, path, `satisfy regular expression pattern: ${pattern}`);
      }
      if (value.length < min) violate(violations, value, path, `have length greater than or equal to ${min}`);
      if (value.length > max) violate(violations, value, path, `have length less than or equal to ${max}`);
      return value;
    },
  };
}

export function oneOf<const T extends string>(values: readonly T[]): Member<T | undefined> {
  return {
    read(value, path, violations) {
      if (value === undefined || value === null) return undefined;
      if (typeof value !== 'string') throw unexpected('a String', path);
      if (!values.includes(value as T)) {
        violate(violations, value, path, `satisfy enum value set: [${values.join(', ')}]`);
      }
      return value as T;
    },
  };
}

export function integer({ min, max }: { readonly min: number; readonly max: number }): Member<number | undefined> {
  return {
    read(value, path, violations) {
      if (value === undefined || value === null) return undefined;
      if (typeof value !== 'number' || !Number.isFinite(value)) throw unexpected('an Integer', path);
      const whole = Math.trunc(value);
      if (whole < min) violate(violations, whole, path, `have value greater than or equal to ${min}`);
      if (whole > max) violate(violations, whole, path, `have value less than or equal to ${max}`);
      return whole;
    },
  };
}

export function flag(): Member<boolean | undefined> {
  return {
    read(value, path) {
      if (value === undefined || value === null) return undefined;
      if (typeof value !== 'boolean') throw unexpected('a Boolean', path);
      return value;
    },
  };
}

/** A point in time: epoch seconds on the wire, a `Date` from callers in process; milliseconds since the epoch here. */
export function instant(): Member<number | undefined, Date | undefined> {
  return {
    read(value, path) {
      if (value === undefined || value === null) return undefined;
      if (value instanceof Date) return value.getTime();
      if (typeof value !== 'number' || !Number.isFinite(value)) throw unexpected('milliseconds since epoch', path);
      return Math.round(value * 1000);
    },
  };
}

/** Bytes: base64 on the wire, a `Uint8Array` from callers in process. */
export function blob({ max }: { readonly max: number }): Member<Buffer | undefined, Uint8Array | undefined> {
  return {
    read(value, path, violations) {
      if (value === undefined || value === null) return undefined;
      const bytes = toBytes(value, path);
      if (bytes.length > max) {
        const shown = `java.nio.HeapByteBuffer[pos=0 lim=${bytes.length} cap=${bytes.length}]`;
        violate(violations, shown, path, `have length less than or equal to ${max}`);
      }
      return bytes;
    },
  };
}

/** String to string, such as tags. */
export function textMap({
  max,
}: {
  readonly max: number;
}): Member<ReadonlyMap<string, string> | undefined, Readonly<Record<string, string>> | undefined> {
  return {
    read(value, path, violations) {
      if (value === undefined || value === null) return undefined;
      if (typeof value !== 'object' || Array.isArray(value)) throw unexpected('a map', path);
      const entries = Object.entries(value).map(([key, item]): [string, string] => {
        if (typeof item !== 'string') throw unexpected('a String', `${path}.${key}`);
        return [key, item];
      });
      if (entries.length > max) {
        violate(violations, `{${entries.length} entries}`, path, `have length less than or equal to ${max}`);
      }
      return new Map(entries);
    },
  };
}

function toBytes(value: unknown, path: string): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'base64');
    const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
    // Node skips what is not base64, so that the length betrays it.
    if (value.length % 4 !== 0 || bytes.length !== (value.length / 4) * 3 - padding) {
      throw new KinesisFault('SerializationException', `The value at '${path}' is not base64`);
    }
    return bytes;
  }
  if (!(value instanceof Uint8Array)) throw unexpected('a Blob', path);
  // A copy: the caller may go on using its buffer.
  return Buffer.from(value);
}
