import type { SpanSize } from '../series/key.ts';
import type { HeldMapping, RunKind } from './lock.ts';
import type { SeriesDifference } from './report.ts';
import type { Compared, CorrectionPlace, RunOutcome, RunRequest } from './run.ts';
import type { ReplaySettings } from './settings.ts';
import type { StaySpan } from './undo.ts';

/**
 * What the state machines ask of the function `replay`, one call a step, and what it answers. Every step may be called again after a crash at any
 * point, with the same call, and then ends as if it had been called once. It first makes sure that the run still has the lock and was not
 * aborted; only `abort`, `letGo` and `finish` go on in a run that was.
 */
interface Call {
  readonly run: string;
  readonly source: string;
  readonly settings: ReplaySettings;
}

/**
 * Names of the errors that no retry mends. They are the `Error` that a `Catch` sees; what else a step throws is a fault of a service, and is
 * tried again.
 */
export const stepErrors = [
  /** Another run has the lock: nothing was touched. Of `prepare` alone. */
  'LockHeld',
  'GenerationsUsedUp',
  /** The run to be undone did not switch, was undone already, or what it replaced no longer stands. Of `prepare` alone. */
  'CannotUndo',
  /** Everything that is asked for lies below the prune floor. Of `prepare` alone. */
  'BelowFloor',
  /** The call is not what this function takes: definition and function do not fit. */
  'BadCall',
  /** Somebody won the abort: only cleaning up is left. */
  'Aborted',
  'LockLost',
  /** The step belongs to another stage of the run. */
  'OutOfTurn',
  /** The recount did not move for 6 hours, though records wait. */
  'Stalled',
  /** Records left the stream before the recount had read them. */
  'Outrun',
  /** The recount did not pass what live counting had handled within 15 minutes of the hold. */
  'NotPassed',
  /** At equal positions the recount received fewer events than live counting did. */
  'RecountReceivedFewer',
  /** Between the archive's end and the stream's beginning records may be missing. */
  'TailGap',
] as const;
export type StepError = (typeof stepErrors)[number];

/** An answer of a step that is polled: wait so many seconds, then call again. */
interface Waiting {
  readonly waitSeconds: number;
}

/** Takes the lock, and writes the run. First of all machines. */
export interface PrepareCall extends Call {
  readonly op: 'prepare';
  readonly kind: Exclude<RunKind, 'prune' | 'restore'>;
  /** ARN of the execution. */
  readonly execution: string;
  readonly request: RunRequest;
}
export interface PrepareAnswer {
  /** Absent for undo. */
  readonly generation?: number;
  /** Absent for undo. A backfill makes it after the archive was read (`tail`). */
  readonly pipe?: string;
  /** Of a replay: how the pipe is to begin. */
  readonly start?: PipeStart;
  /** Of a backfill: the shards of which there is an archive, each to be read by a child. */
  readonly shards?: readonly { readonly shardId: string }[];
}

/** The words of CreatePipe. The timestamp is ISO 8601, as Step Functions hands timestamps on. */
export type PipeStart =
  | { readonly StartingPosition: 'TRIM_HORIZON' }
  | { readonly StartingPosition: 'AT_TIMESTAMP'; readonly StartingPositionTimestamp: string };

/** Of a backfill, when all children are done: notes the archive's end, and says where the tail's pipe is to begin. */
export interface TailCall extends Call {
  readonly op: 'tail';
}
export interface TailAnswer {
  readonly pipe: string;
  readonly start: PipeStart;
}

/** Of a backfill, instead of `begun`: whether the tail meets the archive on every shard. `TailGap` where it does not. */
export interface ContiguousCall extends Call {
  readonly op: 'contiguous';
}
/** Whether the recount has begun on every shard; fixes T when it has. `Stalled` where nothing moves. */
export interface BegunCall extends Call {
  readonly op: 'begun';
}
export interface BegunAnswer extends Waiting {
  readonly begun: boolean;
  /** T, once it is fixed: milliseconds since the epoch. */
  readonly firstMs?: number;
  /** Some of the shards that are waited for. */
  readonly waiting: readonly string[];
}

/** Whether the recount is near the tip of every shard. `Stalled` where nothing moves. */
export interface ProgressCall extends Call {
  readonly op: 'progress';
}
export interface ProgressAnswer extends Waiting {
  readonly near: boolean;
  /** How far the shard that is furthest behind is behind, milliseconds; absent where the recount has not begun with one. */
  readonly behindMs?: number;
}

/**
 * Compares for a bounded time. Begin without a cursor; hand every answer's cursor to the next call, after `waitSeconds`, until `done`.
 */
export interface CompareCall extends Call {
  readonly op: 'compare';
  readonly cursor?: CompareCursor;
}
/** Where a comparison stands. Machines hand it on as it is. */
export interface CompareCursor {
  /** 0: all partials. 1 to 3: those that the pass before could not decide. */
  readonly pass: number;
  /** Parts of the report that this pass has written, and for each earlier pass how many it wrote. */
  readonly part: number;
  readonly parts: readonly number[];
  /** Pass 0: the place after which to go on. */
  readonly after?: { readonly size: SpanSize; readonly name: string; readonly key: string };
  /** Later passes: lines of the earlier pass's parts that are done. */
  readonly done?: { readonly part: number; readonly line: number };
  readonly tally: Compared;
  readonly worst: readonly SeriesDifference[];
}
export type CompareAnswer =
  | { readonly done: false; readonly waitSeconds: number; readonly cursor: CompareCursor }
  | {
      readonly done: true;
      readonly outcome: 'equal' | 'different';
      /** Whether the run goes on to a switch: it is no verification, and something differs or the operator insists. */
      readonly proceed: boolean;
      /** Where it does not: so long to wait before the pipe is removed, in seconds. */
      readonly quietSeconds: number;
      readonly compared: Compared;
      readonly reportKey: string;
    };

