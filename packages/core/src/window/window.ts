import { controlItems } from '../control/keys.ts';
import type { MarkedCheckpoint } from '../count/checkpoint.ts';
import type { Decisions } from '../count/outcomes.ts';
import type { PartialIdentity } from '../count/partials.ts';
import type { QuarantinedRecord } from '../count/quarantine.ts';
import type { ReadBatch } from '../count/read.ts';
import type { WindowLedger } from './ledger.ts';
import { windowLedger } from './ledger.ts';
import type { WindowPartial } from './merge.ts';
import type { CarriedState, WindowState } from './state.ts';
import { serializeState } from './state.ts';
import { WindowTally } from './tally.ts';

/** Where windows are added up: a shard of a source. */
export interface WindowPlace extends PartialIdentity {
  readonly source: string;
  readonly shardId: string;
  /** Length of the windows of records to come. */
  readonly seconds: number;
  /** Bytes of JSON that the state may have: `windowStateBytesMax`, unless a test says otherwise. */
  readonly stateBytesMax?: number;
}

/** Records of an invocation, read, and what they are judged by: every name of `namesToAdmit` has been admitted. */
export interface DecidedBatch {
  readonly read: ReadBatch;
  readonly decisions: Decisions;
}

/**
 * Everything that an invocation writes, in the order in which it must be done:
 *
 * 1. every partial (merge.ts) and every quarantine object, in parallel, all of them awaited;
 * 2. the ledger (ledger.ts), all of its days awaited;
 * 3. the checkpoint.
 *
 * A step begins only when the one before it has wholly succeeded. Then the response hands on `state`.
 */
export interface WindowPlan {
  /** While the window goes on: what a state that grew too large let go of; mostly nothing. */
  readonly partials: readonly WindowPartial[];
  readonly quarantined: readonly QuarantinedRecord[];
  /** Empty while the window goes on. */
  readonly ledgers: readonly WindowLedger[];
  /** Absent while the window goes on, and where nothing was handled. */
  readonly checkpoint: MarkedCheckpoint | undefined;
  /** `{}` where the window ends. */
  readonly state: CarriedState;
}

/**
 *     state, records -> tally.ts -> state
 *                                -> partials, quarantine -> ledger -> checkpoint     where the window ends
 *
 * Before this, `parseState` has read the state; where it is lost, what it held has been planned and written (gap.ts). `batch` is undefined for an
 * invocation without records. `ends`: Lambda forgets the state after this invocation, since its window is over or was ended early.
 */
export function planWindow(
  place: WindowPlace,
  state: WindowState | undefined,
  batch: DecidedBatch | undefined,
  ends: boolean,
): WindowPlan {
  const tally = new WindowTally(place, state);
  if (batch !== undefined) tally.add(batch.read, batch.decisions);
  const { quarantined } = tally;
  if (!ends) {
    const state = serializeState(tally.state());
    return { partials: tally.leaving(), quarantined, ledgers: [], checkpoint: undefined, state };
  }
  tally.letGo();
  return {
    partials: tally.leaving(),
    quarantined,
    ledgers: tally.days().map((part) => windowLedger(place.source, place.shardId, part)),
    checkpoint: checkpointOf(place, tally.state()),
    state: {},
  };
}

function checkpointOf({ source, shardId }: WindowPlace, state: WindowState | undefined): MarkedCheckpoint | undefined {
  if (state === undefined) return undefined;
  const { first, last, received } = state;
  return {
    key: { Source: source, Item: controlItems.checkpoint('window', shardId) },
    lastSequence: last.sequence,
    arrivalMs: last.arrivalMs,
    received,
    first,
  };
}
