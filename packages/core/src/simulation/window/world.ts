import type { Random } from '../../generate/random.ts';
import type { Findings } from '../invariants.ts';
import type { Rules } from '../rules.ts';
import type { WindowChecks } from './check.ts';
import type { WindowInvariant } from './invariants.ts';
import type { WindowRules } from './rules.ts';
import type { WindowScenario } from './scenario.ts';
import type { WindowStore } from './store.ts';
import type { Stream } from './stream.ts';

/** What the parts of one simulation of windows have in common. */
export interface WindowWorld {
  readonly scenario: WindowScenario;
  /** The rules of counting hold here too, all of them: its own simulation switches them off. */
  readonly rules: Rules & WindowRules;
  readonly store: WindowStore;
  readonly stream: Stream;
  readonly checks: WindowChecks;
  readonly findings: Findings<WindowInvariant>;
  /** Every choice made while it runs comes from here, in one order: a seed replays exactly. */
  readonly random: Random;
  nowMs: number;
  /** Nothing has happened yet that may make a part straddle a fence. */
  calm: boolean;
  /** Called with what happens, when someone wants to read it. */
  readonly trace: ((line: string) => void) | undefined;
}

/** What an invocation answers; without a state Lambda takes it for failed. */
export interface WindowResponse {
  readonly state?: object;
}
