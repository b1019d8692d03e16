import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import type { EventFields } from '../config.ts';
import { gzipExpandedBytesMax, nestingDepthMax } from '../limits.ts';
import type { Essentials, Fields } from './event.ts';
import type { Random } from './random.ts';

/** What a malformed record is made of: a good event's parts. */
interface Parts {
  readonly fields: EventFields;
  /** Makes an event that says this. */
  readonly make: (essentials: Essentials) => Fields;
  /** Names the record. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601 in UTC; without its `Z` where a blank stands for the `T`. */
  readonly time: string;
  /** By their names; absent where the fields have none. */
  readonly measures?: Readonly<Record<string, number>>;
  readonly random: Random;
}

type Spoil = (parts: Parts) => Buffer;

const day = 24 * 60 * 60 * 1000;

/**
 * Every way in which a producer may get an event wrong that must end in the quarantine. Only what no reading could
 * take for an event stands here: a duplicate key or an odd time of day may be read, and is tested elsewhere.
 */
const spoils: Readonly<Record<string, Spoil>> = {
  'not JSON': ({ id }) => Buffer.from(`GET /${id} HTTP/1.1 200`),
  truncated: (parts) => good(parts).subarray(0, -1).subarray(0, 120),
  binary: ({ random }) => Buffer.from(Array.from({ length: 200 }, () => 0x80 + random.integer(0x20))),
  empty: () => Buffer.alloc(0),
  'gzip cut short': (parts) => gzipSync(good(parts)).subarray(0, 60),
  'gzip bomb': () => bomb(),
  'nested too deep': (parts) => {
    const depth = nestingDepthMax + 10;
    return Buffer.from(`{"deep":${'['.repeat(depth)}${']'.repeat(depth)},${good(parts).toString().slice(1)}`);
  },
  'an array': (parts) => Buffer.from(`[${good(parts)}]`),
  'a bare string': ({ name }) => Buffer.from(JSON.stringify(name)),
  null: () => Buffer.from('null'),
  'fields one level too deep': (parts) => Buffer.from(`{"payload":${good(parts)}}`),
  'fields in the prototype': (parts) => Buffer.from(`{"__proto__":${good(parts)}}`),
  'name missing': (parts) => spoiled(parts, { name: undefined }),
  'name null': (parts) => spoiled(parts, { name: null }),
  'a number for a name': (parts) => spoiled(parts, { name: 404 }),
  'an object for a name': (parts) => spoiled(parts, { name: { type: parts.name } }),
  'name empty': (parts) => spoiled(parts, { name: '' }),
  'name of 4 KB': (parts) => spoiled(parts, { name: parts.name.padEnd(4096, '.') }),
  'control characters in the name': (parts) => spoiled(parts, { name: `${parts.name}\u0000\u001b[2J` }),
  'a lone surrogate in the name': (parts) => spoiled(parts, { name: `${parts.name}\ud800` }),
  'the reserved name': (parts) => spoiled(parts, { name: '$other' }),
  'time missing': (parts) => spoiled(parts, { time: undefined }),
  'time null': (parts) => spoiled(parts, { time: null }),
  'time in words': (parts) => spoiled(parts, { time: 'yesterday at noon' }),
  'an object for a time': (parts) => spoiled(parts, { time: { at: parts.time } }),
  'a month that no year has': (parts) => spoiled(parts, { time: parts.time.replace(/^(\d{4})-\d{2}/, '$1-13') }),
  'far ahead of its arrival': (parts) =>
    spoiled(parts, { time: new Date(Date.parse(parts.time.replace(/ (.*)$/, 'T$1Z')) + 400 * day).toISOString() }),
};

/** What may stand in the place of one measure, where there are any. */
const measureSpoils: Readonly<Record<string, Spoil>> = {
  'measure missing': (parts) => measureSpoiled(parts, () => undefined),
  'measure null': (parts) => measureSpoiled(parts, () => null),
  'a measure in quotes': (parts) => measureSpoiled(parts, String),
  'true for a measure': (parts) => measureSpoiled(parts, () => true),
  'an object for a measure': (parts) => measureSpoiled(parts, (value) => ({ value })),
  'an array for a measure': (parts) => measureSpoiled(parts, (value) => [value]),
  'a measure beyond 1e100': (parts) => measureSpoiled(parts, () => -1.5e100),
  'a measure beyond every number': (parts) => {
    const mark = `measure of ${parts.id}`;
    return Buffer.from(
      measureSpoiled(parts, () => mark)
        .toString()
        .replace(`"${mark}"`, '1e400'),
    );
  },
};

/** The kinds of malformed records, in the order in which `spoil` numbers them. */
export function malformedKinds({ measures = [] }: EventFields): readonly string[] {
  return Object.keys(measures.length === 0 ? spoils : { ...spoils, ...measureSpoils });
}

/** A malformed record of one kind, and the kind in words. */
export function spoil(kind: number, parts: Parts): { readonly why: string; readonly data: Buffer } {
  const why = malformedKinds(parts.fields)[kind];
  const make = why === undefined ? undefined : (spoils[why] ?? measureSpoils[why]);
  if (why === undefined || make === undefined) throw new RangeError(`kind: ${kind} is not a kind of malformed record`);
  return { why, data: make(parts) };
}

function good(parts: Parts): Buffer {
  return spoiled(parts, {});
}

function spoiled(parts: Parts, change: Partial<Essentials>): Buffer {
  const { make, name, time, measures = {} } = parts;
  return Buffer.from(JSON.stringify(make({ name, time, measures, ...change })));
}

/** With what `change` makes of one measure, whichever. */
function measureSpoiled(parts: Parts, change: (value: number) => unknown): Buffer {
  const [name, value] = parts.random.pick(Object.entries(parts.measures ?? {}));
  return spoiled(parts, { measures: { ...parts.measures, [name]: change(value) } });
}

let bombBytes: Buffer | undefined;

/** Eight kilobytes that expand beyond the limit. Made once: it takes tens of milliseconds. */
function bomb(): Buffer {
  bombBytes ??= gzipSync(Buffer.alloc(gzipExpandedBytesMax + 1024, ' '));
  return bombBytes;
}
