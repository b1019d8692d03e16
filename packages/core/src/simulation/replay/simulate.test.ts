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
      'a prune': /delete below the floors/,
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
  recountFollowsLive: 7000,
  outrunNoticed: 3000,
  archiveFromAhead: 1900,
  pipeDrained: 7000,
  receivedCompared: 2700,
  switchConditional: 2900,
  abortWinsFirst: 28_000,
  lateCallsAwaited: 2900,
  letGoAfterCaches: 2200,
  watchdogWaits: 9600,
  undoOfWhatIsNamed: 2300,
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
