import type { RunOutcome, RunRequest } from '../replay/run.ts';
import type { SpanSize } from '../series/key.ts';
import type { PruneSettings } from './settings.ts';
import type { SlotRange } from './slots.ts';
import type { PruneTally, RestoreTally } from './tally.ts';

/**
 * What the state machine of prune and restore asks of the function `prune`, one call a step, and what it answers. Every step may be called again after a
 * crash at any point, with the same call, and then ends as if it had been called once. It first makes sure that the run still has the lock and
 * was not aborted; only `abort` and `finish` go on in a run that was.
 */
interface Call {
  readonly run: string;
  readonly source: string;
  readonly settings: PruneSettings;
}

/** Names of the errors that no retry mends, as `stepErrors` of replays. */
export const pruneErrors = [
  /** Another run has the lock: nothing was touched. Of `prepare` alone. */
  'LockHeld',
  /** The call is not what this function takes: definition and function do not fit. */
  'BadCall',
  /** Somebody won the abort: only the end is left. */
  'Aborted',
  'LockLost',
  /** What arrived before the floor was in force is still not counted, and no shard has moved for 6 hours. Nothing was deleted. */
  'Stalled',
  /** The range does not lie below a floor. Of `prepare` alone. */
  'NothingToRestore',
  /** No size has a retention, and the request names no time. Of `prepare` alone. */
  'NothingToPrune',
  /** An object of the export is not what was written: what it should hold was not deleted, or cannot be restored. The message names its key. */
  'ExportDamaged',
] as const;
export type PruneError = (typeof pruneErrors)[number];

/** Takes the lock and writes the run. A prune then raises the floors, and closes what restores have opened where its time is over. */
export interface PrepareCall extends Call {
  readonly op: 'prepare';
  readonly kind: 'prune' | 'restore';
  /** ARN of the execution. */
  readonly execution: string;
  readonly request: RunRequest;
}
export interface PrepareAnswer {
  /** Until the floors are in force; 0 for a restore. */
  readonly waitSeconds: number;
}

/** Of a prune: whether everything is counted that arrived before the floors were in force. `Stalled` where nothing moves. */
export interface CountedCall extends Call {
  readonly op: 'counted';
}
export interface CountedAnswer {
  readonly counted: boolean;
  /** Where it is not: wait so long, then call again. */
  readonly waitSeconds: number;
  /** Some of the shards that are waited for. */
  readonly waiting: readonly string[];
}

/** Writes what is to be deleted, or nothing for a restore, and cuts the catalogue. Whoever cannot be undone any more is told before anything is deleted. */
export interface PlanCall extends Call {
  readonly op: 'plan';
}
export interface PlanAnswer {
  /** At least one, at most `childrenMax`. */
  readonly children: readonly SlotRange[];
}

/**
 * Of a child of a prune: exports and deletes for a bounded time. Begin without a cursor; hand every answer's cursor to the next call, after `waitSeconds`,
 * until `done`.
 */
export interface SeriesCall extends Call, SlotRange {
  readonly op: 'series';
  readonly cursor?: SeriesCursor;
}
/** Where a child stands. Machines hand it on as it is. */
export interface SeriesCursor {
  readonly slot: number;
  /** Place of the range in the run's `Work`. */
  readonly work: number;
  /** Everything of the range up to this `Bucket` is done. */
  readonly after?: string;
  readonly tally: PruneTally;
}
export type SeriesAnswer =
  | { readonly done: false; readonly waitSeconds: number; readonly cursor: SeriesCursor; readonly tally: PruneTally }
  | { readonly done: true; readonly tally: PruneTally };

/** Of a child of a restore: as `series`. */
export interface RestoreCall extends Call, SlotRange {
  readonly op: 'restore';
  readonly cursor?: RestoreCursor;
}
/** Where a child stands. Machines hand it on as it is. */
export interface RestoreCursor {
  readonly slot: number;
  readonly size: SpanSize;
  /** Days before this one are done, `2026-08-01`. */
  readonly day: string;
  /** The object at which to go on, and how many of its lines are done. Absent: at the day's first. */
  readonly object?: { readonly key: string; readonly lines: number };
  readonly tally: RestoreTally;
}
export type RestoreAnswer =
  | { readonly done: false; readonly waitSeconds: number; readonly cursor: RestoreCursor; readonly tally: RestoreTally }
  | { readonly done: true; readonly tally: RestoreTally };

/** Of a restore, when all children are done: lets readers see what was brought back. */
export interface OpenCall extends Call {
  readonly op: 'open';
}
export interface OpenAnswer {
  readonly sizes: readonly SpanSize[];
  readonly untilMs: number;
}

/** After a failure: tries to abort. Where it was, wait `waitSeconds`, since deletions may still be on their way; then `finish`. Otherwise the run has no lock. */
export interface AbortCall extends Call {
  readonly op: 'abort';
  readonly error?: { readonly name: string; readonly cause: string };
}
export interface AbortAnswer {
  readonly aborted: boolean;
  readonly waitSeconds: number;
}

/** The last step of every run: sweeps what is left of generations that are wholly gone, writes the report and how the run ended, and releases the lock. */
export interface FinishCall extends Call {
  readonly op: 'finish';
  readonly outcome: RunOutcome;
  readonly error?: { readonly name: string; readonly cause: string };
}
export interface FinishAnswer {
  /** What the run ended with first, where it is finished again. */
  readonly outcome: RunOutcome;
  readonly reportKey?: string;
}

export type StepCall =
  | PrepareCall
  | CountedCall
  | PlanCall
  | SeriesCall
  | RestoreCall
  | OpenCall
  | AbortCall
  | FinishCall;

/** The answer of each step. */
export interface StepAnswers {
  readonly prepare: PrepareAnswer;
  readonly counted: CountedAnswer;
  readonly plan: PlanAnswer;
  readonly series: SeriesAnswer;
  readonly restore: RestoreAnswer;
  readonly open: OpenAnswer;
  readonly abort: AbortAnswer;
  readonly finish: FinishAnswer;
}
export type StepOp = keyof StepAnswers;
