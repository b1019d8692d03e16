import type { SpanSize } from '../series/key.ts';
import type { HeldMapping } from './lock.ts';
import type { CorrectionPlace, RunOutcome } from './run.ts';
import type { Call, Waiting } from './step-call.ts';
import type { StaySpan } from './undo.ts';

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
