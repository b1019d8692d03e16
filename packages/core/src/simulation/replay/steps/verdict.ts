import type { Pair, PairCheckpoints, Verdict } from '../../../replay/verdict.ts';
import { verdictOf } from '../../../replay/verdict.ts';
import type { ReplayRules } from '../rules.ts';

/** The verdict on a pair, and what it would be without a rule. */
export function verdictAsRuled(rules: ReplayRules, pair: Pair, checkpoints: PairCheckpoints): Verdict {
  const { live, recount } = pair;
  if (!rules.missingIsLost && (live === undefined || recount === undefined)) {
    return 'equal';
  }
  if (!rules.contentCompared && live?.LastSequence === recount?.LastSequence) {
    return 'equal';
  }
  if (!rules.fencesCompared && live?.EventCount === recount?.EventCount) {
    return 'equal';
  }
  const verdict = verdictOf(pair, checkpoints);
  return verdict === 'undecided' && !rules.undecidedUnlessPassed ? 'different' : verdict;
}
