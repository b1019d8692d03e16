import type { SpanSize } from '../series/key.ts';
import type { RunKind } from './lock.ts';
import type { SeriesDifference } from './report.ts';
import type { Compared, RunRequest } from './run.ts';
import type { Call, Waiting } from './step-call.ts';

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
