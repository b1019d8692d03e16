import type { Exploration } from './incidents/every-order/explore.ts';
import { explore } from './incidents/every-order/explore.ts';
import { startAt, starts } from './incidents/every-order/starts.ts';
import { incidentInvariants } from './incidents/invariants.ts';
import type { IncidentRuleName } from './incidents/rules.ts';
import { incidentRulesWithout, incidentRuleTable } from './incidents/rules.ts';
import { simulateIncidents } from './incidents/simulate.ts';
import { invariants } from './invariants.ts';
import { replayInvariants } from './replay/invariants.ts';
import type { ReplayRuleName } from './replay/rules.ts';
import { replayRulesWithout, replayRuleTable } from './replay/rules.ts';
import { simulateReplays } from './replay/simulate.ts';
import type { RuleName } from './rules.ts';
import { rulesWithout, ruleTable } from './rules.ts';
import type { Outcome } from './search.ts';
import { simulate } from './simulate.ts';
import { windowInvariants } from './window/invariants.ts';
import type { WindowRuleName } from './window/rules.ts';
import { windowRulesWithout, windowRuleTable } from './window/rules.ts';
import { simulateWindows } from './window/simulate.ts';

/** Something that can be simulated, as whoever runs it from outside needs it. */
export interface Subject {
  readonly rules: Readonly<Record<string, { sentence: string; off: string; breaks: string }>>;
  /** `exact`: whether it is part of "the figures are exact"; absent where there are none. */
  readonly invariants: Readonly<Record<string, { exact?: boolean; sentence: string }>>;
  /** Runs the schedule of one seed with all rules on but those of `off`, which are names of `rules`. */
  run(seed: number, off: readonly string[], trace?: (line: string) => void): Outcome<string>;
  /** Tries every order of everything that may happen, from each of these starts, up to so many things one after the other. */
  everyOrder?: { readonly starts: readonly string[]; explore(start: string, depth: number): Exploration };
}

export const subjects = {
  counting: {
    rules: ruleTable,
    invariants,
    run: (seed, off, trace) => simulate(seed, rulesWithout(...(off as readonly RuleName[])), trace),
  },
  windows: {
    rules: windowRuleTable,
    invariants: windowInvariants,
    run: (seed, off, trace) => simulateWindows(seed, windowRulesWithout(...(off as readonly WindowRuleName[])), trace),
  },
  replays: {
    rules: replayRuleTable,
    invariants: replayInvariants,
    run: (seed, off, trace) => simulateReplays(seed, replayRulesWithout(...(off as readonly ReplayRuleName[])), trace),
  },
  incidents: {
    rules: incidentRuleTable,
    invariants: incidentInvariants,
    run: (seed, off, trace) =>
      simulateIncidents(seed, incidentRulesWithout(...(off as readonly IncidentRuleName[])), trace),
    everyOrder: { starts: Object.keys(starts), explore: (start, depth) => explore(startAt(start), depth) },
  },
} as const satisfies Readonly<Record<string, Subject>>;

export type SubjectName = keyof typeof subjects;
