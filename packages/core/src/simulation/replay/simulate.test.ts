import { describe, expect, test } from 'vitest';
import { firstBroken } from '../search.ts';
import { replayInvariants } from './invariants.ts';
import type { ReplayRuleName } from './rules.ts';
import { replayRuleNames, replayRulesWithout, replayRuleTable } from './rules.ts';
import { simulateReplays } from './simulate.ts';

/** What a schedule printed, and how it ended. */
function replay(seed: number, off: readonly ReplayRuleName[] = []): { lines: string[]; outcome: unknown } {
  const lines: string[] = [];
  const outcome = simulateReplays(seed, replayRulesWithout(...off), (line) => lines.push(line));
  return { lines, outcome };
}

describe('with every rule on', () => {
  // `simulate replays` runs 100,000.
  test('5,000 schedules hold', { timeout: 20 * 60_000 }, () => {
    expect(firstBroken({ from: 1, schedules: 5000 }, (seed) => simulateReplays(seed))).toBeUndefined();
  });

  test('the schedules meet with everything that they are said to', () => {
    const marks: Readonly<Record<string, RegExp>> = {
      'a switch': /lands: switch: timeline/,
      'a switch that lands late': /lands late: switch: timeline/,
      'an undo': /lands: undo: timeline/,
      'an abort': /lands: abort: timeline/,
      'a cancel': /lands: cancel: timeline/,
      'a second run, refused': /fails: LockHeld/,
      'a recount that received fewer': /fails: RecountReceivedFewer/,
      'a gap between archive and stream': /fails: TailGap/,
      'a recount that is stalled': /fails: Stalled/,
      'a recount that does not pass the hold': /fails: NotPassed/,
      'a step that fails for good': /fails: States\.TaskFailed/,
      'a stopped execution': /execution \S+: ABORTED/,
      'an object of the archive': /count object: done/,
      'a recount that waits for live counting': /recount for \S+ \d+ of .*: failed/,
      'a record of a new shard': /CHECKPOINT#recount-0001#shardId-000000000002/,
      'a correction': /lands: correct /,
      'a partial deleted': /deleted by hand/,
      'a partial added to': /added to by hand/,
      'a fence changed': /fence by hand/,
      'a stalled counter': /"kind":"stall"/,
      'stalled pipes': /"kind":"stallPipes"/,
      'a mapping disabled by an operator': /"kind":"disable"/,
      'floors raised': /lands: raise: floors/,
      'counting that is waited for': /counted: done/,
      'an object of an export': /lands: put prune/,
      'a damaged object of an export': /fails: ExportDamaged/,
      'what came back': /lands: put again/,
      'a step of a prune that is done twice': /prune \S+, once more: done/,
      'a generation that is swept': /lands: sweep generation/,
      'a run that can no longer be undone': /fails: CannotUndo: .* was pruned by/,
      'a restore': /lands: open: floors/,
      'a restore of what came back': /lands: restore \S+ in place of/,
      'a replaced mapping': /"kind":"replace"/,
      'a reader': /read totals/,
      'a second generation': /#0002#/,
    };
    const missing = new Set(Object.keys(marks));
    for (let seed = 1; seed <= 4000 && missing.size > 0; seed += 1) {
      const { lines } = replay(seed);
      for (const mark of missing) {
        if (lines.some((line) => (marks[mark] as RegExp).test(line))) {
          missing.delete(mark);
        }
      }
    }
    expect([...missing]).toEqual([]);
  });
});

/** Seeds at which the search for what a rule prevents begins, where it would take long from 1 on. */
const searchFrom: Readonly<Partial<Record<ReplayRuleName, number>>> = {
  recountFollowsLive: 172_800,
  outrunNoticed: 3400,
  checkpointsReadFirst: 3300,
  archiveFromAhead: 5000,
  archiveBeforeTail: 1100,
  holdUntilDisabled: 4000,
  holdDrained: 1700,
  lookFromPipeStart: 950,
  pipeStoppedFirst: 650,
  pipeDrained: 462_200,
  receivedCompared: 2700,
  switchConditional: 3400,
  abortWinsFirst: 43_300,
  lateCallsAwaited: 25_300,
  letGoAfterCaches: 3000,
  watchdogWaits: 3500,
  undoOfWhatIsNamed: 3600,
  undoneNotedInHold: 2500,
  disorderAllowedFor: 2150,
  putOnce: 3500,
  otherContentApart: 800,
  returnedReplaced: 2800,
  lateDeletionsAwaited: 13_100,
  undoAboveFloors: 1000,
  undoPrunedFirst: 600,
};

describe('each rule is needed', () => {
  test.each(replayRuleNames)('without %s', { timeout: 10 * 60_000 }, (rule) => {
    const { breaks } = replayRuleTable[rule];
    const run = (seed: number) => simulateReplays(seed, replayRulesWithout(rule));
    const seeds = { from: searchFrom[rule] ?? 1, schedules: 5000 };
    expect(firstBroken(seeds, run, breaks), `no schedule breaks "${breaks}"`).toBeDefined();
  });

  test('these are needed for more than exact counts', () => {
    const names = replayRuleNames.filter((rule) => !replayInvariants[replayRuleTable[rule].breaks].exact);
    expect(names).toMatchInlineSnapshot(`
      [
        "oneLock",
        "generationUsedOnce",
        "pipeNamedFirst",
        "recountForLockHolder",
        "outrunNoticed",
        "firstBucketFixed",
        "checkpointsReadFirst",
        "undecidedUnlessPassed",
        "archiveFromAhead",
        "archiveToTip",
        "archiveBeforeTail",
        "tailMeetsArchive",
        "pipeBeginsEarlier",
        "firstAboveFloors",
        "holdNotedFirst",
        "onlyHeldEnabled",
        "holdUntilDisabled",
        "holdDrained",
        "lookFromPipeStart",
        "pipeStoppedFirst",
        "pipeDrained",
        "switchConditional",
        "abortWinsFirst",
        "lateCallsAwaited",
        "watchdog",
        "watchdogOnlyWhenStopped",
        "graceKept",
      ]
    `);
  });
});

describe('a seed replays exactly', () => {
  test.each([1, 56, 2 ** 32 + 7])('seed %i', (seed) => {
    expect(replay(seed)).toEqual(replay(seed));
  });

  test('one that fails', () => {
    const off = ['latestOfShards'] as const;
    const run = (seed: number) => simulateReplays(seed, replayRulesWithout(...off));
    const failed = firstBroken({ from: 1, schedules: 1000 }, run);
    const again = replay(failed?.seed ?? 0, off);
    expect(again.outcome).toEqual(failed);
    expect(again).toEqual(replay(failed?.seed ?? 0, off));
  });
});