/** Notes which mappings are held. `mappings`: each mapping of the settings, with its `State` as GetEventSourceMapping gives it. */
export interface NoteHoldCall extends Call {
  readonly op: 'noteHold';
  readonly mappings: readonly { readonly mapping: string; readonly state: string }[];
}
export interface NoteHoldAnswer {
  /** Disable each of these; then wait until every mapping of the settings is Disabled, and `holdSeconds` more. */
  readonly held: readonly HeldMapping[];
  readonly holdSeconds: number;
}

/** When held and drained: notes how far live counting is. */
export interface HeldCall extends Call {
  readonly op: 'held';
}
export interface HeldAnswer {
  readonly shards: number;
}

/** Whether the recount has passed every live checkpoint of the hold. `NotPassed` after 15 minutes. */
export interface PassedCall extends Call {
  readonly op: 'passed';
}
export interface PassedAnswer extends Waiting {
  readonly passed: boolean;
  readonly waiting: readonly string[];
}

/** The commit point. When this has answered, wait `waitSeconds`; then enable what is held. `RecountReceivedFewer` where the ledgers say no. */
export interface SwitchCall extends Call {
  readonly op: 'switch';
}
export interface SwitchAnswer extends Waiting {
  readonly switchedMs: number;
  /** Enable each of these after the wait. */
  readonly held: readonly HeldMapping[];
}

/** When every held mapping was enabled again. */
export interface LetGoCall extends Call {
  readonly op: 'letGo';
}
export interface LetGoAnswer {
  readonly heldMs: number;
}

/** Puts corrections into CloudWatch for a bounded time; call again until `done`. */
export interface CorrectCall extends Call {
  readonly op: 'correct';
}
export interface CorrectAnswer {
  readonly done: boolean;
  readonly data: number;
}

/** Of an undo, when held and drained: looks for a bounded time at what can be given back, and at last switches. Then as after `switch`. */
export interface UndoCall extends Call {
  readonly op: 'undo';
  readonly cursor?: UndoCursor;
}
/** Where the look stands. Machines hand it on as it is. */
export interface UndoCursor {
  readonly after?: { readonly size: SpanSize; readonly name: string; readonly key: string };
  readonly stays: Readonly<Partial<Record<SpanSize, readonly StaySpan[]>>>;
  /** Start of the last bucket of each size that anything was found in, milliseconds since the epoch. */
  readonly last: Readonly<Partial<Record<SpanSize, number>>>;
  /** When everything was looked at: how many parts of corrections were noted, and where to go on. */
  readonly noted?: { readonly parts: number; readonly at?: CorrectionPlace };
}
export type UndoAnswer =
  | { readonly done: false; readonly cursor: UndoCursor }
  | ({
      readonly done: true;
      readonly givenBack: number;
      readonly stays: number;
      readonly reportKey: string;
    } & SwitchAnswer);

/**
 * After a failure: tries to abort. `aborted`: won; wait `waitSeconds`, since calls of the run may still be on their way; then enable `held`, call
 * `letGo`, delete the pipe, `finish`. `switched`: too late; go forward from the wait of `switch`, which is `waitSeconds` too. Neither: the run does
 * not have the lock, and nothing of it is left to clean up.
 */
export interface AbortCall extends Call {
  readonly op: 'abort';
  readonly error?: { readonly name: string; readonly cause: string };
}
export interface AbortAnswer extends Waiting {
  readonly aborted: boolean;
  readonly switched: boolean;
  readonly held: readonly HeldMapping[];
  /** The pipe to stop and delete; absent where the run never names one. */
  readonly pipe?: string;
}

/** The last step of every run: writes how it ended, and releases the lock. */
export interface FinishCall extends Call {
  readonly op: 'finish';
  readonly outcome: RunOutcome;
  readonly error?: { readonly name: string; readonly cause: string };
}
export interface FinishAnswer {
  /** What the run ended with first, where it is finished again. */
  readonly outcome: RunOutcome;
}

export type StepCall =
  | PrepareCall
  | TailCall
  | ContiguousCall
  | BegunCall
  | ProgressCall
  | CompareCall
  | NoteHoldCall
  | HeldCall
  | PassedCall
  | SwitchCall
  | LetGoCall
  | CorrectCall
  | UndoCall
  | AbortCall
  | FinishCall;

/** The answer of each step. */
export interface StepAnswers {
  readonly prepare: PrepareAnswer;
  readonly tail: TailAnswer;
  readonly contiguous: BegunAnswer;
  readonly begun: BegunAnswer;
  readonly progress: ProgressAnswer;
  readonly compare: CompareAnswer;
  readonly noteHold: NoteHoldAnswer;
  readonly held: HeldAnswer;
  readonly passed: PassedAnswer;
  readonly switch: SwitchAnswer;
  readonly letGo: LetGoAnswer;
  readonly correct: CorrectAnswer;
  readonly undo: UndoAnswer;
  readonly abort: AbortAnswer;
  readonly finish: FinishAnswer;
}
export type StepOp = keyof StepAnswers;
