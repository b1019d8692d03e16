import type { LockStage, RunKind } from './lock.ts';

/** Why a change of the timeline was refused. */
export type Refusal =
  /** Another run has the lock, since `sinceMs`. */
  | { readonly kind: 'lock-held'; readonly run: string; readonly runKind: RunKind; readonly sinceMs: number }
  /** The run has it no longer, or never had it. */
  | { readonly kind: 'lock-lost' }
  | { readonly kind: 'aborted' }
  /** The timeline was switched: there is no way back but undo. */
  | { readonly kind: 'switched' }
  /** The step belongs to another stage of the run. */
  | { readonly kind: 'out-of-turn'; readonly stage: LockStage }
  /** Mappings are not enabled yet. */
  | { readonly kind: 'still-held'; readonly mappings: readonly string[] }
  /** 9,999 generations were given. */
  | { readonly kind: 'generations-used-up' };

/** A refusal in a sentence, for logs, runs and operators. */
export function tellRefusal(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'lock-held':
      return `${refusal.runKind} ${refusal.run} has the lock, since ${new Date(refusal.sinceMs).toISOString()}`;
    case 'lock-lost':
      return 'this run does not have the lock any more';
    case 'aborted':
      return 'this run was aborted';
    case 'switched':
      return 'the timeline was switched: only undo takes that back';
    case 'out-of-turn':
      return `the run is ${refusal.stage}`;
    case 'still-held':
      return `these mappings are still held: ${refusal.mappings.join(', ') || 'none, but nothing was decided'}`;
    case 'generations-used-up':
      return 'all 9,999 generations were given: no further run can count';
  }
}
