import { pruneRuleTable } from './prune-rules.ts';
import { recountRuleTable } from './recount-rules.ts';
import { switchRuleTable } from './switch-rules.ts';

/**
 * Every rule of replays, in the order of their steps. Each is needed: off, some schedule breaks `breaks`. What recounts and live counting have in
 * common with all counting (fences, decisions, ledgers, checkpoints) the rules of counting are about.
 */
export const replayRuleTable = { ...recountRuleTable, ...switchRuleTable, ...pruneRuleTable } as const;

export type ReplayRuleName = keyof typeof replayRuleTable;
export type ReplayRules = Readonly<Record<ReplayRuleName, boolean>>;

export const replayRuleNames = Object.keys(replayRuleTable) as ReplayRuleName[];

/** Every rule on but those named. */
export function replayRulesWithout(...off: readonly ReplayRuleName[]): ReplayRules {
  return Object.fromEntries(replayRuleNames.map((name) => [name, !off.includes(name)])) as Record<
    ReplayRuleName,
    boolean
  >;
}

export const allReplayRules: ReplayRules = replayRulesWithout();
