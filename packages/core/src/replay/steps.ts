import type {
  BegunAnswer,
  BegunCall,
  CompareAnswer,
  CompareCall,
  ContiguousCall,
  PrepareAnswer,
  PrepareCall,
  ProgressAnswer,
  ProgressCall,
  TailAnswer,
  TailCall,
} from './recount-steps.ts';
import type {
  AbortAnswer,
  AbortCall,
  CorrectAnswer,
  CorrectCall,
  FinishAnswer,
  FinishCall,
  HeldAnswer,
  HeldCall,
  LetGoAnswer,
  LetGoCall,
  NoteHoldAnswer,
  NoteHoldCall,
  PassedAnswer,
  PassedCall,
  SwitchAnswer,
  SwitchCall,
  UndoAnswer,
  UndoCall,
} from './switch-steps.ts';

/**
 * What the state machines ask of the function `replay`, one call a step, and what it answers. Every step may be called again after a crash at any
 * point, with the same call, and then ends as if it had been called once. It first makes sure that the run still has the lock and was not
 * aborted; only `abort`, `letGo` and `finish` go on in a run that was.
 */
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
