import type { ReplayInvariant } from './invariants.ts';

/** A rule of replays that the simulation can switch off. */
export interface ReplayRule {
  readonly sentence: string;
  /** What happens instead when the rule is off. */
  readonly off: string;
  /** The invariant that suffers first of all: some schedule breaks it. */
  readonly breaks: ReplayInvariant;
}
