import type { Random } from '../generate/random.ts';
import type { Checks } from './check.ts';
import type { Findings } from './invariants.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import type { Store } from './store.ts';

/** What the parts of one simulation have in common. */
export interface World extends CountingWorld {
  readonly scenario: Scenario;
  readonly checks: Checks;
  readonly findings: Findings;
}

/** What counting knows of the world that it is part of, whatever is simulated there. */
export interface CountingWorld {
  readonly scenario: Omit<Scenario, 'interventions'>;
  readonly rules: Rules;
  readonly store: Store;
  readonly checks: Pick<Checks, 'ledgerLanded' | 'checkpointLanded'>;
  /** Every choice made while it runs comes from here, in one order: a seed replays exactly. */
  readonly random: Random;
  nowMs: number;
  /** Called with what happens, when someone wants to read it. */
  readonly trace: ((line: string) => void) | undefined;
}

/** How long Lambda lets an invocation run. Milliseconds. */
export const timeoutMs = 60_000;
/** The longest that one attempt of a request may be under way after its sender has given it up. Milliseconds. */
export const attemptMsMax = 10_000;
