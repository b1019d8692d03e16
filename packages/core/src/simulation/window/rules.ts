import type { WindowInvariant } from './invariants.ts';

/** A rule of windows that the simulation can switch off. */
export interface WindowRule {
  readonly sentence: string;
  /** What happens instead when the rule is off. */
  readonly off: string;
  /** The invariant that suffers first of all: some schedule breaks it. */
  readonly breaks: WindowInvariant;
}

/**
 * Every rule of adding up windows exactly. Each is needed: off, some schedule breaks `breaks`. Where that is no exact invariant
 * (invariants.ts), the rule is not needed for the figures in the end, but for what that invariant says. What windows have in common with
 * counting (decisions, catalogue, malformed records) the rules of counting are about.
 */
export const windowRuleTable = {
  statePerName: {
    sentence: 'The state holds figures for each name.',
    off: 'it holds one row of figures a window, as published: every reading goes to the first name there is',
    breaks: 'figures',
  },
  windowByArrival: {
    sentence: "A reading belongs to the window of its own arrival, whatever `window` the invocation's event has.",
    off: "every reading of an invocation belongs to the event's window",
    breaks: 'figures',
  },
  exactSums: {
    sentence: 'Sums are kept without rounding.',
    off: 'a sum is rounded to one number wherever it is carried or written, so that it depends on the grouping',
    breaks: 'content',
  },
  oneFate: {
    sentence: 'What becomes of a record is decided as counting decides it.',
    off: 'windows know no prune floors, since a window has no event time',
    breaks: 'fate',
  },
  finalWithRecords: {
    sentence: 'A final call adds its records to the state before it writes.',
    off: 'a final call writes the state that it was handed, and no more',
    breaks: 'figures',
  },
  finalWithoutRecords: {
    sentence: 'A final call without records writes all the same.',
    off: 'a call without records is answered and not looked at',
    breaks: 'figures',
  },
  earlyPartMerged: {
    sentence: 'What a window that ends early has come to is written as its end would be.',
    off: 'a call that ends a window early is taken for an ordinary one, as published, and the state that it answers is forgotten',
    breaks: 'figures',
  },
  stateAlwaysReturned: {
    sentence: 'Every response holds `state`.',
    off: 'a final call answers nothing, since nothing is left to carry. Lambda takes that for a failure, and calls again for ever',
    breaks: 'drained',
  },
  partialPerShard: {
    sentence: 'Every shard has partials of its own.',
    off: 'all shards write one item a window',
    breaks: 'figures',
  },
  childIsNewSlice: {
    sentence: 'The child of a reshard is a new slice.',
    off: "a child goes on with its parent's partials",
    breaks: 'figures',
  },
  trimHorizon: {
    sentence: 'A mapping starts at TRIM_HORIZON, one that replaces another too.',
    off: 'a replaced mapping starts at LATEST',
    breaks: 'figures',
  },
  fenceOnPartials: {
    sentence: 'A part is added to a partial only where its fence is below it.',
    off: 'every part is added to what is there',
    breaks: 'figures',
  },
  straddleNotSkipped: {
    sentence:
      'A part that straddles the fence (first at or below it, last above) is mended: its records past the fence are read again and added.',
    off: 'it is taken for held already',
    breaks: 'figures',
  },
  straddleNotAddedWhole: {
    sentence: 'Of a part that straddles the fence only the records past the fence are added.',
    off: 'it is added whole, though the partial holds some of it',
    breaks: 'figures',
  },
  fenceRecordSeen: {
    sentence:
      'Records are read again from the record at the fence on, and only where it is there still has nothing after it been trimmed.',
    off: 'they are read from the first one past the fence on, whatever has left the stream: the window is short, and nobody is told',
    breaks: 'figures',
  },
  fenceRecordStillThere: {
    sentence: 'Where reading again took several pages, the record at the fence is still there when it is over.',
    off: 'what leaves the stream between two pages is passed over',
    breaks: 'ledger',
  },
  conditionOnSecondWrite: {
    sentence:
      'After a conflict the merged partial is written on the condition that the fence still is the one that was seen.',
    off: 'the second write has no condition',
    breaks: 'figures',
  },
  secondConflictFails: {
    sentence: 'When the second write conflicts too, with a fence below what it brings, the invocation fails.',
    off: 'a second conflict is taken for "written already"',
    breaks: 'figures',
  },
  allWritesAwaited: {
    sentence: 'No invocation goes on or returns before every write it began has been answered.',
    off: 'an invocation goes on while writes are in flight; the frozen sandbox resumes them later or never',
    breaks: 'figures',
  },
  failedWriteFails: {
    sentence: 'A write that fails for good fails the invocation: the shard waits.',
    off: 'a failed write is passed over',
    breaks: 'figures',
  },
  flushFollowsRecords: {
    sentence: 'What leaves a state that grows too big, and when, follows from the records alone.',
    off: 'the state is looked at when the batch ends. The figures hold, since parts that straddle are mended; but retries alone now make such parts, and cost reads of the stream',
    breaks: 'mends',
  },
  flushMovesNoCheckpoint: {
    sentence: 'A flush moves neither the ledger nor the checkpoint.',
    off: 'a flush writes the checkpoint too, though the state still holds what came before it: where that is lost, it is not looked for',
    breaks: 'figures',
  },
  fenceOnLedger: {
    sentence: 'The ledger is fenced as the partials are.',
    off: 'every part is added to what is there',
    breaks: 'ledger',
  },
  ledgerMended: {
    sentence: 'The part of a ledger that straddles its fence is mended as a partial is.',
    off: 'it is taken for held already',
    breaks: 'ledger',
  },
  ledgerAfterPartials: {
    sentence: 'The ledger is written after every partial and quarantine object.',
    off:
      'the ledger is written beside them. In the end the sums agree all the same, since both are fenced; until then the ' +
      'ledger says counted of readings that no reader can see, and a shard that stalls there stays so',
    breaks: 'ledgerBehind',
  },
  checkpointLast: {
    sentence: 'The checkpoint is written last.',
    off: 'the checkpoint is written beside the ledger: where a state is lost, what the ledger lacks is not looked for',
    breaks: 'ledger',
  },
  checkpointOnlyForward: {
    sentence: 'The checkpoint takes an update only where its fence is below it.',
    off: 'a late write sets it back. More than was lost may then be looked for, and is found to be held; complete-through is wrong',
    breaks: 'checkpoint',
  },
  heldPassedOver: {
    sentence: 'Records that come again with a state that holds them are passed over.',
    off: 'they are added once more',
    breaks: 'figures',
  },
  lostStateLookedFor: {
    sentence: 'A call that brings records and no state looks whether records lie between the checkpoint and its first.',
    off: 'an empty state is believed',
    breaks: 'figures',
  },
  lookedForFromHorizon: {
    sentence: 'Where a shard has no checkpoint, its lost state is looked for from the trim horizon on.',
    off: 'nothing is looked for before the first window of a shard is written',
    breaks: 'figures',
  },
  lostWrittenFirst: {
    sentence: 'What was lost is written before the records of the invocation are.',
    off: 'it is written after them, and the fences of what they flushed shut it out',
    breaks: 'figures',
  },
  unreadableStateIsLost: {
    sentence: 'A state that cannot be read is taken for lost.',
    off: 'it fails the invocation, and the shard waits for ever',
    breaks: 'drained',
  },
} as const satisfies Readonly<Record<string, WindowRule>>;

export type WindowRuleName = keyof typeof windowRuleTable;
export type WindowRules = Readonly<Record<WindowRuleName, boolean>>;

export const windowRuleNames = Object.keys(windowRuleTable) as WindowRuleName[];

/** Every rule on but those named. */
export function windowRulesWithout(...off: readonly WindowRuleName[]): WindowRules {
  return Object.fromEntries(windowRuleNames.map((name) => [name, !off.includes(name)])) as Record<
    WindowRuleName,
    boolean
  >;
}

export const allWindowRules: WindowRules = windowRulesWithout();
