import { aheadOfArrivalMsMax } from '../../../limits.ts';
import type { ShardBeginning } from '../../../replay/first-bucket.ts';
import { firstBucketMs } from '../../../replay/first-bucket.ts';
import type { ReplayRules } from '../rules.ts';

/** T, and what it would be without a rule. */
export function firstAsRuled(rules: ReplayRules, beginnings: readonly ShardBeginning[], wantedMs: number): number {
  const known = beginnings
    .filter(({ recount }) => rules.everyShardCounts || recount !== undefined)
    .map((beginning) => beginningAsRuled(rules, beginning));
  if (!rules.latestOfShards) {
    return Math.min(...known.map((beginning) => firstBucketMs([beginning], wantedMs)), Number.MAX_SAFE_INTEGER);
  }
  const firstMs = firstBucketMs(known, wantedMs);
  return rules.twoHoursAhead ? firstMs : Math.max(wantedMs, firstMs - aheadOfArrivalMsMax);
}

/** With a rule off, a shard that was counted at all is taken for one that the recount has from its beginning. */
function beginningAsRuled(rules: ReplayRules, { recount, ...beginning }: ShardBeginning): ShardBeginning {
  if (recount === undefined) {
    return beginning;
  }
  const isTaken = !rules.exemptFromFirstRecord;
  return { ...beginning, recount: isTaken ? { ...recount, FirstSequence: '' } : recount };
}
