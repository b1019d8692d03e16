import type { Invariant } from './invariants.ts';
import type { Rules } from './rules.ts';
import type { Outcome } from './simulate.ts';
import { simulate } from './simulate.ts';

/** Seeds `from` to `from + schedules - 1`. */
export interface Seeds {
  readonly from: number;
  readonly schedules: number;
}

/**
 * The first schedule in which `invariant` is broken, or any one where none is named; undefined when all hold.
 * `progress` is called after every thousand schedules with their number.
 */
export function firstBroken(
  { from, schedules }: Seeds,
  rules: Rules,
  invariant?: Invariant,
  progress?: (schedules: number) => void,
): Outcome | undefined {
  for (let done = 0; done < schedules; done += 1) {
    const outcome = simulate(from + done, rules);
    if (outcome.broken.some((finding) => invariant === undefined || finding.invariant === invariant)) {
      return outcome;
    }
    if ((done + 1) % 1000 === 0) {
      progress?.(done + 1);
    }
  }
  return undefined;
}
