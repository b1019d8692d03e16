import type { DecidedBatch, WindowPlan } from '@tidemark/core/window/window';
import type { WindowBatch } from './batch.ts';
import type { Recovered } from './lost-state.ts';
import type { WindowWritten } from './write.ts';

/** What the one log line of an invocation says: counts and sequence numbers, never names or payloads. */
export interface WindowSummary {
  readonly shardId: string;
  readonly records: number;
  readonly firstSequence: string | undefined;
  readonly lastSequence: string | undefined;
  readonly closes: boolean;
  /** Why the state that was handed over cannot be read. */
  stateUnreadable?: string;
}

export interface WindowOutcome extends WindowWritten {
  /** Records that were in a lost state, and were read again. */
  readonly lostRecords: number;
}

export function summaryOf({ shardId, records, closes }: WindowBatch): WindowSummary {
  return {
    shardId,
    records: records.length,
    firstSequence: records[0]?.sequenceNumber,
    lastSequence: records.at(-1)?.sequenceNumber,
    closes,
  };
}

/** `events`: in the batch, malformed ones included. */
export function planned(batch: DecidedBatch | undefined, { partials, quarantined }: WindowPlan) {
  return {
    events: batch === undefined ? 0 : batch.read.events.name.length + batch.read.malformed.length,
    partials: partials.length,
    quarantined: quarantined.reduce((sum, { events }) => sum + events, 0),
  };
}

/** What became of the batch and of what was recovered before it. */
export function outcomeOf(lost: Recovered, written: WindowWritten): WindowOutcome {
  const all = [...lost.written, written];
  const sum = (field: keyof WindowWritten) => all.reduce((total, each) => total + each[field], 0);
  return {
    lostRecords: lost.records,
    merged: sum('merged'),
    held: sum('held'),
    mended: sum('mended'),
    setAside: sum('setAside'),
    redelivered: sum('redelivered'),
  };
}

/** A part that is set aside wants an operator; a state that was lost and a sum that was mended are put right already. */
export function levelOf(told: WindowOutcome & Pick<WindowSummary, 'stateUnreadable'>): 'info' | 'warn' | 'error' {
  if (told.setAside > 0) return 'error';
  return told.lostRecords > 0 || told.mended > 0 || told.stateUnreadable !== undefined ? 'warn' : 'info';
}
