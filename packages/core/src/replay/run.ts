import { controlItems } from '../control/keys.ts';
import type { PruneTally, RestoreTally } from '../prune/tally.ts';
import type { WorkRange } from '../prune/work.ts';
import type { SpanSize } from '../series/key.ts';
import type { Fence } from '../series/sequence.ts';
import type { RunKind } from './lock.ts';
import type { ReplaySettings } from './settings.ts';
import type { TimelineRanges } from './timeline.ts';
import type { WholeStretch } from './whole.ts';

/** What operators ask for, as the input of an execution has it. */
export interface RunRequest {
  readonly run: string;
  readonly source: string;
  /** The first bucket wanted, milliseconds since the epoch; `trim-horizon`: whatever the stream holds whole. Absent for undo and prune. */
  readonly from?: 'trim-horizon' | number;
  /** The end of a backfill or of a restore: buckets that start before it. */
  readonly toMs?: number;
  /** Compare, and change nothing. */
  readonly verify?: boolean;
  /** Switch, although nothing differs. */
  readonly force?: boolean;
  /** An undo's: the run that is taken back. */
  readonly undoes?: string;
  /** A prune's: what starts before the UTC midnight at or before this, in place of the configured retention. Milliseconds since the epoch. */
  readonly beforeMs?: number;
  /** The sizes that a prune or a restore is about. Absent: those with a retention, or all where `beforeMs` or `from` says what goes or comes back. */
  readonly sizes?: readonly SpanSize[];
  /** A prune that the schedule started: it gives way to any other run. */
  readonly nightly?: true;
  /** A restore's: until when what it brings back is kept at least. Milliseconds since the epoch. */
  readonly untilMs?: number;
  readonly reason?: string;
  readonly startedBy?: string;
}

/** Where a run stands, in words for people. */
export type RunPhase =
  | 'preparing'
  | 'reading the archive'
  | 'starting pipe'
  | 'recounting'
  | 'comparing'
  | 'holding'
  | 'undoing'
  | 'switching'
  | 'letting go'
  | 'correcting'
  | 'waiting for the floor'
  | 'pruning'
  | 'restoring'
  | 'cleaning up'
  | 'ended';

/** `skipped`: another run had the lock when a prune was due by the schedule. No item says it. */
export type RunOutcome =
  | 'equal'
  | 'different'
  | 'switched'
  | 'undone'
  | 'pruned'
  | 'restored'
  | 'skipped'
  | 'aborted'
  | 'cancelled'
  | 'failed';

/** Arrivals of the last records that both have handled, milliseconds since the epoch. */
export interface ShardArrivals {
  readonly Recount?: number;
  readonly Live?: number;
}

/** How many partials were found alike. `UndecidedClosed`: those of `Undecided` whose bucket is over, which should be decided. */
export interface Compared {
  readonly Equal: number;
  readonly Different: number;
  readonly Undecided: number;
  readonly UndecidedClosed: number;
}

/** By shard, the last record that live counting had handled when it was held. */
export interface HoldCheckpoints {
  readonly count: Readonly<Record<string, Fence>>;
  readonly window: Readonly<Record<string, Fence>>;
}

/** What was put into CloudWatch after a switch. */
export interface Corrected {
  /** Data points put, and calls made. */
  readonly Data: number;
  readonly Calls: number;
  /** Buckets and windows that CloudWatch takes no data for any more, or not yet. */
  readonly TooOld: number;
  readonly TooNew: number;
  /** Windows whose difference is no statistic set. */
  readonly NotCorrectable: number;
  /** Everything before it was put: the next call begins here. Absent at the end. */
  readonly Cursor?: CorrectionPlace;
}

/** The bucket or window of a series that starts at `FromMs` or after it. */
export interface CorrectionPlace {
  readonly Size: SpanSize;
  readonly Name: string;
  readonly FromMs: number;
  /** Of an undo: the line that has it, in the parts that were noted while live counting was held. */
  readonly Noted?: { readonly Part: number; readonly Line: number };
}

export const nothingCorrected: Corrected = { Data: 0, Calls: 0, TooOld: 0, TooNew: 0, NotCorrectable: 0 };

