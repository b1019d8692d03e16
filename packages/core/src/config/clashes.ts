import type { EventFields, FieldPath, Measure } from '../config.ts';
import type { WrittenRevision } from './revisions.ts';
import { mistakeAt, show } from './settings.ts';

/** A field that an event must have, and where the source names it. */
interface Needed {
  /** In words: `the name`, `the measure distance`. */
  readonly what: string;
  readonly holds: 'a string' | 'a time' | 'a number';
  readonly path: FieldPath;
  readonly at: readonly [string | number, ...(string | number)[]];
}

/**
 * Fields of a reading that no event could have together, as issues of the source: every event would be malformed, for the buckets
 * too. A time may be a measure as well, as a number of seconds.
 */
export function clashes(event: EventFields, first: readonly Measure[], later: readonly WrittenRevision[]) {
  let inForce = neededOf(first, ['window', 'measures']);
  const issues = among([...namedBy(event, ['event']), ...inForce]);
  for (const [index, revision] of later.entries()) {
    const named = namedBy(revision.event, ['revisions', index, 'event']);
    const { measures } = revision;
    if (measures === undefined) {
      // What goes on was written first: the fault is told of what is new.
      issues.push(...among([...inForce, ...named], inForce.length));
    } else {
      inForce = neededOf(measures, ['revisions', index, 'measures']);
      issues.push(...among([...named, ...inForce]));
    }
  }
  return issues;
}

function namedBy({ name, time }: EventFields, at: Needed['at']): Needed[] {
  return [
    { what: 'the name', holds: 'a string', path: name, at: [...at, 'name'] },
    { what: 'the time', holds: 'a time', path: time, at: [...at, 'time'] },
  ];
}

function neededOf(measures: readonly Measure[], at: Needed['at']): Needed[] {
  return measures.map(({ name, path }) => ({
    what: `the measure ${name}`,
    holds: 'a number',
    path,
    at: [...at, name],
  }));
}

/** One issue at most for each field from `from` on, of the first before it that it cannot stand beside. */
function among(fields: readonly Needed[], from = 1) {
  return fields.slice(from).flatMap((field, index) => {
    const faults = fields.slice(0, from + index).flatMap((earlier) => fault(earlier, field) ?? []);
    return faults[0] === undefined ? [] : [mistakeAt(field.at, faults[0])];
  });
}

function fault(earlier: Needed, field: Needed): string | undefined {
  const [theirs, own] = [shown(earlier.path), shown(field.path)];
  if (isInside(field.path, earlier.path))
    return `${own} lies inside ${theirs}, which is ${earlier.what}; no event could have both`;
  if (isInside(earlier.path, field.path))
    return `${theirs}, which is ${earlier.what}, lies inside ${own}; no event could have both`;
  // A time may be a string or a number.
  const kinds = new Set([earlier.holds, field.holds]);
  return own === theirs && kinds.has('a string') && kinds.has('a number')
    ? `${own} is ${earlier.what}, which is ${earlier.holds}; expected a field that holds ${field.holds}`
    : undefined;
}

/** Whether `path` leads on from where `holder` ends. */
function isInside(path: FieldPath, holder: FieldPath): boolean {
  return path.length > holder.length && holder.every((key, index) => key === path[index]);
}

/** As it may have been written: `"detail.type"`, and `["detail","occurred.at"]` where a key has a dot. */
function shown(path: FieldPath): string {
  return show(path.some((key) => key.includes('.')) ? path : path.join('.'));
}
