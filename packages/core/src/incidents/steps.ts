import type { Telling } from './items.ts';

/**
 * What the state machine `Escalate`, the rules and operators' tools ask of the function `incidents`, and what it answers. Alarms that change come as
 * EventBridge has them (alarm-event.ts). Every step may be called again after a crash at any point, with the same call.
 */
export type IncidentsCall = TickCall | GatherCall | SendCall | AwaitCall | SweepCall | DescribeCall;

/** The input of an execution of `Escalate`. */
export interface EscalateInput {
  readonly source: string;
  readonly incident: string;
  /** The how-manieth execution of the incident it is, from 1. */
  readonly execution: number;
}

/** What the execution is to do next. `loops`: how often it has asked; after `loopsMax` it is to start a successor. */
export interface TickCall extends EscalateInput {
  readonly op: 'tick';
  readonly loops: number;
}
export type TickAnswer =
  /** Gather, wait, send, and ask again. */
  | { readonly kind: 'tell'; readonly telling: Telling; readonly gatherSeconds: number }
  /** Wait for the token of `step` so many seconds at most, 1 at least, and ask again. */
  | { readonly kind: 'wait'; readonly step: number; readonly seconds: number }
  /** Another execution goes on in its place (it has been started): end. */
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'end' };

/** Puts what is to be told into the outbox. */
export interface GatherCall extends EscalateInput {
  readonly op: 'gather';
  readonly telling: Telling;
}
export interface GatherAnswer {
  readonly gathered: boolean;
}

/** Sends what is in the outbox, others' with it. Ask again after `waitSeconds` until `sent`. */
export interface SendCall extends EscalateInput {
  readonly op: 'send';
  readonly telling: Telling;
}
export interface SendAnswer {
  readonly sent: boolean;
  readonly waitSeconds: number;
}

/** With a task token: the wait ends by SendTaskSuccess, by a heartbeat that does not come, or at once where the step is no longer waited for. */
export interface AwaitCall extends EscalateInput {
  readonly op: 'await';
  readonly step: number;
  readonly token: string;
}

/** Every five minutes. */
export interface SweepCall {
  readonly op: 'sweep';
}
export interface SweepAnswer {
  readonly alarms: number;
  readonly started: readonly string[];
  readonly woken: readonly string[];
  readonly opened: readonly string[];
  /** Alarms whose event was lost: what they turned into is taken in now. */
  readonly missed: readonly string[];
}

/** Operators' tools: what the stage is deployed with (`IncidentsDeployment`), contacts and all. */
export interface DescribeCall {
  readonly op: 'describe';
}

/**
 * How often an execution asks before another takes its place: each loop takes up to 12 of the 25,000 events of its history, more where calls are repeated,
 * and up to a day of the year that an execution may last.
 */
export const loopsMax = 300;

/** What is to be done after an item was written. Doing it twice harms nothing. */
export type IncidentEffect =
  /** StartExecution of `Escalate` under this name; that there is one of that name already is well. */
  | { readonly kind: 'start-execution'; readonly name: string; readonly input: EscalateInput }
  /** SendTaskSuccess; that the token is no longer known is well. */
  | { readonly kind: 'wake'; readonly token: string };
