import { formatInstant } from '../series/bucket.ts';
import type { SpanSize } from '../series/key.ts';
import { decodeSequence } from '../series/sequence.ts';
import { pairPlace } from './compare.ts';
import type { Compared, RunOutcome } from './run.ts';
import { reportPrefix } from './run.ts';
import type { StayReason } from './undo.ts';
import type { ComparedContent, Pair, Verdict } from './verdict.ts';

/** One partial that is not equal: a line of a part of the report. */
export interface ReportLine {
  readonly verdict: Exclude<Verdict, 'equal'>;
  readonly name: string;
  readonly size: SpanSize;
  /** Start of the bucket, `2026-11-02T09:00:00Z`. */
  readonly start: string;
  readonly slice: string;
  /** As the true generation has it, and as the recount has it; null where it has none. */
  readonly live: ReportedContent | null;
  readonly recount: ReportedContent | null;
  /** Of one that is undecided: whether events may still be expected in its bucket. */
  readonly open?: boolean;
}

export interface ReportedContent {
  readonly events: number;
  /** The last sequence number that it contains, decimal. */
  readonly lastSequence: string;
  readonly measures?: ComparedContent['Measures'];
}

/** How many partials of one series and size differ, and by how much. */
export interface SeriesDifference {
  readonly name: string;
  readonly size: SpanSize;
  readonly different: number;
  /** Events that the recount has more than the true generation, summed over its partials that differ. */
  readonly events: number;
}

/** The object `report.json` of a run. */
export interface Report {
  readonly run: string;
  readonly source: string;
  readonly generation: number;
  readonly outcome: RunOutcome;
  /** Start of the first bucket compared, by size. */
  readonly first: Readonly<Partial<Record<SpanSize, string>>>;
  readonly compared: Compared;
  /** Those with the most differences, at most `worstMax`. */
  readonly series: readonly SeriesDifference[];
  /** Objects with one `ReportLine` a line: what differs, and at last what could not be decided. */
  readonly parts: readonly string[];
  /** What the reader must know of it. */
  readonly remarks: readonly string[];
}

/** Buckets of one size, from the start of the first to before `to`; null where there is no bound. Instants as ISO 8601 has them. */
export interface ReportedSpan {
  readonly size: SpanSize;
  readonly from: string | null;
  readonly to: string | null;
}

/** The object `report.json` of an undo. */
export interface UndoReport {
  readonly run: string;
  readonly source: string;
  /** The run that was taken back. */
  readonly undoes: string;
  /** What is again of the generation that it was of before that run. */
  readonly givenBack: readonly (ReportedSpan & { readonly generation: number })[];
  /** What is not, and why. */
  readonly stays: readonly (ReportedSpan & { readonly reason: StayReason })[];
}

export const emptyComparison: Compared = { Equal: 0, Different: 0, Undecided: 0, UndecidedClosed: 0 };
/** Series that are named in a report, and carried through the state machine while it compares. */
export const worstMax = 50;

/** Windows that live counting writes follow each record's own arrival, and so can be compared; the ones of Lambda may end otherwise. */
export const windowRemark =
  'Windows are compared as Tidemark defines them, by the arrival of each record. Where Lambda itself would have ended a window is not part of it.';

export function reportLine(
  { name, size, key }: { readonly name: string; readonly size: SpanSize; readonly key: string },
  { live, recount }: Pair,
  verdict: ReportLine['verdict'],
  open: boolean,
): ReportLine {
  const { startMs, slice } = pairPlace(size, key);
  return {
    verdict,
    name,
    size,
    start: formatInstant(startMs),
    slice,
    live: reported(live),
    recount: reported(recount),
    ...(verdict === 'undecided' ? { open } : {}),
  };
}

function reported(content: ComparedContent | undefined): ReportedContent | null {
  if (content === undefined) return null;
  const { EventCount, LastSequence, Measures } = content;
  return {
    events: EventCount,
    lastSequence: typeof LastSequence === 'string' ? decodeSequence(LastSequence) : String(LastSequence),
    ...(Measures === undefined ? {} : { measures: Measures }),
  };
}

/** Adds one verdict. */
export function addVerdict(tally: Compared, verdict: Verdict, open: boolean): Compared {
  return {
    Equal: tally.Equal + (verdict === 'equal' ? 1 : 0),
    Different: tally.Different + (verdict === 'different' ? 1 : 0),
    Undecided: tally.Undecided + (verdict === 'undecided' ? 1 : 0),
    UndecidedClosed: tally.UndecidedClosed + (verdict === 'undecided' && !open ? 1 : 0),
  };
}

/** `equal` only where nothing differs and everything that should be decided is. */
export function outcomeOf({ Different, UndecidedClosed }: Compared): 'equal' | 'different' {
  return Different === 0 && UndecidedClosed === 0 ? 'equal' : 'different';
}

/** Adds what differs of one series and size, and keeps those with the most. */
export function addWorst(worst: readonly SeriesDifference[], found: SeriesDifference): SeriesDifference[] {
  if (found.different === 0) return [...worst];
  const isSame = (each: SeriesDifference): boolean => each.name === found.name && each.size === found.size;
  const before = worst.find(isSame);
  const sum = {
    ...found,
    different: found.different + (before?.different ?? 0),
    events: found.events + (before?.events ?? 0),
  };
  return [...worst.filter((each) => !isSame(each)), sum]
    .sort((one, other) => other.different - one.different)
    .slice(0, worstMax);
}

/** `replay/<source>/<run>/differences/<pass>-<part>.jsonl` */
export function partKey(source: string, run: string, pass: number, part: number): string {
  return `${reportPrefix(source, run)}differences/${pass}-${String(part).padStart(5, '0')}.jsonl`;
}

/** `replay/<source>/<run>/corrections/<part>.jsonl`: `NotedCorrection`, one a line. */
export function correctionsKey(source: string, run: string, part: number): string {
  return `${reportPrefix(source, run)}corrections/${String(part).padStart(5, '0')}.jsonl`;
}

export function reportKey(source: string, run: string): string {
  return `${reportPrefix(source, run)}report.json`;
}
