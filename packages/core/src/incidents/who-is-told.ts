import type { EscalationPlan } from './plan.ts';
import { planStep } from './plan.ts';
import type { Contact } from './settings.ts';

/** Who is told when, as long as nobody answers and the alarm stays on. */
export interface ToldWhen {
  readonly atMs: number;
  readonly kind: 'page' | 'last-word';
  readonly round: number;
  /** 0 for the last word: it goes to all tiers. */
  readonly tier: number;
  readonly contacts: readonly Contact[];
}

/**
 * One raise of an incident that begins at `startMs`, up to its last word: the same decisions that an execution makes, without telling anyone. Nobody: the
 * plan has no tiers. After its last word it would be raised again in `raiseAgainAfterMs`.
 */
export function whoIsTold(plan: EscalationPlan, startMs: number): ToldWhen[] {
  const told: ToldWhen[] = [];
  let place = { Round: 0, Tier: 0, Repeat: 0 };
  let nowMs = startMs;
  // Every turn goes on in the plan, or waits until one can.
  while (plan.entries.length > 0) {
    const step = planStep(plan, place, nowMs);
    if (step.kind === 'wait') {
      nowMs = step.untilMs;
      continue;
    }
    const atMs = nowMs + plan.gatherMs;
    if (step.kind === 'exhausted') {
      return [...told, { atMs, kind: 'last-word', round: 0, tier: 0, contacts: plan.contacts }];
    }
    const { round, tier, repeat, contacts, acknowledgeWithinMs } = step.entry;
    told.push({ atMs, kind: 'page', round, tier, contacts });
    place = { Round: round, Tier: tier, Repeat: repeat };
    nowMs = atMs + acknowledgeWithinMs;
  }
  return told;
}