/** Item `RUN#<run>` of the Control table, without its keys: everything that an operator is told. Kept for ever. Times in milliseconds since the epoch. */
export interface RunItem {
  readonly Kind: RunKind;
  readonly Verify?: boolean;
  readonly Force?: boolean;
  readonly Generation?: number;
  /** Absent for undo and prune. */
  readonly From?: 'trim-horizon' | number;
  readonly ToMs?: number;
  /** The run that an undo takes back. */
  readonly Undoes?: string;
  readonly Reason?: string;
  readonly StartedMs: number;
  readonly StartedBy?: string;
  readonly Execution: string;
  /** What the steps were told: the watchdog knows no more of a run than its item. */
  readonly Settings?: ReplaySettings;
  readonly Pipe?: string;
  /** What the pipe reads from: arrivals at or after it. Absent from the trim horizon. */
  readonly PipeFromMs?: number;
  readonly Phase: RunPhase;
  /** Since when the pipe is waited for. */
  readonly RecountingMs?: number;
  /** T: buckets that start before it keep their generation. */
  readonly FirstMs?: number;
  /** The same by size, raised to the prune floor. */
  readonly First?: Readonly<Partial<Record<SpanSize, number>>>;
  readonly Shards?: number;
  /** By shard. */
  readonly Progress?: Readonly<Record<string, ShardArrivals>>;
  /** By shard, what the recount surely has without a gap (whole.ts). */
  readonly Whole?: Readonly<Record<string, WholeStretch>>;
  /** When `Progress` was looked at last, and since when the recount has not moved. */
  readonly ProgressMs?: number;
  readonly MovedMs?: number;
  /** Of a backfill, by shard: the last record that was read from the archive. */
  readonly ArchiveEnd?: Readonly<Record<string, Fence>>;
  readonly Compared?: Compared;
  /** Object of the report in the data bucket. */
  readonly ReportKey?: string;
  readonly HoldCheckpoints?: HoldCheckpoints;
  /** When live counting was drained: since then the recount is waited for. */
  readonly DrainedMs?: number;
  readonly HeldFromMs?: number;
  readonly HeldUntilMs?: number;
  /** The timeline's ranges before the switch. */
  readonly Before?: TimelineRanges;
  readonly SwitchedMs?: number;
  readonly Corrected?: Corrected;
  /** When somebody began to put corrections last: so that nobody else does meanwhile. */
  readonly CorrectingMs?: number;
  /** Of a run that was taken back: by which. */
  readonly UndoneBy?: string;
  /** Of a run that switched: the prune that deleted what it replaced, so that it can no longer be taken back. */
  readonly UndoPrunedBy?: string;
  /** Of a run whose generation is wholly gone: no prune looks for it again. */
  readonly Swept?: true;
  /** Of an undo: what was given back, and what stays. */
  readonly GivenBack?: number;
  /** Of an undo: how many parts its corrections fill, which were noted while live counting was held. */
  readonly NotedParts?: number;
  readonly Stays?: number;
  /** Of a prune or a restore: what was asked for (`RunRequest`). */
  readonly BeforeMs?: number;
  readonly Sizes?: readonly SpanSize[];
  readonly Nightly?: true;
  readonly UntilMs?: number;
  /** Of a prune: the floor of each size that it works by, whether it raised it or found it. Written once. */
  readonly Cutoffs?: Readonly<Partial<Record<SpanSize, number>>>;
  /** From which arrival time on all of `Cutoffs` hold: what arrived before must be counted before anything is deleted. Absent without any. */
  readonly EffectiveMs?: number;
  /** Of a prune: what it deletes of every series. Written once. */
  readonly Work?: readonly WorkRange[];
  /** Of a prune or a restore: series to go through, `$other` among them. */
  readonly SlotsTotal?: number;
  /** How far the children of the map have come, by the name of each (`slots.ts`). */
  readonly Pruned?: Readonly<Record<string, PruneTally>>;
  readonly Restored?: Readonly<Record<string, RestoreTally>>;
  readonly EndedMs?: number;
  readonly Outcome?: RunOutcome;
  readonly Error?: string;
}

export function runKey(source: string, run: string): { Source: string; Item: string } {
  return { Source: source, Item: controlItems.run(run) };
}

/** `20261120T091500Z-0a1b2c3d`: ascends by time. `random`: 8 hexadecimal digits. Also the name of its execution. */
export function runId(nowMs: number, random: string): string {
  if (!/^[0-9a-f]{8}$/.test(random)) throw new RangeError(`random: ${random} is not 8 hexadecimal digits`);
  return `${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${random}`;
}

export function isRunId(text: string): boolean {
  return /^\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(text);
}

/** Characters that a pipe's name may have, and of those the ones of a run's id. */
const pipeNameMax = 64;
const runIdLength = '20261120T091500Z-0a1b2c3d'.length;

/** What the names of pipes begin with where they are to begin with `prefix`: it is cut where a name would be too long, a run's id never. */
export function pipeNamePrefix(prefix: string): string {
  return `${prefix.slice(0, pipeNameMax - runIdLength - 1)}-`;
}

export function pipeName(prefix: string, run: string): string {
  return `${pipeNamePrefix(prefix)}${run}`;
}

/** Where the reports of a source's runs lie in the data bucket, or that of one run. */
export function reportPrefix(source: string, run?: string): string {
  return run === undefined ? `replay/${source}/` : `replay/${source}/${run}/`;
}
