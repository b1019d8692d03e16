import * as v from 'valibot';
import type { EventFields, EventRevision, FieldPath } from '../config.ts';
import { isRecord, settings, show, value } from './settings.ts';

const fieldExpected = "a field such as 'event_type', a path such as 'detail.type', or its keys as an array";

const field: v.GenericSchema<unknown, FieldPath> = v.pipe(
  value<string | readonly string[]>('a field', fieldExpected, isField),
  v.transform((input) => (typeof input === 'string' ? input.split('.') : [...input])),
  v.description(fieldExpected),
);

export const event: v.GenericSchema<unknown, EventFields> = v.pipe(
  settings({ name: field, time: field }),
  v.description('{ name, time }, the fields that hold the name and the time of an event'),
);

const instantExpected = 'an instant with its zone, such as 2026-12-01T00:00:00Z';
const instant: v.GenericSchema<unknown, number> = v.pipe(
  value<string>('an instant', instantExpected, (input) => typeof input === 'string' && instantMs(input) !== undefined),
  v.transform((input) => instantMs(input) ?? Number.NaN),
  v.description(instantExpected),
);

/** Revisions after the first, ascending; `fromMs` in milliseconds since the epoch. */
export const laterRevisions: v.GenericSchema<unknown, readonly EventRevision[]> = v.pipe(
  v.array(
    settings({ from: instant, event }),
    (issue) => `${show(issue.input)} is not a list; expected [{ from, event }]`,
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!Array.isArray(dataset.value)) return;
    const input: unknown[] = dataset.value;
    let latestMs = 0;
    input.forEach((revision, index) => {
      const fromMs = isRecord(revision) ? revision.from : undefined;
      // One that could not be read has its own message.
      if (typeof fromMs !== 'number') return;
      if (fromMs <= latestMs) {
        addIssue({
          message: `${iso(fromMs)} is not ascending; expected an instant after ${iso(latestMs)}, where the revision before it begins`,
          path: [
            { type: 'array', origin: 'value', input, key: index, value: revision },
            { type: 'object', origin: 'value', input: revision as Record<string, unknown>, key: 'from', value: fromMs },
          ],
        });
      }
      latestMs = Math.max(latestMs, fromMs);
    });
  }),
  v.transform((revisions) => revisions.map(({ from, event }) => ({ fromMs: from, event }))),
);

function isField(input: unknown): boolean {
  const keys: unknown[] = typeof input === 'string' ? input.split('.') : Array.isArray(input) ? input : [];
  return keys.length > 0 && keys.length <= 64 && keys.every((key) => typeof key === 'string' && key !== '');
}

/** Milliseconds since the epoch, or undefined where `text` is no ISO 8601 instant with a zone or names a day that no calendar has. */
function instantMs(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return undefined;
  const dayMs = Date.parse(`${match[1]}T00:00:00Z`);
  // Date.parse takes February 30th for a day in March.
  if (Number.isNaN(dayMs) || iso(dayMs).slice(0, 10) !== match[1]) return undefined;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
