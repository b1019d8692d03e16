import type { ReplayRule } from './rule.ts';

/** Rules of lock, recount, first bucket and comparison; and of what a backfill reads. */
export const recountRuleTable = {
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
