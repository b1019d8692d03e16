import type { Invariant } from './invariants.ts';

/** A rule of counting that the simulation can switch off. */
export interface Rule {
  readonly sentence: string;
  /** What happens instead when the rule is off. */
  readonly off: string;
  /** The invariant that suffers first of all: some schedule breaks it. */
  readonly breaks: Invariant;
}

/**
 * Every rule of counting exactly once, and of what becomes of a record. Each is needed: off, some schedule breaks
 * `breaks`. Where that is no exact invariant (invariants.ts), the rule is not needed for exact counts in the end, but for
 * what that invariant says.
 *
 * Three rules have no switch here. That a record is read alike every time, and that what a producer controls is bounded, the
 * tests of decoding show. That streams with automatic record distribution are refused concerns the stream: here every
 * shard keeps its order. And that the age of a memory counts from before its read is sent: a decision waits so long for
 * its effect (control/history.ts) that only a read which hangs just over the end of that time could tell.
 */
export const ruleTable = {
  fenceOnPartials: {
    sentence: 'A partial takes an update only where its fence is below it.',
    off: 'partials are added to without a condition',
    breaks: 'totals',
  },
  conditionOnFirstRecord: {
    sentence: "The condition is on the first of the key's records, not the last.",
    off: "the fence need only be below the last of the key's records",
    breaks: 'totals',
  },
  fenceOfOwnRecords: {
    sentence: "The new fence is the last of this key's records, not of the batch.",
    off:
      'the new fence is the last record of the batch. The counts stay exact: between the two lies no record of the key. ' +
      'But equal content no longer has equal fences, and a replay could not compare partials',
    breaks: 'fences',
  },
  onlyRemainingAfterConflict: {
    sentence: 'After a conflict only the records past the old fence are added.',
    off: "the second attempt adds all of the batch's records again",
    breaks: 'totals',
  },
  conditionOnSecondAttempt: {
    sentence: 'The second attempt has its own condition: a fence below the first remaining record.',
    off: 'the second attempt has no condition',
    breaks: 'totals',
  },
  secondConflictFails: {
    sentence: 'When the second attempt conflicts too, the invocation fails.',
    off: 'a second conflict is taken for "counted already"',
    breaks: 'totals',
  },
  allWritesAwaited: {
    sentence: 'No invocation goes on or returns before every write it began has been answered.',
    off: 'an invocation goes on while writes are in flight; the frozen sandbox resumes them later or never',
    breaks: 'totals',
  },
  noWritePastDeadline: {
    sentence: 'Requests are aborted before the deadline, so that a frozen sandbox has none to resume.',
    off:
      'what a timeout cuts off lands hours later. Fences refuse such a write where it would count twice, so that ' +
      'totals hold; but a decision that lands late changes what was decided, and a held counter is not still',
    breaks: 'totals',
  },
  failedWriteFails: {
    sentence: 'A write that fails for good fails the invocation: the shard waits.',
    off: 'a failed write is passed over',
    breaks: 'totals',
  },
  ledgerAfterPartials: {
    sentence: 'The ledger is written after every partial and quarantine object.',
    off:
      'the ledger is written beside them. In the end the sums agree all the same, since both are fenced; until then the ' +
      'ledger says counted of events that no reader can see, and a shard that stalls there stays so',
    breaks: 'ledgerBehind',
  },
  fenceOnLedger: {
    sentence: 'The ledger is fenced as the partials are.',
    off: 'the ledger is added to without a condition',
    breaks: 'ledger',
  },
  checkpointLast: {
    sentence: 'The checkpoint is written last.',
    off: 'the checkpoint is written beside the ledger. Counting does not read it; a replay and complete-through do',
    breaks: 'checkpoint',
  },
  checkpointOnlyForward: {
    sentence: 'The checkpoint takes an update only where its fence is below it.',
    off: 'a late write sets it back. Counting does not read it; a replay and complete-through do',
    breaks: 'checkpoint',
  },
  comparableSequences: {
    sentence: 'Sequence numbers are kept as strings whose order is numeric order.',
    off: 'they are kept as the bare decimals',
    breaks: 'totals',
  },
  partialPerShard: {
    sentence: 'Every shard has partials of its own.',
    off: 'all shards add to one item a bucket',
    breaks: 'totals',
  },
  childIsNewSlice: {
    sentence: 'The child of a reshard is a new slice.',
    off: "a child goes on with its parent's partials",
    breaks: 'totals',
  },
  aggregateTogether: {
    sentence: 'The user records of one Kinesis record are applied together.',
    off: 'an aggregate is applied in two parts',
    breaks: 'totals',
  },
  factorOne: {
    sentence: 'One batch of a shard at a time (ParallelizationFactor 1).',
    off: 'the next batch of a shard may run beside the one before it',
    breaks: 'totals',
  },
  trimHorizon: {
    sentence: 'A mapping starts at TRIM_HORIZON, one that replaces another too.',
    off: 'a replaced mapping starts at LATEST',
    breaks: 'totals',
  },
  noTimeToLive: {
    sentence: 'No partial expires: its fence would go with it.',
    off: 'a bucket expires, and what comes again or late is counted as new',
    breaks: 'totals',
  },
  retriesWithoutEnd: {
    sentence: 'A batch is retried until it succeeds.',
    off: 'a batch is given up after its second failure',
    breaks: 'totals',
  },
  malformedIsSetAside: {
    sentence: 'A malformed record is quarantined and never fails its batch.',
    off: 'a malformed record fails its batch',
    breaks: 'drained',
  },
  quarantineKeyFromRecord: {
    sentence: 'The key of a quarantine object follows from the record.',
    off: 'every attempt makes a key of its own',
    breaks: 'quarantine',
  },
  decideByArrival: {
    sentence: 'Cap and floors are those of the arrival of the record, not of the moment of counting.',
    off: 'cap and floors are those of the moment of counting',
    breaks: 'totals',
  },
  admissionIsConditional: {
    sentence: 'Names and their slots are admitted in one write, on the condition that the list is as it was read.',
    off: 'names are appended without a condition',
    breaks: 'totals',
  },
  slotsNeverMove: {
    sentence: 'A name keeps its slot for good; whether it is counted depends on its slot and the cap at arrival alone.',
    off: 'the names are kept in the order of the alphabet',
    breaks: 'totals',
  },
  refusalNeedsFullList: {
    sentence: 'A name is refused only on the sight of a full list; a failed condition is followed by another try.',
    off: 'a name whose admission finds the list changed is refused',
    breaks: 'totals',
  },
  consistentReads: {
    sentence: 'Decisions are read consistently.',
    off:
      'a read may return an older state. Slots never move, so that an old list of names cannot refuse wrongly by ' +
      'itself; an old history of caps or floors can',
    breaks: 'totals',
  },
  boundedMemory: {
    sentence: 'Remembered decisions are used for a stated time only.',
    off: 'a warm instance remembers them for good',
    breaks: 'totals',
  },
  capFromFutureArrival: {
    sentence: 'A new cap holds from a stated arrival time in the future.',
    off: 'a new cap holds for arrivals from the moment at which it is decided',
    breaks: 'totals',
  },
  floorFromFutureArrival: {
    sentence: 'A raised floor holds from a stated arrival time in the future.',
    off: 'a raised floor holds for arrivals from the moment at which it is decided',
    breaks: 'totals',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof ruleTable;
export type Rules = Readonly<Record<RuleName, boolean>>;

export const ruleNames = Object.keys(ruleTable) as RuleName[];

/** Every rule on but those named. */
export function rulesWithout(...off: readonly RuleName[]): Rules {
  return Object.fromEntries(ruleNames.map((name) => [name, !off.includes(name)])) as Record<RuleName, boolean>;
}

export const allRules: Rules = rulesWithout();
