import type { ReplayRule } from './rule.ts';

/** Rules of prune and restore, and of all who must obey a floor. */
export const pruneRuleTable = {
  pruneLocked: {
    sentence: 'Prune and restore have the lock of the source, and nothing is deleted without it.',
    off: 'they ask nobody',
    breaks: 'visible',
  },
  floorByArrival: {
    sentence: 'What becomes of an event depends on the floor that its arrival finds, not on when it is counted.',
    off: 'the floor of the moment of counting holds',
    breaks: 'exports',
  },
  floorInForce: {
    sentence: 'Nothing is deleted before the floor is in force.',
    off: 'it is deleted as soon as what arrived before is counted; events go on to be counted into what is gone',
    breaks: 'exports',
  },
  countedThrough: {
    sentence: 'Nothing is deleted before everything is counted that arrived before the floor was in force.',
    off: 'nobody looks how far counting is',
    breaks: 'exports',
  },
  disorderAllowedFor: {
    sentence: 'Arrivals go backwards a little: what is counted up to the floor is not yet counted from before it.',
    off: 'a checkpoint at the moment when the floor is in force is taken for enough',
    breaks: 'exports',
  },
  exportVerified: {
    sentence: 'An object of the export is read back and compared before anything of it is deleted.',
    off: 'it is taken to be what was sent',
    breaks: 'exports',
  },
  putOnce: {
    sentence: 'No object of the export is ever written over.',
    off: 'a second invocation that has read less writes over what the first has read back already',
    breaks: 'exports',
  },
  listedAfterRead: {
    sentence: 'The objects of a day are listed after the items were read that are to go.',
    off: 'they are listed before: what another invocation exports and deletes in between is exported twice in part',
    breaks: 'exports',
  },
  coveredOnce: {
    sentence: 'What an object of the export holds already is deleted without a second line.',
    off: 'every deletion exports',
    breaks: 'exports',
  },
  otherContentApart: {
    sentence: 'What comes back after its deletion with other content is kept apart from the export.',
    off: 'it is exported like anything else',
    breaks: 'exports',
  },
  publishAboveFloors: {
    sentence: 'Nothing below a floor is published.',
    off: 'what is restored or counted again is put to the metric once more',
    breaks: 'metric',
  },
  readersAboveFloors: {
    sentence: 'Readers look at nothing below a floor but what is restored.',
    off: 'they see whatever lies there',
    breaks: 'visible',
  },
  returnedReplaced: {
    sentence: 'A restore replaces what has come back with other content by what was exported.',
    off: 'whatever stands there stays: a part of what the bucket had',
    breaks: 'restored',
  },
  restoredKept: {
    sentence: 'A prune leaves alone what is restored, until its time is over.',
    off: 'it takes it with the rest',
    breaks: 'visible',
  },
  closedUntilForgotten: {
    sentence: 'What was restored is closed to readers, and deleted when every memory of it has run out.',
    off: 'it is deleted as soon as it is closed',
    breaks: 'restored',
  },
  lateDeletionsAwaited: {
    sentence: 'A run has the lock until no deletion of it can be under way any more.',
    off: 'it ends with its last answer: a deletion that comes late meets what the next run has restored',
    breaks: 'visible',
  },
  undoAboveFloors: {
    sentence: 'An undo gives nothing back below a floor.',
    off: 'it gives back what was deleted without an export, and what was exported is of a generation that is no longer true',
    breaks: 'restored',
  },
  undoPrunedFirst: {
    sentence: 'A run that cannot be undone any more is told so before anything is deleted.',
    off: 'it is told when the prune ends: one that is stopped before leaves a run that gives back what is gone',
    breaks: 'totals',
  },
  graceKept: {
    sentence: 'What a run has replaced is kept for a time after its end.',
    off: 'the next prune takes it',
    breaks: 'undoable',
  },
} as const satisfies Readonly<Record<string, ReplayRule>>;
