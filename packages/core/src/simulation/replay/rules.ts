import type { ReplayInvariant } from './invariants.ts';

/** A rule of replays that the simulation can switch off. */
export interface ReplayRule {
  readonly sentence: string;
  /** What happens instead when the rule is off. */
  readonly off: string;
  /** The invariant that suffers first of all: some schedule breaks it. */
  readonly breaks: ReplayInvariant;
}

/**
 * Every rule of replays, in the order of their steps. Each is needed: off, some schedule breaks `breaks`. What recounts and live counting have in
 * common with all counting (fences, decisions, ledgers, checkpoints) the rules of counting are about.
 */
export const replayRuleTable = {
  oneLock: {
    sentence: 'One run at a time has the lock of a source.',
    off: 'a run takes the lock from whoever has it',
    breaks: 'lock',
  },
  generationUsedOnce: {
    sentence: 'Generations come from a number that never goes back, not even after runs that failed or only compared.',
    off: 'the next generation is the one after the highest that the timeline names',
    breaks: 'generation',
  },
  pipeNamedFirst: {
    sentence: 'The lock names the pipe before there is one.',
    off: 'the lock is told of the pipe when it was made: an execution that is stopped between leaves one that nobody knows of',
    breaks: 'pipes',
  },
  recountForLockHolder: {
    sentence: 'A recount counts for the pipe of the run that has the lock, and before its switch alone.',
    off: 'a pipe is told its generation when it is made, and whatever comes by it is counted into that',
    breaks: 'quiet',
  },
  recountFollowsLive: {
    sentence: 'A recount never passes live counting: when that is held, both stand at the same record of every shard.',
    off: 'it counts whatever comes: what it received past live counting hides what it lacks before',
    breaks: 'totals',
  },
  recountBegunOnEveryShard: {
    sentence: 'T is fixed when the recount has begun on every shard.',
    off: 'T is fixed at the first look, of the shards that are begun by then',
    breaks: 'totals',
  },
  latestOfShards: {
    sentence: 'T is the latest over all shards.',
    off: 'T is the earliest of them',
    breaks: 'totals',
  },
  everyShardCounts: {
    sentence: 'A shard that the recount finds nothing of counts, with the arrival of its live checkpoint.',
    off: 'only shards that the recount has begun with count',
    breaks: 'totals',
  },
  twoHoursAhead: {
    sentence: 'T lies the two hours behind the first arrivals that events may be ahead.',
    off: 'T is the latest of the first arrivals',
    breaks: 'totals',
  },
  exemptFromFirstRecord: {
    sentence:
      'A shard does not count for T only where the recount has it from the first record that Tidemark ever saw of it.',
    off: 'every shard that live counting and the recount have a checkpoint of is left out',
    breaks: 'totals',
  },
  outrunNoticed: {
    sentence: 'A recount that the trim horizon overtakes is noticed: T lies later, or the run ends.',
    off: 'nobody looks: what has left the stream unread is missing, and the ledger of the first day does not tell',
    breaks: 'falseAlarm',
  },
  firstBucketFixed: {
    sentence: 'T is written once and never changes.',
    off: 'whoever looks again works it out anew',
    breaks: 'whole',
  },
  checkpointsReadFirst: {
    sentence: 'Both checkpoints are read before the partials are.',
    off: 'they are read after them',
    breaks: 'falseAlarm',
  },
  contentCompared: {
    sentence: 'Partials of equal fences are equal where their content is.',
    off: 'equal fences are taken for equal partials',
    breaks: 'found',
  },
  fencesCompared: {
    sentence: 'Partials of equal content are equal where their fences are.',
    off: 'equal counts are taken for equal partials',
    breaks: 'found',
  },
  missingIsLost: {
    sentence: 'A partial that one of the two lacks has no fence, and is compared like any other.',
    off: 'it is passed over',
    breaks: 'found',
  },
  undecidedUnlessPassed: {
    sentence: 'Other fences are different only where both checkpoints have passed both.',
    off: 'other fences are different at once',
    breaks: 'falseAlarm',
  },
  undecidedIsNotEqual: {
    sentence: 'What cannot be decided at last is no equal partial.',
    off: 'it counts as equal',
    breaks: 'found',
  },
  liveHeld: {
    sentence: 'Live counting is held while the timeline is switched.',
    off: 'it goes on',
    breaks: 'totals',
  },
  holdNotedFirst: {
    sentence: 'What is held is noted in the lock before it is disabled.',
    off: 'it is noted when it was disabled: nobody lets go of it when the execution is stopped between',
    breaks: 'held',
  },
  onlyHeldEnabled: {
    sentence: 'Only mappings that were enabled at the hold are enabled again.',
    off: 'all of them are',
    breaks: 'held',
  },
  holdUntilDisabled: {
    sentence: 'The hold waits until the mapping is disabled.',
    off: 'it goes on as soon as that was asked for',
    breaks: 'quiet',
  },
  holdDrained: {
    sentence: "The hold waits out the function's timeout and the longest attempt.",
    off: 'it goes on as soon as the mapping is disabled',
    breaks: 'quiet',
  },
  checkpointsAfterDrain: {
    sentence: 'Live checkpoints are read when the counter is held and drained.',
    off: 'they are read as soon as it was to be disabled',
    breaks: 'totals',
  },
  recountPassesHold: {
    sentence: 'The recount passes every live checkpoint before the switch.',
    off: 'the switch does not wait for it',
    breaks: 'totals',
  },
  lookFromPipeStart: {
    sentence:
      "Where the recount has nothing of a shard, a look from the pipe's start tells whether it has anything to pass.",
    off: 'the look begins at the trim horizon: a recount from a stated time waits for ever for shards that are idle since',
    breaks: 'progress',
  },
  pipeStoppedFirst: {
    sentence: 'The pipe is stopped before the switch.',
    off: 'it goes on until it is deleted',
    breaks: 'quiet',
  },
  pipeDrained: {
    sentence: 'A stopped pipe is drained as the counter is.',
    off: 'the switch comes as soon as the pipe is stopped',
    breaks: 'quiet',
  },
  receivedCompared: {
    sentence: 'A recount that received fewer events of a shard and day than live counting did is refused.',
    off: 'nobody compares the ledgers',
    breaks: 'totals',
  },
  switchConditional: {
    sentence: 'The switch is one conditional write.',
    off: 'it has no condition',
    breaks: 'outcome',
  },
  abortWinsFirst: {
    sentence: 'An abort is written first, on the same item, and makes a late switch fail.',
    off: 'whoever cleans up only looks whether the run has switched',
    breaks: 'outcome',
  },
  lateCallsAwaited: {
    sentence:
      'After an abort, what the run has asked of mappings and pipes is waited out before anything is cleaned up.',
    off: 'cleaning up begins at once: a call that comes late disables the counter when nobody looks after it any more, or makes a pipe',
    breaks: 'held',
  },
  timelineForgotten: {
    sentence: 'A remembered timeline is used for a stated time only.',
    off: 'an instance remembers the first that it read for good',
    breaks: 'totals',
  },
  letGoAfterCaches: {
    sentence: 'The counter is let go of when every memory of the old timeline has run out.',
    off: 'it is let go of as soon as the switch is made',
    breaks: 'totals',
  },
  recountedAlone: {
    sentence: 'A correction is what recounts added, less what was published before.',
    off: 'it is all of the new generation, with what live counting has published itself since',
    breaks: 'metric',
  },
  correctionNotedAfter: {
    sentence: 'A correction is noted after it was put.',
    off: 'it is noted before',
    breaks: 'metric',
  },
  watchdog: {
    sentence: 'Somebody outside looks after a run whose execution was stopped.',
    off: 'nobody does: StopExecution skips every Catch',
    breaks: 'held',
  },
  watchdogOnlyWhenStopped: {
    sentence: 'The watchdog touches nothing while the execution runs.',
    off: 'it cleans up after every run that it finds',
    breaks: 'progress',
  },
  watchdogWaits: {
    sentence: 'The watchdog lets go of the counter only when every memory of the old timeline has run out.',
    off: 'it lets go of it at once',
    breaks: 'totals',
  },
  watchdogCorrects: {
    sentence: 'The watchdog puts the corrections of a run that had switched, before it releases the lock.',
    off: 'nobody does',
    breaks: 'metric',
  },
  undoOfWhatIsNamed: {
    sentence: 'An undo gives back only buckets of which the timeline still names the generation of the run.',
    off: 'it gives back all that the run had switched',
    breaks: 'totals',
  },
  countedSinceStays: {
    sentence: 'Buckets stay into which anything was counted since the hold.',
    off: 'they are given back as well',
    breaks: 'totals',
  },
  unknownShardStays: {
    sentence: 'Buckets stay that a shard has counted into of which there was no checkpoint at the hold.',
    off: 'they are given back as well',
    breaks: 'totals',
  },
  undoneNotedInHold: {
    sentence: 'What an undo must correct is noted while it holds the counter.',
    off: 'it is read when the counter runs again: what live counting has added to the old generation by then, and published itself, is put twice',
    breaks: 'metric',
  },
  archiveFromAhead: {
    sentence: 'A backfill reads the arrivals from two hours before its range on.',
    off: 'it reads the arrivals from the day on which its range begins: the ledgers tell, and a backfill from midnight fails',
    breaks: 'progress',
  },
  archiveToTip: {
    sentence: 'A backfill reads arrivals up to the tip, since events may come late without bound.',
    off: 'it reads the archive up to the end of its range, and goes on where the archive ends: the ledgers tell, and backfills fail',
    breaks: 'progress',
  },
  archiveBeforeTail: {
    sentence: 'The tail of a backfill begins when its archive was read: a slice is counted in its order.',
    off: 'both are read at once, and the fences of the tail shut out what the archive holds',
    breaks: 'progress',
  },
  tailMeetsArchive: {
    sentence: 'A backfill goes on only where archive and stream meet on every shard.',
    off: 'nobody looks whether records have left the stream before they were archived',
    breaks: 'falseAlarm',
  },
  pipeBeginsEarlier: {
    sentence: 'The pipe begins more than two hours before the first bucket that is wanted.',
    off: 'it begins with that bucket: T lies two hours later',
    breaks: 'whole',
  },
  firstAboveFloors: {
    sentence: 'T is never below a prune floor.',
    off: 'floors are not looked at',
    breaks: 'falseAlarm',
  },
} as const satisfies Readonly<Record<string, ReplayRule>>;

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
