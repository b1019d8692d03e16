/**
 * What must hold, and what each part of it is for. `exact` marks those that together are "the figures are exact"; the others are promises
 * that something else leans on.
 */
export const windowInvariants = {
  figures: {
    exact: true,
    sentence:
      'Every window of every name has the count, the exact sum, the minimum and the maximum of the readings that arrived in it, over all shards, and no other window exists.',
  },
  ledger: {
    exact: true,
    sentence: 'Every arrival day and shard has received = counted + quarantined = sent, for each reason.',
  },
  quarantine: {
    exact: true,
    sentence: 'The quarantine holds one object for each record with events set aside, and nothing else.',
  },
  fate: {
    exact: true,
    sentence: 'Ledger and quarantine are those that the counting of buckets makes of the same records.',
  },
  catalogue: {
    exact: true,
    sentence: 'Every name has one slot, below a cap, and no name with room for it was refused.',
  },
  setAside: {
    exact: true,
    sentence: 'No part is set aside but where the record at its fence has left the stream.',
  },
  drained: {
    exact: false,
    sentence: 'In the end every record of every shard has been handled, and every window closed.',
  },
  content: {
    exact: false,
    sentence:
      'At every moment a partial holds exactly the readings up to its fence, written in one way: equal fences, equal content, whatever the batches were.',
  },
  checkpoint: {
    exact: false,
    sentence:
      'A checkpoint at S means that every partial and the ledger hold everything up to S; in the end it stands at the last record.',
  },
  ledgerBehind: {
    exact: false,
    sentence: 'The ledger never says of a record what the partials and the quarantine do not hold yet.',
  },
  sound: {
    exact: false,
    sentence: 'Nothing that happens contradicts what the code takes for granted: it never throws.',
  },
  mends: {
    exact: false,
    sentence:
      'Retries with other bounds, flushes and both together make no part straddle a fence: nothing is read again unless a state was lost, a mapping replaced, a window ended early or a second time with other records, or a shard went on again from an older state.',
  },
} as const;

export type WindowInvariant = keyof typeof windowInvariants;
