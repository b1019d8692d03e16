import { createHash, randomUUID } from 'node:crypto';
import type jsonata from 'jsonata';

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

const rangeLengthMax = 1_000;

/** A JavaScript Date of engine time, as the library formats dates with pictures and time zones. */
interface NativeFunction {
  readonly implementation: (this: unknown, ...args: unknown[]) => unknown;
}

/**
 * The functions that Step Functions adds to the language, and those that tell the time, which is the engine's and the same
 * throughout one evaluation. `$eval` is refused when a definition is read.
 */
export function registerFunctions(expression: jsonata.Expression, nowMs: number): void {
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('hash', hash, '<s?s?:s>');
  expression.registerFunction('partition', partition, '<a?n?:a>');
  expression.registerFunction('range', range, '<n?n?n?:x>');
  expression.registerFunction('parse', parse, '<s?:x>');
  expression.registerFunction('random', random, '<n?:n>');
  expression.registerFunction('millis', () => nowMs, '<:n>');
  expression.registerFunction(
    'now',
    function (picture?: unknown, timezone?: unknown) {
      const format = this.environment.lookup('fromMillis') as NativeFunction;
      return format.implementation.call(this, nowMs, picture, timezone);
    },
    '<s?s?:s>',
  );
}

function hash(text: string | undefined, algorithm: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const name = Object.hasOwn(algorithms, algorithm ?? '') ? algorithms[algorithm ?? ''] : undefined;
  if (name === undefined) {
    throw new RangeError(`$hash: ${algorithm} is none of ${Object.keys(algorithms).join(', ')}`);
  }
  return createHash(name).update(text).digest('hex');
}

function partition(list: readonly unknown[] | undefined, size: number | undefined): unknown[] | undefined {
  if (list === undefined) return undefined;
  const length = Math.floor(size ?? 0);
  if (!(length >= 1)) throw new RangeError(`$partition: ${size} is no length of a chunk`);
  return Array.from({ length: Math.ceil(list.length / length) }, (_, index) =>
    list.slice(index * length, (index + 1) * length),
  );
}

/** From the first to the last, which may be met; one value is no list, and none is nothing, as in any sequence. */
function range(first: number | undefined, last: number | undefined, step: number | undefined): unknown {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  if (![first, last, step].every(Number.isInteger) || step === 0) {
    throw new RangeError(`$range: ${first}, ${last}, ${step} are not three whole numbers, the last not 0`);
  }
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > rangeLengthMax) throw new RangeError(`$range: ${length} values are more than ${rangeLengthMax}`);
  const values = Array.from({ length }, (_, index) => first + index * step);
  return length > 1 ? values : values[0];
}

function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

/** From 0 up to 1; the same for the same seed. */
function random(seed: number | undefined): number {
  if (seed === undefined) return Math.random();
  const bits = createHash('sha256').update(String(seed)).digest().readUIntBE(0, 6);
  return bits / 2 ** 48;
}
