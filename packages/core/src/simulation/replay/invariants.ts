/**
 * What must hold, and what each part of it is for. `exact` marks those that together are "the counts are exact"; the others are promises
 * that operators or something else lean on.
 */
export const replayInvariants = {
  totals: {
    exact: true,
    sentence:
      'In the end every bucket has, in the generation that is true for it, exactly the events that live counting or the recount of that generation were ever given, and no event that neither was; where a replay did not reach, the old counts stand.',
  },
  ledger: {
    exact: true,
    sentence: 'Every arrival day and shard has received = counted + quarantined = what live counting was given.',
  },
  readers: {
    exact: true,
    sentence: 'No reader ever sees a total above what had been sent, whatever it remembers of the timeline.',
  },
  metric: {
    exact: true,
    sentence:
      'What was put to the metric of a bucket, corrections among it, adds up to its total; a crash between a put and its note may put one correction twice. Pruning, restoring and counting again change nothing of it.',
  },
  exports: {
    exact: true,
    sentence:
      'Every partial that was deleted, and that readers had seen, has exactly one line in the export, which says what it held: all that it was ever given.',
  },
  restored: {
    exact: true,
    sentence:
      'What is restored is read as it was before it was pruned, whoever reads it, from when it is opened until it is closed.',
  },
  visible: {
    exact: true,
    sentence: 'Nothing is deleted that readers see, and below a floor they see nothing but what is restored.',
  },
  found: {
    exact: true,
    sentence:
      'A comparison calls no partial equal that was lost, changed or given a wrong fence, and does not end as equal where there is one.',
  },
  falseAlarm: {
    exact: false,
    sentence:
      'A comparison calls no partial different that nobody has touched, and of which no record left the stream uncounted.',
  },
  whole: {
    exact: false,
    sentence:
      'What an operator asks for, and the stream holds whole for sure, is rebuilt: T lies no later than it must.',
  },
  lock: { exact: false, sentence: 'A run that another one has the lock before is refused.' },
  generation: { exact: false, sentence: 'No generation is given twice.' },
  outcome: {
    exact: false,
    sentence:
      'A run says that it switched exactly when it did: what was aborted, cancelled or failed never becomes true.',
  },
  undoable: { exact: false, sentence: 'What a run has replaced can be given back until its grace is over.' },
  held: {
    exact: false,
    sentence:
      'When no execution runs and the watchdog has had its turns, the counter runs, or is as an operator left it, and nobody has the lock.',
  },
  quiet: {
    exact: false,
    sentence:
      'Nothing is counted live from the moment when its checkpoints were noted until the switch; nothing is recounted into a generation that has become the true one, nor into that of an aborted run, but for what was under way.',
  },
  pipes: { exact: false, sentence: 'When no execution runs and the watchdog has had its turns, there is no pipe.' },
  progress: {
    exact: false,
    sentence: 'Every run ends; one that nothing befalls ends with what it was asked for.',
  },
  drained: { exact: false, sentence: 'In the end every record that has not left the stream has been counted.' },
} as const;

export type ReplayInvariant = keyof typeof replayInvariants;
