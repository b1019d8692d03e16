import type { DeployedSource } from '@tidemark/core/deployment';
import type { Entry } from './entries.ts';
import type { Marker } from './marker.ts';
import { partsOf } from './parts.ts';
import { type TodayFacts, type Verdict, verdictOf } from './today.ts';

/** What a resubmission would do with one object. */
export type Plan = { readonly object: string } & (
  | { readonly kind: 'send'; readonly events: number }
  /** A command began it and did not end, or is at it. What is missing is put only where `mayPut`; `why` it would not be, otherwise. */
  | {
      readonly kind: 'resume';
      readonly events: number;
      readonly marker: Marker;
      readonly mayPut: boolean;
      readonly why: string;
    }
  | { readonly kind: 'already'; readonly marker: Marker }
  | { readonly kind: 'refused'; readonly why: string }
  /** A part of a window: it never goes back this way. */
  | { readonly kind: 'other'; readonly why: string }
);

export const partRemedy =
  'not resubmitted: a replay counts it while the stream holds its records, a backfill from the archive later';

/** `force`: also what would be set aside again. */
export function planOf(entry: Entry, source: DeployedSource, facts: TodayFacts, force: boolean): Plan {
  const { object, held, marker } = entry;
  if (held.kind === 'part') return { object, kind: 'other', why: `a part of a window, ${partRemedy}` };
  if (held.kind === 'foreign')
    return { object, kind: 'refused', why: `it is not what Tidemark sets aside: ${held.detail}` };
  if (marker?.State === 'sent') return { object, kind: 'already', marker };
  const parts = partsOf(object, held.body);
  if (parts === undefined)
    return { object, kind: 'refused', why: 'it names parts of its record that the record does not have' };
  const verdicts = parts.map(({ data }) => verdictOf(data, source, facts));
  const why = whyNot(verdicts);
  const mayPut = force || why === undefined;
  if (marker !== undefined) return { object, kind: 'resume', events: parts.length, marker, mayPut, why: why ?? '' };
  if (!mayPut) return { object, kind: 'refused', why: why ?? '' };
  return { object, kind: 'send', events: parts.length };
}

/** Why the events of an object should not go back; undefined where all of them would be counted. */
function whyNot(verdicts: readonly Verdict[]): string | undefined {
  const bad = verdicts.filter((verdict) => verdict.kind === 'set aside');
  const [first] = bad;
  if (first === undefined) return undefined;
  const which = verdicts.length === 1 ? 'it' : `${bad.length} of its ${verdicts.length} events`;
  return `${which} would be set aside again: ${first.reason}: ${first.detail}; ${first.remedy}`;
}
