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
  readonly invariants: Readonly<Record<string, { exact: boolean; sentence: string }>>;
  /** Runs the schedule of one seed with all rules on but those of `off`, which are names of `rules`. */
  run(seed: number, off: readonly string[], trace?: (line: string) => void): Outcome<string>;
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
} as const satisfies Readonly<Record<string, Subject>>;

export type SubjectName = keyof typeof subjects;
