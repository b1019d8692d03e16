import type { Catalogue } from '../control/catalogue.ts';
import type { Floors } from '../control/floors.ts';
import { isTooNew, isTooOld, surelyKeptFrom } from './age.ts';
import type { ReadBatch } from './read.ts';
import type { StreamRecord } from './record.ts';

/** What becomes of a readable event, as the number kept for each. From `tooOld` on, it is quarantined. */
export const outcomes = { counted: 0, overCap: 1, tooOld: 2, tooNew: 3 } as const;

/** What remembered decisions say; the rest follows from the record and its arrival. */
export interface Decisions {
  readonly catalogue: Catalogue;
  readonly floors: Floors;
}

/**
 * For each event of a batch, one of `outcomes`: decided once for the source, and so alike for all who read its stream. Every name of
 * `namesToAdmit` has been admitted; throws where one was not.
 */
export function outcomesOf(read: ReadBatch, { catalogue, floors }: Decisions): Uint8Array {
  const { events, records, source } = read;
  const slots = read.names.map((name) => catalogue.slotOf(name) ?? Number.POSITIVE_INFINITY);
  const keptFromMs = surelyKeptFrom(source, floors);
  const outcome = new Uint8Array(events.name.length);
  let place = -1;
  let cap = 0;
  let arrivalMs = 0;
  for (let event = 0; event < outcome.length; event += 1) {
    const eventPlace = events.record[event] as number;
    if (eventPlace !== place) {
      place = eventPlace;
      ({ arrivalMs } = records[place] as StreamRecord);
      cap = catalogue.capAt(arrivalMs);
    }
    const timeMs = events.timeMs[event] as number;
    const slot = slots[events.name[event] as number] as number;
    if (isTooNew(timeMs, arrivalMs)) {
      outcome[event] = outcomes.tooNew;
    } else if (timeMs < keptFromMs && isTooOld(timeMs, arrivalMs, source, floors)) {
      outcome[event] = outcomes.tooOld;
    } else if (slot >= cap) {
      outcome[event] = outcomes.overCap;
      assertRefusable(slot, cap, catalogue);
    }
  }
  return outcome;
}

/** A name without a slot may be refused only when the list is full: any slot it could still get lies past the cap. */
function assertRefusable(slot: number, cap: number, catalogue: Catalogue): void {
  if (slot === Number.POSITIVE_INFINITY && catalogue.Names.length < cap) {
    throw new Error(
      `a name was not admitted, though ${catalogue.Names.length} of ${cap} series are: admit before counting`,
    );
  }
}
