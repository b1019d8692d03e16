import type { TimelineRanges } from '@tidemark/core/replay/timeline';
import type { SpanSize } from '@tidemark/core/series/key';

/** What a prune makes of an item: exported and deleted, deleted without an export, or nothing. */
export type Fate = 'exported' | 'deleted' | 'stays';

/** One UTC day of each series, as one generation has counted it. */
export interface CountedDay {
  /** Its midnight, milliseconds since the epoch. */
  readonly dayMs: number;
  readonly generation: number;
  readonly fate: Fate;
}

/** Where the clock stands when the table is filled. */
export const startMs = Date.parse('2026-11-04T12:10:05Z');
/** What starts before is to go. */
export const cutoffMs = Date.parse('2026-11-01T00:00:00Z');
/** The first bucket of the generation that a replay has put in the place of the first one. */
const switchedFromMs = Date.parse('2026-10-31T00:00:00Z');
/** When the last run ended that could need what it has replaced. */
export const runsEndedMs = Date.parse('2026-11-02T01:00:00Z');
/** How long it is kept after that. */
export const keepReplaced = '1d';

/** Live counting's, a verification's, and that of a replay which has switched. */
export const generations = { first: 0, verified: 1, switched: 2 } as const;

/** Buckets and windows that the table holds, smallest first. */
export const sizes: readonly SpanSize[] = ['1m', '1h', 'w60'];

/** Which generation readers find in which buckets. */
export const ranges: TimelineRanges = Object.fromEntries(
  sizes.map((size) => [size, [{ FromMs: switchedFromMs, Generation: generations.switched }]]),
);

/** Written down by hand, not asked of the code under test. */
export const countedDays: readonly CountedDay[] = [
  { dayMs: Date.parse('2026-10-29T00:00:00Z'), generation: generations.first, fate: 'exported' },
  { dayMs: Date.parse('2026-10-30T00:00:00Z'), generation: generations.first, fate: 'exported' },
  // What a replay has replaced, below the floor: nobody reads it.
  { dayMs: switchedFromMs, generation: generations.first, fate: 'deleted' },
  { dayMs: switchedFromMs, generation: generations.switched, fate: 'exported' },
  // Above the floor, when nobody can ask for it any more.
  { dayMs: cutoffMs, generation: generations.first, fate: 'deleted' },
  { dayMs: cutoffMs, generation: generations.verified, fate: 'deleted' },
  { dayMs: cutoffMs, generation: generations.switched, fate: 'stays' },
];
