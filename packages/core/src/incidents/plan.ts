import type { Place } from './items.ts';
import { isOpen, nextOpening } from './office-hours.ts';
import type { Contact, EscalationSettings, OfficeHours, Severity } from './settings.ts';

/** A tier that is told, once. */
export interface PlanEntry {
  readonly round: number;
  /** The tier's place in the configuration, from 1. */
  readonly tier: number;
  readonly repeat: number;
  readonly contacts: readonly Contact[];
  readonly acknowledgeWithinMs: number;
  readonly hours?: OfficeHours;
}

/** Who is told of an incident of one severity, one after the other, until somebody answers. */
export interface EscalationPlan {
  /** In order. None: nobody is told. */
  readonly entries: readonly PlanEntry[];
  /** Everybody of these tiers, each once: who hears the last word. */
  readonly contacts: readonly Contact[];
  readonly raiseAgainAfterMs: number;
  readonly joinWithinMs: number;
  readonly gatherMs: number;
}

/** Rounds of tiers of repeats. */
export function escalationPlan(settings: EscalationSettings, severity: Severity): EscalationPlan {
  const tiers = settings.tiers
    .map((tier, index) => ({ ...tier, number: index + 1 }))
    .filter((tier) => tier.severities.includes(severity));
  const entries = numbers(settings.rounds).flatMap((round) =>
    tiers.flatMap(({ number, notify, acknowledgeWithinMs, repeat, hours }) =>
      numbers(repeat).map((each) => ({
        ...{ round, tier: number, repeat: each, contacts: notify, acknowledgeWithinMs },
        ...(hours === undefined ? {} : { hours }),
      })),
    ),
  );
  const { raiseAgainAfterMs, joinWithinMs, gatherMs } = settings;
  const contacts = [...new Set(tiers.flatMap(({ notify }) => notify))];
  return { entries, contacts, raiseAgainAfterMs, joinWithinMs, gatherMs };
}

/** `passedOver`: those before it whose hours these are not. */
export type PlanStep =
  | { readonly kind: 'tell'; readonly entry: PlanEntry; readonly passedOver: readonly PlanEntry[] }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'exhausted' };

/**
 * Who is told next after a place in the plan. A tier out of its hours is passed over, as long as anybody of the plan is within theirs; else the first of
 * those who are left that will be is waited for.
 */
export function planStep(plan: EscalationPlan, place: Omit<Place, 'Raise'>, nowMs: number): PlanStep {
  const left = plan.entries.filter((entry) => isAfter(entry, place));
  const index = left.findIndex((entry) => isWithinHours(entry, nowMs));
  const entry = left[index];
  if (entry !== undefined) return { kind: 'tell', entry, passedOver: left.slice(0, index) };
  if (left.length === 0 || plan.entries.some((any) => isWithinHours(any, nowMs))) return { kind: 'exhausted' };
  const openings = left.flatMap(({ hours }) => (hours === undefined ? [] : [nextOpening(hours, nowMs)]));
  return { kind: 'wait', untilMs: Math.min(...openings) };
}

/** The entry of a place, where the plan still has it. */
export function entryAt(plan: EscalationPlan, { Round, Tier, Repeat }: Omit<Place, 'Raise'>): PlanEntry | undefined {
  return plan.entries.find(({ round, tier, repeat }) => round === Round && tier === Tier && repeat === Repeat);
}

/** Whether an entry comes after a place; places of a plan that has changed since are compared just so. */
export function isAfter(
  { round, tier, repeat }: Pick<PlanEntry, 'round' | 'tier' | 'repeat'>,
  { Round, Tier, Repeat }: Omit<Place, 'Raise'>,
): boolean {
  if (round !== Round) return round > Round;
  return tier === Tier ? repeat > Repeat : tier > Tier;
}

function isWithinHours({ hours }: PlanEntry, atMs: number): boolean {
  return hours === undefined || isOpen(hours, atMs);
}

/** 1 to `last`. */
function numbers(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
