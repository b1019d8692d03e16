import type { EventFields, FieldPath } from '../config.ts';
import type { Random } from './random.ts';

/** A JSON object under construction. */
export type Fields = Record<string, unknown>;

/** What is said of the name, the time and the measures of an event; `undefined` leaves the field out. */
export interface Essentials {
  readonly name: unknown;
  readonly time: unknown;
  /** By the names of measures; needed where the fields have any. */
  readonly measures?: Readonly<Record<string, unknown>>;
}

const paths = ['/', '/pricing', '/docs/getting-started', '/blog/2026/counting-tides', '/search', '/cart', '/account'];
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36',
];

/** A web request as an event of 300 to 350 bytes with the default fields, its name, time and measures where `fields` says. */
export function webEvent(
  fields: EventFields,
  identity: { readonly id: string; readonly visitor: string },
  essentials: Essentials,
  random: Random,
): Fields {
  const own: Fields = {
    request: {
      method: 'GET',
      path: random.pick(paths),
      status: random.integer(20) === 0 ? 404 : 200,
      bytes: 200 + random.integer(200_000),
    },
    visitor: identity.visitor,
    user_agent: random.pick(agents),
  };
  return eventOf(fields, essentials, { event_id: identity.id }, own);
}

/** An event of what stands first in it, name and time, its own fields as far as they are not those, and measures. */
export function eventOf(fields: EventFields, essentials: Essentials, first: Fields, own: Fields): Fields {
  const event: Fields = { ...first };
  const measures = (fields.measures ?? []).map(({ name, path }) => [path, essentials.measures?.[name]] as const);
  const told: readonly (readonly [FieldPath, unknown])[] = [
    [fields.name, essentials.name],
    [fields.time, essentials.time],
  ];
  for (const [path, value] of told) place(event, path, value);
  for (const [key, value] of Object.entries(own)) {
    const there = event[key];
    if (there === undefined) event[key] = value;
    else if (isFields(there) && isFields(value)) event[key] = { ...value, ...there };
  }
  for (const [path, value] of measures) place(event, path, value);
  for (const [path, value] of [...told, ...measures]) if (value === undefined) remove(event, path);
  return event;
}

/** What is left out must not be found in a default field of the same name. */
function remove(event: Fields, path: FieldPath): void {
  let holder = event;
  for (const key of path.slice(0, -1)) {
    const inner = Object.hasOwn(holder, key) ? holder[key] : undefined;
    if (!isFields(inner)) return;
    holder = inner;
  }
  delete holder[path.at(-1) ?? ''];
}

/** Puts a value at a path, in the place of what stands in its way; `undefined` puts nothing. */
function place(event: Fields, path: FieldPath, value: unknown): void {
  if (value === undefined) return;
  let holder = event;
  for (const key of path.slice(0, -1)) {
    const inner = Object.hasOwn(holder, key) ? holder[key] : undefined;
    const next: Fields = isFields(inner) ? inner : {};
    define(holder, key, next);
    holder = next;
  }
  define(holder, path.at(-1) ?? '', value);
}

/** Not an assignment: a path may be `__proto__`. */
function define(holder: Fields, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
