import type { Finding } from './invariants.ts';

/** Seeds `from` to `from + schedules - 1`. */
export interface Seeds {
  readonly from: number;
  readonly schedules: number;
}

/** What one seed showed. */
export interface Outcome<Invariant extends string> {
  readonly seed: number;
  /** Empty: every invariant held. */
  readonly broken: readonly Finding<Invariant>[];
  readonly steps: number;
}

/**
 * The first schedule in which `invariant` is broken, or any one where none is named; undefined when all hold. `simulate` runs the schedule
 * of one seed. `progress` is called after every thousand schedules with their number.
 */
export function firstBroken<Invariant extends string>(
  { from, schedules }: Seeds,
  simulate: (seed: number) => Outcome<Invariant>,
  invariant?: Invariant,
  progress?: (schedules: number) => void,
): Outcome<Invariant> | undefined {
  for (let done = 0; done < schedules; done += 1) {
    const outcome = simulate(from + done);
    if (outcome.broken.some((finding) => invariant === undefined || finding.invariant === invariant)) {
      return outcome;
    }
    if ((done + 1) % 1000 === 0) {
      progress?.(done + 1);
    }
  }
  return undefined;
}
