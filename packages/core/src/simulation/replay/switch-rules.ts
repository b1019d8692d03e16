import type { ReplayRule } from './rule.ts';

/** Rules of hold, switch, corrections, cleaning up and undo. */
export const switchRuleTable = {
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
    breaks: 'pipes',
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
} as const satisfies Readonly<Record<string, ReplayRule>>;
