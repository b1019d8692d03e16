import * as v from 'valibot';
import type { EventFields, EventRevision, Measure } from '../config.ts';
import { event } from './event.ts';
import { likeAnother, measures, twinOf } from './measures.ts';
import { isRecord, mistakeAt, refusedHere, settings, show, value } from './settings.ts';

/** A revision as it is written: without measures, those before it go on. */
export interface WrittenRevision {
  readonly fromMs: number;
  readonly event: EventFields;
  readonly measures?: readonly Measure[];
}

const instantExpected = 'an instant with its zone, such as 2026-12-01T00:00:00Z';
const instant: v.GenericSchema<unknown, number> = v.pipe(
  value<string>('an instant', instantExpected, (input) => typeof input === 'string' && instantMs(input) !== undefined),
  v.transform((input) => instantMs(input) ?? Number.NaN),
  v.description(instantExpected),
);

/** Revisions after the first, ascending; `fromMs` in milliseconds since the epoch. */
export function laterRevisions(hasWindow: boolean): v.GenericSchema<unknown, readonly WrittenRevision[]> {
  const measured = hasWindow ? measures : refusedHere('cannot stand without window: nothing would add them up');
  return v.pipe(
    v.array(
      settings({ from: instant, event, measures: v.exactOptional(measured) }),
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
          const expected = `expected an instant after ${iso(latestMs)}, where the revision before it begins`;
          addIssue(mistakeAt([index, 'from'], `${iso(fromMs)} is not ascending; ${expected}`));
        }
        latestMs = Math.max(latestMs, fromMs);
      });
    }),
    v.transform((revisions) => revisions.map(({ from, ...rest }) => ({ fromMs: from, ...rest }))),
  );
}

/** Measures of revisions whose name differs from one before it in case alone, as issues of the source. */
export function namesLikeOthers(first: readonly Measure[], later: readonly WrittenRevision[]) {
  const seen = [...first];
  return later.flatMap(({ measures = [] }, index) => {
    const twins = measures.flatMap((measure) => {
      const twin = twinOf(measure.name, seen);
      return twin === undefined ? [] : [mistakeAt(['revisions', index, 'measures', measure.name], likeAnother(twin))];
    });
    seen.push(...measures);
    return twins;
  });
}

/** Every reading of the event, from the beginning on. */
export function revisionsOf(
  event: EventFields,
  measures: readonly Measure[] | undefined,
  later: readonly WrittenRevision[],
): readonly EventRevision[] {
  let inForce = measures;
  return [{ fromMs: 0, event }, ...later].map(({ fromMs, event, measures }: WrittenRevision) => {
    inForce = measures ?? inForce;
    return { fromMs, event: inForce === undefined ? event : { ...event, measures: inForce } };
  });
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
